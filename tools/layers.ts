import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative, sep } from "node:path";
import * as ts from "typescript";

/** Which folder may import from which (ARCHITECTURE.md, "The house"). Every folder may import from itself. */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  ml: [],
  model: ["ml"],
  io: ["model"],
  beam: ["model"],
  simulate: ["model", "io"],
  report: ["model", "io"],
  review: ["model", "io", "report"],
  transforms: ["ml", "model", "io", "beam"],
  pipelines: ["transforms", "ml", "model", "io", "beam", "simulate", "report", "review"],
  cli: ["pipelines", "model", "report"],
};

/** Arrows for types alone: they leave nothing in the compiled code. */
const TYPE_ARROWS: Readonly<Record<string, readonly string[]>> = {
  cli: ["beam", "simulate", "io", "ml"],
};

export interface Import {
  /** Importing and imported file, from the package's root, without ending. */
  readonly from: string;
  readonly to: string;
  readonly typesOnly: boolean;
}

/** The imports of our own files in `source`: `import`, `export … from`, `import()` and `require()`. */
export function importsOf(from: string, source: string): Import[] {
  const found: Import[] = [];
  const add = (target: ts.Node | undefined, typesOnly: boolean) => {
    if (target && ts.isStringLiteralLike(target) && target.text.startsWith(".")) {
      found.push({
        from,
        to: normalize(join(dirname(from), target.text.replace(/\.js$/, "")))
          .split(sep)
          .join("/"),
        typesOnly,
      });
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, hasOnlyTypes(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && isImportCall(node)) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(`${from}.ts`, source, ts.ScriptTarget.Latest));
  return found;
}

function hasOnlyTypes(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  const { namedBindings } = clause;
  const onlyTypeNames =
    clause.name === undefined &&
    namedBindings !== undefined &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.every(({ isTypeOnly }) => isTypeOnly);
  return clause.isTypeOnly || onlyTypeNames;
}

const isImportCall = ({ expression }: ts.CallExpression) =>
  expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === "require");

/** Imports that go against the arrows, in words. */
export function brokenArrows(imports: readonly Import[]): string[] {
  const layerOf = (file: string) => (file.includes("/") ? (file.split("/")[0] as string) : "");
  return imports
    .filter(({ from, to, typesOnly }) => {
      const [layer, target] = [layerOf(from), layerOf(to)];
      const allowed = ARROWS[layer];
      if (allowed === undefined || layer === target) return false;
      return !allowed.includes(target) && !(typesOnly && (TYPE_ARROWS[layer] ?? []).includes(target));
    })
    .map(({ from, to }) => `${from} imports ${to}`);
}

/** Files that import each other in a circle, types aside; one circle per file that closes it. */
export function circles(imports: readonly Import[]): string[] {
  const edges = new Map<string, string[]>();
  for (const { from, to, typesOnly } of imports) {
    if (!typesOnly) edges.set(from, [...(edges.get(from) ?? []), to]);
  }
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      found.push([...path.slice(start), file].join(" → "));
    } else if (!done.has(file)) {
      for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    }
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}

/** Our TypeScript files in the folders of the house, from the package's root, without ending. */
export function sourceFiles(root: string): string[] {
  return Object.keys(ARROWS).flatMap((layer) =>
    readdirSync(join(root, layer), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/").replace(/\.ts$/, "")),
  );
}

/** All imports among our files. */
export function allImports(root: string): Import[] {
  return sourceFiles(root).flatMap((file) => importsOf(file, readFileSync(join(root, `${file}.ts`), "utf8")));
}
