import { isMap, isPair, isScalar, LineCounter, parseDocument, visit, type Document, type Node } from "yaml";

/** A place in a file, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing to change in a settings file. */
export interface Problem {
  /** Null for settings that were not written in the file. */
  readonly position: Position | null;
  /** Keys and list indices from the top of the file; empty for the file as a whole. */
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

/** A YAML file: its value, its syntax problems, and where in the text every part of it stands. */
export class SettingsDocument {
  readonly problems: readonly Problem[];
  /** Plain value; only meaningful without `problems`. */
  readonly value: unknown;
  private readonly lines = new LineCounter();
  private readonly document: Document;

  constructor(text: string) {
    this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false });
    this.problems = [...this.document.errors, ...this.document.warnings].map((error) => ({
      position: this.at(error.pos[0]),
      path: [],
      text: error.message,
    }));
    keepDigitsAsWritten(this.document);
    this.value = this.problems.length > 0 ? null : (this.document.toJS() as unknown);
  }

  /** Where the value at `path` stands; of a missing one, the nearest part around it. */
  positionOf(path: readonly PropertyKey[]): Position | null {
    for (let length = path.length; length >= 0; length--) {
      const node = this.nodeAt(path.slice(0, length));
      if (node?.range) return this.at(node.range[0]);
    }
    return null;
  }

  /** Where the key itself is written; of a missing one, the map it belongs to. */
  keyPositionOf(path: readonly PropertyKey[]): Position | null {
    const parent = this.nodeAt(path.slice(0, -1));
    const key = path.at(-1);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
      if (isScalar(pair?.key) && pair.key.range) return this.at(pair.key.range[0]);
    }
    return this.positionOf(path.slice(0, -1));
  }

  private nodeAt(path: readonly PropertyKey[]): Node | null {
    if (path.length === 0) return this.document.contents;
    return (this.document.getIn(path as unknown[], true) as Node | undefined) ?? null;
  }

  private at(offset: number): Position {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}

/** Ids like 0042 or 8395097477884212984 would change as numbers: they stay the text that was written. */
function keepDigitsAsWritten(document: Document): void {
  visit(document, {
    Scalar(_, node) {
      const { source, value } = node;
      if (typeof value === "number" && source !== undefined && /^\d+$/.test(source) && String(value) !== source) {
        node.value = source;
      }
    },
  });
}
