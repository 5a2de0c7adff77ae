import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { composite, groupByKey, stage } from "../../beam/stages";
import type { Grouped, KeyedBytes, PCollection } from "../../beam/types";
import { writeParquet } from "../../io/parquet/writeParquet";
import { placeOf } from "../../io/places/place";
import { decodeDeadLetters, type DeadLetter } from "../../model/deadLetter";
import { toStringTable } from "../../model/sessionBlock";
import { writeReceipt } from "./writeReceipt";
import { partPath, type WriteSettings } from "./writeSettings";

/** Dead letters kept of one reason in a run; the manifest counts all of them. */
const LETTERS_PER_REASON = 5000;

type Settings = Pick<WriteSettings, "root" | "date" | "fingerprint" | "runId" | "receipts">;

/** KV<"dead", dead letters> → the only part file of `dead_letters`, and its receipt. Nothing where there are none. */
export function writeDeadLetters(settings: Settings) {
  return composite("WriteDeadLetters", (letters: PCollection<KeyedBytes>): PCollection<KeyedBytes> =>
    letters.apply(groupByKey("GroupDeadLetters")).apply(stage("WriteDeadLettersFile", new WriteDeadLettersFn(settings))),
  );
}

export class WriteDeadLettersFn extends BlockFn<Grouped> {
  constructor(private readonly settings: Settings) {
    super();
  }

  override async process({ value }: Grouped): Promise<void> {
    let kept: DeadLetter[] = [];
    for (const bytes of value) {
      kept.push(...decodeDeadLetters(bytes));
      if (kept.length > 20 * LETTERS_PER_REASON) kept = firstOfEachReason(kept);
    }
    await writeDeadLettersFile(firstOfEachReason(kept), this.settings);
  }
}

/** Writes the table's file for a day; also with no letters at all. */
export async function writeDeadLettersFile(letters: readonly DeadLetter[], settings: Settings): Promise<void> {
  const texts = (of: (letter: DeadLetter) => string) => toStringTable(letters.map(of));
  const bytes = writeParquet([
    { name: "stage", type: "string", strings: texts(({ stage: name }) => name) },
    { name: "reason", type: "string", strings: texts(({ reason }) => reason) },
    { name: "file", type: "string", strings: texts(({ file }) => file) },
    { name: "offset", type: "long", numbers: Float64Array.from(letters, ({ offset }) => offset) },
    { name: "raw", type: "string", strings: texts(({ raw }) => raw) },
    { name: "run_id", type: "string", values: toStringTable([settings.runId]), codes: new Uint8Array(letters.length) },
  ]);
  const path = partPath(settings.date, 0, settings.fingerprint);
  await placeOf(settings.root).write(`${settings.root}/dead_letters/${path}`, bytes);
  const receipt = {
    table: "dead_letters",
    date: settings.date,
    part: 0,
    path,
    bytes: bytes.length,
    rows: letters.length,
    sums: {},
  };
  await writeReceipt(settings, receipt);
}

/** The first letters of each reason by file and offset, sorted so. */
function firstOfEachReason(letters: readonly DeadLetter[]): DeadLetter[] {
  const sorted = [...letters].sort(
    (a, b) => compareText(a.reason, b.reason) || compareText(a.file, b.file) || a.offset - b.offset || compareText(a.raw, b.raw),
  );
  const counts = new Map<string, number>();
  return sorted.filter(({ reason }) => {
    const count = (counts.get(reason) ?? 0) + 1;
    counts.set(reason, count);
    return count <= LETTERS_PER_REASON;
  });
}

const compareText = (a: string, b: string) => (a === b ? 0 : Buffer.compare(Buffer.from(a, "utf8"), Buffer.from(b, "utf8")));

registered("transforms/output/writeDeadLetters", { WriteDeadLettersFn });
