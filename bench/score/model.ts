import { readFileSync } from "node:fs";
import { join } from "node:path";
import { binRows } from "../../ml/forest/bins";
import { trainForest } from "../../ml/forest/train";
import type { Forest } from "../../ml/forest/forest";
import type { AppModel, Category, ModelBundle } from "../../model/bundle";
import { sealBundle } from "../../model/bundleFiles";

/** What `prep.py` wrote for all: the frozen IDF, the scoring events, the kinds of sessions. */
interface PeerModel {
  readonly idf: Readonly<Record<string, number>>;
  readonly scoring: readonly string[];
  readonly kinds: readonly string[];
}

const FEATURES = 14;

/** Our own forest of the peers' training rows, with the peers' settings (250 trees, each child at least 1,000 rows). */
export function benchBundle(work: string): ModelBundle {
  const peers = JSON.parse(readFileSync(join(work, "model.json"), "utf8")) as PeerModel;
  const bytes = readFileSync(join(work, "train.f32"));
  const rows = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const classes = new Uint8Array(readFileSync(join(work, "train.u8")));
  const meanNoise = divideByMean(rows);
  const forest = trainForest(binRows(rows, classes, FEATURES, peers.kinds.length), 250, 1, {
    leafRule: "childMinimum",
    minLeaf: 1000,
  });
  const categories = peers.kinds.map((kind): Category => ({
    id: kind,
    name: kind,
    description: "",
    color: "#000000",
    noise: kind === "noise",
  }));
  const apps = [
    ["lite", 600],
    ["web", 1800],
  ] as const;
  return sealBundle({
    createdFrom: { discovery: "bench", dates: [], configHash: "" },
    categories,
    apps: apps.map(([app, gapSeconds]) => appModel(app, gapSeconds, peers, forest, meanNoise, classes.length)),
  });
}

/** The last feature of each row over its mean, as scoring does with a batch. @returns the mean */
function divideByMean(rows: Float32Array): number {
  let sum = 0;
  for (let at = FEATURES - 1; at < rows.length; at += FEATURES) sum += rows[at]!;
  const mean = sum / (rows.length / FEATURES);
  for (let at = FEATURES - 1; at < rows.length; at += FEATURES) rows[at] = rows[at]! / mean;
  return mean;
}

function appModel(
  app: string,
  gapSeconds: number,
  peers: PeerModel,
  forest: Forest,
  meanNoise: number,
  sessionCount: number,
): AppModel {
  const vocabulary = Object.keys(peers.idf).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return {
    app,
    gapSeconds,
    sessionCount,
    vocabulary,
    weighting: "count",
    idf: Float64Array.from(vocabulary, (event) => peers.idf[event]!),
    scoring: Uint32Array.from(peers.scoring, (event) => vocabulary.indexOf(event)),
    meanNoise,
    forest,
    classes: peers.kinds,
  };
}
