import type { KeyedBytes, PCollection, Root } from "../../beam/types";
import type { Config } from "../../model/config";
import { chooseClusters } from "../../transforms/discovery/chooseClusters";
import { clusterByK } from "../../transforms/discovery/clusterByK";
import { labelSample } from "../../transforms/discovery/labelSample";
import { learnSpace } from "../../transforms/discovery/learnSpace";
import { projectSample } from "../../transforms/discovery/projectSample";
import { sampleSessions } from "../../transforms/discovery/sampleSessions";
import { writeValues } from "../../transforms/output/writeValues";
import type { CutOptions } from "../../transforms/sessions/cutOptions";
import { frontHalf } from "../../transforms/sessions/frontHalf";
import type { ReadPlan } from "../readPlan";

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
} as const;

/**
 * The discovery of all apps, written as files into `folder`: sample → space → matrix → every k with its stability → choice and verdict →
 * labels and card counts (DESIGN §5.2).
 */
export function buildDiscovery(root: Root, config: Config, plan: ReadPlan, cut: CutOptions, folder: string): void {
  const { discovery } = config;
  const { sessions, readCounts, cutCounts } = frontHalf(root, plan.files, plan.settings, cut);
  const sample = sessions.apply(sampleSessions({ ...discovery, minEvents: config.sessions.minEvents }));
  const spaces = sample.apply(learnSpace(discovery));
  const sampleSize = discovery.clusterSampleSessions;
  const matrices = sample.apply(projectSample(spaces, { seed: discovery.seed, weightRows: sampleSize }));
  const evaluated = matrices.apply(clusterByK({ ...discovery, extraK: discovery.k, sampleSize }));
  const { choices, verdicts } = evaluated.apply(
    chooseClusters(matrices, { ...discovery, nullRows: NULL_ROWS, nullSubsets: NULL_SUBSETS }),
  );
  const labels = sample.apply(labelSample(spaces, choices, { zone: config.zone, salt: config.output.salt }));
  const write = (name: string, values: PCollection<KeyedBytes>, prefix: string) =>
    values.apply(writeValues(name, folder, prefix, ".json"));
  write("WriteSpaces", spaces, PIECES.space);
  write("WriteChoices", choices, PIECES.choice);
  write("WriteVerdicts", verdicts, PIECES.verdict);
  write("WriteCardCounts", labels.counts, PIECES.counts);
  write("WriteExamples", labels.examples, PIECES.examples);
  write("WriteReadCounts", readCounts, "read-");
  write("WriteCutCounts", cutCounts, "");
  labels.files.apply(writeValues("WriteSample", folder));
}
