import { isCollection, isMap, isScalar, parseDocument, type Document, type Node, type Pair } from "yaml";

/** One setting to write into a YAML file. */
export interface Edit {
  readonly path: readonly string[];
  /** What to write; undefined takes the setting out, if its comment is one of a program. */
  readonly value: unknown;
  /**
   * Goes behind the value, or above a list or map. A person's comment stays; one that begins with `guessed:` or `measured:` was written by
   * a program and is replaced.
   */
  readonly comment?: string;
}

const PROGRAM_MARK = /^(guessed|measured):/;

/** Longest list or map that is written on one line. */
const ONE_LINE = 60;

/**
 * Writes settings into the text of a YAML file and leaves everything else as it is: order, comments, other keys.
 * The text must be valid YAML with a map at the top, or empty.
 */
export function editYaml(text: string, edits: readonly Edit[]): string {
  const document = parseDocument(text);
  if (!isMap(document.contents)) document.contents = document.createNode({}) as never;
  for (const edit of edits) {
    const before = commentAt(document, edit.path);
    const isOurs = before !== undefined && PROGRAM_MARK.test(before.trim());
    if (edit.value === undefined) {
      if (isOurs) document.deleteIn(edit.path);
      continue;
    }
    document.setIn(edit.path, nodeOf(document, edit.value));
    setComment(document, edit.path, before !== undefined && !isOurs ? before : ` ${edit.comment ?? ""}`);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function nodeOf(document: Document, value: unknown): Node {
  const node = document.createNode(value) as Node;
  if (isCollection(node) && JSON.stringify(value).length <= ONE_LINE) node.flow = true;
  return node;
}

function pairAt(document: Document, path: readonly string[]): Pair | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  return isMap(parent) ? parent.items.find(({ key }) => (isScalar(key) ? key.value : key) === path.at(-1)) : undefined;
}

const isOnOneLine = (node: unknown) => !isCollection(node) || node.flow === true;

/** The comment behind a value on one line, or above the key of a longer one. */
function commentAt(document: Document, path: readonly string[]): string | undefined {
  const pair = pairAt(document, path);
  const above = isScalar(pair?.key) ? pair.key.commentBefore : undefined;
  const behind = isScalar(pair?.value) || isCollection(pair?.value) ? pair.value.comment : undefined;
  return (isOnOneLine(pair?.value) ? behind : above) ?? undefined;
}

function setComment(document: Document, path: readonly string[], comment: string): void {
  const pair = pairAt(document, path);
  if (pair === undefined || comment.trim() === "") return;
  if (isOnOneLine(pair.value)) {
    (pair.value as Node).comment = comment;
    return;
  }
  // A key that was set just now is still a plain text.
  const key = isScalar(pair.key) ? pair.key : document.createNode(pair.key);
  if (isScalar(key)) key.commentBefore = comment;
  pair.key = key;
}
