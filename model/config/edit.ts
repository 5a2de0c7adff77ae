import { isCollection, isMap, isNode, isScalar, parseDocument, type Document, type Node } from "yaml";

/** One setting to write into a YAML file. */
export interface Edit {
  readonly path: readonly string[];
  readonly value: unknown;
  /** Goes behind the value, or above a list or map, where the file has no comment yet. */
  readonly comment?: string;
}

/** Longest list or map that is written on one line. */
const ONE_LINE = 60;

/**
 * Writes settings into the text of a YAML file and leaves everything else as it is: order, comments, other keys.
 * The text must be valid YAML with a map at the top, or empty.
 */
export function editYaml(text: string, edits: readonly Edit[]): string {
  const document = parseDocument(text);
  if (!isMap(document.contents)) document.contents = document.createNode({}) as never;
  for (const { path, value, comment } of edits) {
    const before = document.getIn(path, true) as Node | undefined;
    document.setIn(path, nodeOf(document, value));
    const after = document.getIn(path, true) as Node;
    const kept = isNode(before) ? before.comment : undefined;
    if (kept) after.comment = kept;
    else if (comment !== undefined) addComment(document, path, after, comment);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function nodeOf(document: Document, value: unknown): Node {
  const node = document.createNode(value) as Node;
  if (isCollection(node) && JSON.stringify(value).length <= ONE_LINE) node.flow = true;
  return node;
}

function addComment(document: Document, path: readonly string[], node: Node, comment: string): void {
  const oneLine = isScalar(node) || (isCollection(node) && node.flow);
  if (oneLine) {
    node.comment = ` ${comment}`;
    return;
  }
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return;
  const key = parent.items.find((pair) => isScalar(pair.key) && pair.key.value === path.at(-1))?.key;
  if (isScalar(key) && !key.commentBefore) key.commentBefore = ` ${comment}`;
}
