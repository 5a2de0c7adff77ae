import { createHash } from "node:crypto";
import type { Forest } from "../ml/forest/forest";
import { BUNDLE_FORMAT, BUNDLE_KIND, type AppModel, type ModelBundle } from "./bundle";
import { packColumns, unpackColumns, type TypedColumn } from "./columnBlock";
import { UserError } from "./errors";
import { joinBlocks, splitBlocks } from "./labelledSample";

/** Files that hold what was learned; the bundle's id is a hash of exactly these. */
export const CONTENT_FILES = ["model.json", "vocabulary.jsonl", "forests.bin"] as const;
type ContentFile = (typeof CONTENT_FILES)[number];
type Content = Readonly<Record<ContentFile, Uint8Array>>;

/** File of a bundle folder with the hash and size of every other file; written last. */
export const MANIFEST_FILE = "manifest.json";

interface Manifest {
  readonly kind: string;
  readonly format: number;
  readonly id: string;
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly bytes: number }>>;
}

/** Gives what was learned its id. The same content has the same id, whenever and wherever it was learned. */
export function sealBundle(learned: Omit<ModelBundle, "id">): ModelBundle {
  return { ...learned, id: idOf(contentOf(learned)) };
}

/**
 * Files of a bundle folder by name, the manifest last.
 * @param others files beside the content: metrics, test vectors, PMML, model card
 */
export function bundleFiles(bundle: ModelBundle, others: Readonly<Record<string, Uint8Array>> = {}): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>([...Object.entries(contentOf(bundle)), ...Object.entries(others)]);
  const entries = [...files].map(([name, bytes]) => [name, { sha256: sha256(bytes), bytes: bytes.length }] as const);
  const manifest: Manifest = { kind: BUNDLE_KIND, format: BUNDLE_FORMAT, id: bundle.id, files: Object.fromEntries(entries) };
  files.set(MANIFEST_FILE, utf8(`${JSON.stringify(manifest, null, 2)}\n`));
  return files;
}

/**
 * Reads the manifest of a bundle folder.
 * @returns names of all other files of the bundle
 * @throws UserError when it is no manifest of a bundle, or one of a format this program does not know
 */
export function readBundleManifest(bytes: Uint8Array, where: string): string[] {
  return Object.keys(parseManifest(bytes, where).files);
}

/**
 * Reads a bundle from its files.
 * @param where the folder, for messages
 * @throws UserError when a file is missing or was changed after it was written, or the id is not that of the content
 */
export function bundleFromFiles(files: ReadonlyMap<string, Uint8Array>, where: string): ModelBundle {
  const manifest = parseManifest(files.get(MANIFEST_FILE) ?? new Uint8Array(0), where);
  for (const name of CONTENT_FILES) {
    if (manifest.files[name] === undefined) throw new UserError(`the model in ${where} lists no ${name}`);
  }
  for (const [name, { sha256: expected, bytes }] of Object.entries(manifest.files)) {
    const content = files.get(name);
    if (content === undefined) {
      throw new UserError(`the model in ${where} lacks its file ${name}`);
    }
    if (content.length !== bytes || sha256(content) !== expected) {
      throw new UserError(
        `the model in ${where} was changed after training: ${name} has another hash than ${MANIFEST_FILE} says`,
        ["train again, or restore the folder from a copy"],
      );
    }
  }
  const content = Object.fromEntries(CONTENT_FILES.map((name) => [name, files.get(name)])) as unknown as Content;
  if (idOf(content) !== manifest.id) {
    throw new UserError(`the model in ${where} has the id ${manifest.id} but the content of ${idOf(content)}`);
  }
  return fromContent(content, manifest.id);
}

/** A bundle as one byte string: how it travels to workers. */
export function encodeBundle(bundle: ModelBundle): Uint8Array {
  const content = contentOf(bundle);
  const head = { kind: BUNDLE_KIND, format: BUNDLE_FORMAT, id: bundle.id };
  return joinBlocks([utf8(JSON.stringify(head)), ...CONTENT_FILES.map((name) => content[name])]);
}

/** Id of an encoded bundle, without decoding the rest. @throws RangeError when `bytes` is not an encoded bundle */
export function encodedBundleId(bytes: Uint8Array): string {
  const head = JSON.parse(text(splitBlocks(bytes)[0] ?? utf8("{}"))) as Partial<Manifest>;
  if (head.kind !== BUNDLE_KIND || head.format !== BUNDLE_FORMAT || head.id === undefined) {
    throw new RangeError("not an encoded model bundle");
  }
  return head.id;
}

/** @throws RangeError when `bytes` is not an encoded bundle */
export function decodeBundle(bytes: Uint8Array): ModelBundle {
  const id = encodedBundleId(bytes);
  const blocks = splitBlocks(bytes).slice(1);
  return fromContent(Object.fromEntries(CONTENT_FILES.map((name, i) => [name, blocks[i]])) as unknown as Content, id);
}

const utf8 = (content: string) => new Uint8Array(Buffer.from(content, "utf8"));
const text = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const idOf = (content: Content) =>
  sha256(utf8(CONTENT_FILES.map((name) => `${name} ${sha256(content[name])}\n`).join(""))).slice(0, 16);

function parseManifest(bytes: Uint8Array, where: string): Manifest {
  let manifest: Partial<Manifest> = {};
  try {
    manifest = (JSON.parse(text(bytes)) as Partial<Manifest> | null) ?? {};
  } catch {
    // Falls through to the message below.
  }
  if (manifest.kind !== BUNDLE_KIND || typeof manifest.id !== "string" || typeof manifest.files !== "object") {
    throw new UserError(`${where} holds no model: ${MANIFEST_FILE} is missing or is not one of ${BUNDLE_KIND}`);
  }
  if (manifest.format !== BUNDLE_FORMAT) {
    throw new UserError(`the model in ${where} has format ${manifest.format}; this program reads format ${BUNDLE_FORMAT}`, [
      "train again with this version, or score with the version that trained it",
    ]);
  }
  return manifest as Manifest;
}

type AppHead = Omit<AppModel, "vocabulary" | "idf" | "scoring" | "forest"> & { readonly scoring: readonly string[] };
type Head = Pick<ModelBundle, "createdFrom" | "categories"> & { readonly apps: readonly AppHead[] };

function contentOf({ createdFrom, categories, apps }: Omit<ModelBundle, "id">): Content {
  const head: Head = {
    createdFrom,
    categories,
    apps: apps.map((model) => ({
      app: model.app,
      gapSeconds: model.gapSeconds,
      sessionCount: model.sessionCount,
      weighting: model.weighting,
      meanNoise: model.meanNoise,
      classes: model.classes,
      scoring: Array.from(model.scoring, (column) => model.vocabulary[column] as string),
    })),
  };
  // JSON prints doubles so that they read back to the same bits.
  const vocabulary = apps.flatMap(({ app, vocabulary, idf }) =>
    vocabulary.map((event, i) => JSON.stringify([app, event, idf[i]])),
  );
  return {
    "model.json": utf8(`${JSON.stringify(head, null, 2)}\n`),
    "vocabulary.jsonl": utf8(vocabulary.map((line) => `${line}\n`).join("")),
    "forests.bin": joinBlocks(apps.map(({ forest }) => packForest(forest))),
  };
}

function fromContent(content: Content, id: string): ModelBundle {
  const { createdFrom, categories, apps } = JSON.parse(text(content["model.json"])) as Head;
  const lines = text(content["vocabulary.jsonl"]).split("\n").slice(0, -1);
  const entries = lines.map((line) => JSON.parse(line) as [string, string, number]);
  const forests = splitBlocks(content["forests.bin"]);
  return {
    id,
    createdFrom,
    categories,
    apps: apps.map((head, i) => {
      const own = entries.filter(([app]) => app === head.app);
      const columns = new Map(own.map(([, event], column) => [event, column]));
      return {
        ...head,
        vocabulary: own.map(([, event]) => event),
        idf: Float64Array.from(own, ([, , idf]) => idf ?? NaN),
        // A scoring event outside the vocabulary gets a column that no check lets pass.
        scoring: Uint32Array.from(head.scoring, (event) => columns.get(event) ?? own.length),
        forest: unpackForest(forests[i] ?? new Uint8Array(0)),
      };
    }),
  };
}

/** A forest as a column block. */
export function packForest(forest: Forest): Uint8Array {
  const { featureCount, classCount, ...arrays } = forest;
  return packColumns({ shape: Uint32Array.of(featureCount, classCount), ...arrays });
}

/** A forest as it was packed, unchecked: `checkForest` before it votes where the bytes come from outside. */
export function unpackForest(bytes: Uint8Array): Forest {
  const { shape, ...arrays } = unpackColumns(bytes) as { shape: TypedColumn } & Omit<Forest, "featureCount" | "classCount">;
  return { featureCount: shape[0] ?? 0, classCount: shape[1] ?? 0, ...arrays };
}
