import { cpus, loadavg } from "node:os";
import { addRows, createSums, extractCovariance } from "../../ml/covariance";
import { toPoints } from "../../ml/kmedoids/points";
import { fitPca, project } from "../../ml/pca";
import { selectRows } from "../../ml/sparse";
import { tfidf, unitTfidf, type EventBags } from "../../ml/tfidf";
import { clusterTask, stabilityTask } from "../../transforms/discovery/clusterTask";
import { nullTask } from "../../transforms/discovery/nullTask";
import { encodeMatrix } from "../../transforms/discovery/sampleMatrix";
import { EVENTS, paperSessions } from "../ml/paperSessions";

/**
 * CPU seconds of the clustering stages of one app's discovery, in this thread: every k once, a few subsets of each, a few twins; the rest
 * is scaled from those, as all subsets and twins are alike.
 *
 *     node dist/bench/discovery/speed.js [--rows 500000] [--sample 5000] [--from 2] [--to 20] [--subsets 2] [--clara 5]
 *
 * It leaves out reading the logs and cutting sessions, which other benches measure. CPU seconds hold on a busy machine.
 */
function main(argv: readonly string[]): void {
  const option = (name: string, usual: number) => {
    const at = argv.indexOf(`--${name}`);
    return at < 0 ? usual : Number(argv[at + 1]);
  };
  const [rows, sampleSize] = [option("rows", 500_000), option("sample", 5_000)];
  const [from, to] = [option("from", 2), option("to", 20)];
  const [subsets, runs] = [option("subsets", 2), option("clara", 5)];
  say({ machine: cpus()[0]?.model, load: loadavg()[0], node: process.version, rows, sampleSize });
  const total: Record<string, number> = {};
  const timed = <T>(name: string, scale: number, work: () => T): T => {
    const before = process.cpuUsage();
    const result = work();
    const { user, system } = process.cpuUsage(before);
    total[name] = (total[name] ?? 0) + (scale * (user + system)) / 1e6;
    return result;
  };
  const bags = paperSessions(rows, 7);
  const matrix = timed("TF-IDF, components, projection", 1, () => matrixOf(bags, sampleSize));
  for (let k = from; k <= to; k++) {
    const clustering = timed("clusterings", 1, () => clusterTask({ matrix, app: "web", k, sampleSize, runs, seed: 1 })).value;
    for (let subset = 0; subset < subsets; subset++) {
      timed("stability, 50 subsets a k", 50 / subsets, () => stabilityTask({ matrix, clustering, subset, sampleSize, seed: 1 }));
    }
    if (k === 13) {
      const twin = { matrix, app: "web", k, rows: 2000, subsets: 10, components: clustering.dimensions, seed: 1 };
      for (const run of [1, 2]) timed("20 twins and the data", 21 / 2, () => nullTask({ ...twin, twin: run }));
    }
    say({ k, loss: clustering.meanDistance, silhouette: clustering.silhouette.mean, cpuSeconds: rounded(total) });
  }
  const all = Object.values(total).reduce((sum, seconds) => sum + seconds, 0);
  say({
    cpuSeconds: rounded(total),
    all: Math.round(all * 10) / 10,
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  });
}

function matrixOf(bags: EventBags, sampleSize: number): Uint8Array {
  const rows = bags.rowCount;
  const df = new Float64Array(EVENTS);
  bags.columns.forEach((column) => (df[column] = df[column]! + 1));
  const idf = df.map((count) => Math.log(rows / count));
  const { rows: unit, zeroRows } = unitTfidf(bags, idf);
  if (zeroRows.length > 0) throw new Error("the made-up sessions all have weight");
  const sums = createSums(EVENTS);
  addRows(sums, unit);
  const pca = fitPca(extractCovariance(sums), { minVariance: 0.8 });
  return encodeMatrix({
    hashHigh: new Uint32Array(rows),
    hashLow: new Uint32Array(rows),
    points: toPoints(project(pca, unit), pca.componentCount),
    weights: selectRows(
      tfidf(bags, idf),
      Uint32Array.from({ length: Math.min(rows, sampleSize) }, (_, i) => i),
    ),
    idf,
    weighting: "count",
  });
}

const rounded = (of: Record<string, number>) =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name, Math.round(value * 10) / 10]));
const say = (line: object) => console.log(JSON.stringify(line));

main(process.argv.slice(2));
