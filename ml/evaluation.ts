/** Bins of `Calibration`. */
export const CALIBRATION_BINS = 10;

/** Outcomes of a classifier on held-out rows, as integers that add up in any order. */
export interface Outcomes {
  readonly classCount: number;
  /** Rows by true class and given class, true-major: K × K. */
  readonly confusion: Float64Array;
  /** Rows by confidence bin; bin b holds confidences in (b/10, (b+1)/10], the first also 0. */
  readonly binRows: Float64Array;
  /** Of these, rows given their true class. */
  readonly binRight: Float64Array;
  /** Votes for the given class summed over the rows of each bin. */
  readonly binVotes: Float64Array;
}

export function noOutcomes(classCount: number): Outcomes {
  return {
    classCount,
    confusion: new Float64Array(classCount * classCount),
    binRows: new Float64Array(CALIBRATION_BINS),
    binRight: new Float64Array(CALIBRATION_BINS),
    binVotes: new Float64Array(CALIBRATION_BINS),
  };
}

/** Counts rows with true classes, labels and votes out of `trees`. */
export function countOutcomes(
  truth: ArrayLike<number>,
  label: ArrayLike<number>,
  votes: ArrayLike<number>,
  trees: number,
  classCount: number,
): Outcomes {
  const outcomes = noOutcomes(classCount);
  const { confusion, binRows, binRight, binVotes } = outcomes;
  for (let i = 0; i < truth.length; i++) {
    const cell = (truth[i] as number) * classCount + (label[i] as number);
    confusion[cell] = (confusion[cell] as number) + 1;
    const bin = Math.max(0, Math.ceil(((votes[i] as number) * CALIBRATION_BINS) / trees) - 1);
    binRows[bin] = (binRows[bin] as number) + 1;
    binVotes[bin] = (binVotes[bin] as number) + (votes[i] as number);
    if (truth[i] === label[i]) binRight[bin] = (binRight[bin] as number) + 1;
  }
  return outcomes;
}

/** @throws RangeError when class counts differ */
export function addOutcomes(a: Outcomes, b: Outcomes): Outcomes {
  if (a.classCount !== b.classCount) {
    throw new RangeError(`outcomes of ${a.classCount} and of ${b.classCount} classes`);
  }
  const sum = (x: Float64Array, y: Float64Array) => x.map((value, i) => value + (y[i] as number));
  return {
    classCount: a.classCount,
    confusion: sum(a.confusion, b.confusion),
    binRows: sum(a.binRows, b.binRows),
    binRight: sum(a.binRight, b.binRight),
    binVotes: sum(a.binVotes, b.binVotes),
  };
}

export interface Evaluation {
  /** Held-out rows. */
  readonly rows: number;
  /** Share of rows given another class than their own, 0..1; 0 without rows. */
  readonly totalError: number;
  /** Held-out rows of each class. */
  readonly classRows: readonly number[];
  /** Share of each class's rows given another class (1 − recall); null for a class without rows. */
  readonly classErrors: readonly (number | null)[];
  /** Row shares of the confusion table (paper Table 3): [true][given], each row sums to 1; null for a class without rows. */
  readonly confusion: readonly (readonly number[] | null)[];
  /** Bins of confidence that hold rows. */
  readonly calibration: readonly CalibrationBin[];
  /** Mean |confidence − share right| over rows, by bin; 0 = confidence can be read as a probability. */
  readonly calibrationError: number;
}

export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly meanConfidence: number;
  readonly shareRight: number;
}

/** @param trees trees that voted */
export function evaluate({ classCount, confusion, binRows, binRight, binVotes }: Outcomes, trees: number): Evaluation {
  const table = Array.from({ length: classCount }, (_, c) =>
    Array.from(confusion.subarray(c * classCount, (c + 1) * classCount)),
  );
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const classRows = table.map(sum);
  const rows = sum(classRows);
  const right = sum(table.map((row, c) => row[c] as number));
  const calibration = Array.from(binRows, (count, b) => ({
    from: b / CALIBRATION_BINS,
    to: (b + 1) / CALIBRATION_BINS,
    rows: count,
    meanConfidence: (binVotes[b] as number) / trees / count,
    shareRight: (binRight[b] as number) / count,
  })).filter((bin) => bin.rows > 0);
  return {
    rows,
    totalError: rows === 0 ? 0 : (rows - right) / rows,
    classRows,
    classErrors: table.map((row, c) => (classRows[c] === 0 ? null : 1 - (row[c] as number) / (classRows[c] as number))),
    confusion: table.map((row, c) => (classRows[c] === 0 ? null : row.map((count) => count / (classRows[c] as number)))),
    calibration,
    calibrationError:
      rows === 0 ? 0 : sum(calibration.map((bin) => bin.rows * Math.abs(bin.meanConfidence - bin.shareRight))) / rows,
  };
}
