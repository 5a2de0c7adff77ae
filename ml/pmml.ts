import type { Forest } from "./forest/forest";

export interface PmmlModel {
  readonly name: string;
  readonly forest: Forest;
  /** Names of the forest's features, different from each other. */
  readonly features: readonly string[];
  /** Values of the target, one a class. */
  readonly classes: readonly string[];
  /** Name of the target field. */
  readonly target: string;
  /** Text of the header. */
  readonly description: string;
}

/**
 * A forest as PMML 4.4, in pieces of text: a mining model of trees with `majorityVote`, the form that R's randomForest takes through
 * jpmml-r. Fields are 32-bit floats, so that an evaluator compares as we do. The vote share of a class is its probability.
 *
 * Inputs are the forest's features themselves: normalised weights, and the noise feature already divided by the mean of the batch (were
 * that division inside, the mean of one day would be frozen into the model). Evaluators may break ties of votes otherwise than we do.
 */
export function* pmml({ name, forest, features, classes, target, description }: PmmlModel): Iterable<string> {
  const field = (text: string) => escapeXml(text);
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">\n`;
  yield `<Header description="${field(description)}"><Application name="sessionary"/></Header>\n<DataDictionary>\n`;
  yield `<DataField name="${field(target)}" optype="categorical" dataType="string">`;
  yield `${classes.map((c) => `<Value value="${field(c)}"/>`).join("")}</DataField>\n`;
  for (const feature of features) {
    yield `<DataField name="${field(feature)}" optype="continuous" dataType="float"/>\n`;
  }
  yield `</DataDictionary>\n<MiningModel modelName="${field(name)}" functionName="classification" algorithmName="randomForest">\n`;
  yield `<MiningSchema><MiningField name="${field(target)}" usageType="target"/>`;
  yield `${miningFields(features)}</MiningSchema>\n<Output>`;
  yield `<OutputField name="predicted" optype="categorical" dataType="string" feature="predictedValue"/>`;
  for (const c of classes) {
    yield `<OutputField name="probability(${field(c)})" optype="continuous" dataType="double" feature="probability" value="${field(c)}"/>`;
  }
  yield `</Output>\n<Segmentation multipleModelMethod="majorityVote" missingPredictionTreatment="returnMissing">\n`;
  for (const [tree, root] of forest.roots.entries()) {
    yield `<Segment id="${tree + 1}"><True/>`;
    yield `<TreeModel functionName="classification" splitCharacteristic="binarySplit" missingValueStrategy="nullPrediction">`;
    yield `<MiningSchema><MiningField name="${field(target)}" usageType="target"/>${miningFields(usedFeatures(forest, root, features))}</MiningSchema>\n`;
    yield* nodesOf(forest, root, features.map(field), classes.map(field));
    yield `</TreeModel></Segment>\n`;
  }
  yield `</Segmentation></MiningModel></PMML>\n`;
}

const miningFields = (features: readonly string[]) => features.map((f) => `<MiningField name="${escapeXml(f)}"/>`).join("");

/** Nodes of a tree in pre-order, without recursion: a tree may be deeper than the stack. */
function* nodesOf(forest: Forest, root: number, features: readonly string[], classes: readonly string[]): Iterable<string> {
  const { feature, threshold, left, right, leafClass, counts, classCount } = forest;
  const pending: ({ readonly node: number; readonly predicate: string } | null)[] = [{ node: root, predicate: "<True/>" }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next === null) {
      yield "</Node>";
      continue;
    }
    const { node, predicate } = next;
    const rows = counts.subarray(node * classCount, (node + 1) * classCount).reduce((sum, count) => sum + count, 0);
    yield `<Node id="${node - root + 1}" score="${classes[leafClass[node] as number] as string}" recordCount="${rows}">${predicate}`;
    pending.push(null);
    const f = feature[node] as number;
    if (f >= 0) {
      const test = (operator: string) =>
        `<SimplePredicate field="${features[f] as string}" operator="${operator}" value="${shortestFloat(threshold[node] as number)}"/>`;
      pending.push({ node: right[node] as number, predicate: test("greaterThan") });
      pending.push({ node: left[node] as number, predicate: test("lessOrEqual") });
    }
  }
}

function usedFeatures(forest: Forest, root: number, features: readonly string[]): string[] {
  const used = new Set<number>();
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const f = forest.feature[node] as number;
    if (f >= 0) {
      used.add(f);
      pending.push(forest.left[node] as number, forest.right[node] as number);
    }
  }
  return features.filter((_, f) => used.has(f));
}

/** Shortest decimal that reads back to the same 32-bit float. */
export function shortestFloat(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text for an attribute. Characters XML cannot hold at all become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "\u{fffd}")
    .replace(/[&<>"]/g, (c) => ENTITIES[c] as string)
    .replace(/[\t\n\r]/g, (c) => `&#${c.charCodeAt(0)};`);
}
