import type { KeyedBytes, PCollection, Root } from "../../beam/types";
import { stage, union } from "../../beam/stages";
import type { Config } from "../../model/config";
import { chooseClusters, type StructureVerdict } from "../../transforms/discovery/chooseClusters";
import { clusterByK } from "../../transforms/discovery/clusterByK";
import { KeyByKFn } from "../../transforms/discovery/evaluatedK";
import { labelSample } from "../../transforms/discovery/labelSample";
import { learnSpace } from "../../transforms/discovery/learnSpace";
import { matchPrevious } from "../../transforms/discovery/matchPrevious";
import { projectSample } from "../../transforms/discovery/projectSample";
import { relateClusters } from "../../transforms/discovery/relateClusters";
import { sampleSessions } from "../../transforms/discovery/sampleSessions";
import { sampleShape, sessionLengths } from "../../transforms/discovery/sampleShape";
import { sessionMap } from "../../transforms/discovery/sessionMap";
import { readValues, type KeyedFile } from "../../transforms/output/readValues";
import { writeValues } from "../../transforms/output/writeValues";
import type { CutOptions } from "../../transforms/sessions/cutOptions";
import { frontHalf } from "../../transforms/sessions/frontHalf";
import type { ReadPlan } from "../readPlan";
import type { KnownEvaluation } from "./resume";

/** Events kept of each session for the timelines on cards. */
export const TIMELINE_EVENTS = 40;
/** Rows and half-subsets of each measurement against shuffled twins. */
const NULL_ROWS = 2000;
const NULL_SUBSETS = 10;

/** File names of the pieces in the discovery's folder: prefix, app, `.json`. */
export const PIECES = {
  space: "space-",
  choice: "choice-",
  verdict: "verdict-",
  counts: "counts-",
  examples: "examples-",
  lengths: "lengths-",
  shape: "shape-",
  map: "map-",
  relations: "relations-",
  matches: "matches-",
} as const;

export interface DiscoveryPlan {
  readonly read: ReadPlan;
  readonly cut: CutOptions;
  /** Where the pieces go. */
  readonly folder: string;
  /** Evaluations that need not be made again. */
  readonly known: readonly KnownEvaluation[];
  /** Verdicts that need not be reached again, by work key (app, k). */
  readonly knownVerdicts: Readonly<Record<string, StructureVerdict>>;
  /** Files of the earlier discovery that clusters are compared with, by app; null = none. */
  readonly previous: { readonly spaces: readonly KeyedFile[]; readonly choices: readonly KeyedFile[] } | null;
}

/**
 * The discovery of all apps, written as files into `folder`: sample → space → matrix → every k with its stability → choice and verdict →
 * labels and card counts (DESIGN §5.2).
 */
export function buildDiscovery(
  root: Root,
  config: Config,
  { read, cut, folder, known, knownVerdicts, previous }: DiscoveryPlan,
): void {
  const { discovery } = config;
  const { minEvents } = config.sessions;
  const { sessions, readCounts, cutCounts } = frontHalf(root, read.files, read.settings, cut);
  const sample = sessions.apply(sampleSessions({ ...discovery, minEvents }));
  const spaces = sample.apply(learnSpace(discovery));
  const sampleSize = discovery.clusterSampleSessions;
  const matrices = sample.apply(projectSample(spaces, { seed: discovery.seed, weightRows: sampleSize }));
  const done = known.map(({ key }) => key);
  const fresh = matrices.apply(clusterByK({ ...discovery, extraK: discovery.k, sampleSize, done }));
  const old = known.map(({ app: key, path }) => ({ key, path }));
  const evaluated = old.length === 0 ? fresh : union("OldAndNew", [fresh, readValues(root, "ReadEvaluated", old)]);
  const { choices, verdicts } = evaluated.apply(
    chooseClusters(matrices, { ...discovery, nullRows: NULL_ROWS, nullSubsets: NULL_SUBSETS, knownVerdicts }),
  );
  const labels = sample.apply(labelSample(spaces, choices, { zone: config.zone, salt: config.output.salt }));
  const write = (name: string, values: PCollection<KeyedBytes>, prefix: string) =>
    values.apply(writeValues(name, folder, prefix, ".json"));
  write("WriteSpaces", spaces, PIECES.space);
  write("WriteEvaluated", fresh.apply(stage("KeyByK", new KeyByKFn())), "evaluated-");
  write("WriteChoices", choices, PIECES.choice);
  write("WriteVerdicts", verdicts, PIECES.verdict);
  write("WriteCardCounts", labels.counts, PIECES.counts);
  write("WriteExamples", labels.examples, PIECES.examples);
  write("WriteLengths", sessions.apply(sessionLengths(minEvents)), PIECES.lengths);
  write("WriteShapes", sample.apply(sampleShape(spaces)), PIECES.shape);
  write("WriteMaps", choices.apply(sessionMap(matrices)), PIECES.map);
  write("WriteRelations", choices.apply(relateClusters(matrices)), PIECES.relations);
  if (previous !== null) {
    const oldSpaces = readValues(root, "ReadOldSpaces", previous.spaces);
    const oldChoices = readValues(root, "ReadOldChoices", previous.choices);
    write("WriteMatches", sample.apply(matchPrevious({ spaces, choices, oldSpaces, oldChoices })), PIECES.matches);
  }
  write("WriteReadCounts", readCounts, "read-");
  write("WriteCutCounts", cutCounts, "");
  labels.files.apply(writeValues("WriteSample", folder));
}
