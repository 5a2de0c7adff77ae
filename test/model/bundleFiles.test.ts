import { expect } from "chai";
import { UserError } from "../../model/errors";
import {
  bundleFiles,
  bundleFromFiles,
  decodeBundle,
  encodeBundle,
  encodedBundleId,
  MANIFEST_FILE,
  readBundleManifest,
} from "../../model/bundleFiles";
import { madeUpApp, madeUpBundle } from "../transforms/scoring/madeUpModel";

const utf8 = (text: string) => new Uint8Array(Buffer.from(text));

describe("model bundle", () => {
  const bundle = madeUpBundle();

  it("is the same after a trip through a folder and through bytes", () => {
    const files = bundleFiles(bundle, { "metrics.json": utf8("{}") });
    expect(readBundleManifest(files.get(MANIFEST_FILE)!, "m")).to.have.members(
      [...files.keys()].filter((n) => n !== MANIFEST_FILE),
    );
    expect(bundleFromFiles(files, "m")).to.deep.equal(bundle);
    expect(decodeBundle(encodeBundle(bundle))).to.deep.equal(bundle);
    expect(encodedBundleId(encodeBundle(bundle))).to.equal(bundle.id);
    expect(bundle.id).to.match(/^[0-9a-f]{16}$/);
  });

  it("keeps every bit of the idf", () => {
    const idf = Float64Array.of(0, 1 / 3, Math.PI, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, Math.log(7), 1e-7);
    const model = madeUpBundle([madeUpApp("web", 1, { idf })]);
    expect(decodeBundle(encodeBundle(model)).apps[0]?.idf).to.deep.equal(idf);
  });

  it("has an id that says what was learned: the same for the same, another for any change", () => {
    expect(madeUpBundle().id).to.equal(bundle.id);
    const app = madeUpApp("web", 3);
    const changed = [
      { meanNoise: 0.71 },
      { scoring: Uint32Array.of(1, 4, 7, 2) },
      { forest: { ...app.forest, threshold: app.forest.threshold.map((t, i) => (i === 0 ? t + 1 : t)) } },
      { idf: app.idf.map((x, i) => (i === 3 ? x * (1 + 2e-16) : x)) },
    ].map((change) => madeUpBundle([madeUpApp("web", 3, change)]).id);
    expect(new Set([madeUpBundle([app]).id, ...changed]).size).to.equal(5);
  });

  it("refuses a file that was changed, a missing one, and an id that is not the content's", () => {
    for (const name of ["model.json", "vocabulary.jsonl", "forests.bin", "metrics.json"]) {
      const files = bundleFiles(bundle, { "metrics.json": utf8("{}") });
      const changed = Uint8Array.from(files.get(name)!);
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
      files.set(name, changed);
      expect(() => bundleFromFiles(files, "models/x")).to.throw(UserError, `models/x was changed after training: ${name}`);
      files.delete(name);
      expect(() => bundleFromFiles(files, "models/x")).to.throw(UserError, `lacks its file ${name}`);
    }
    expect(() => bundleFromFiles(bundleFiles({ ...bundle, id: "0".repeat(16) }), "m")).to.throw(UserError, "has the id 0000");
  });

  it("refuses other formats and what is no manifest", () => {
    const manifest = JSON.parse(Buffer.from(bundleFiles(bundle).get(MANIFEST_FILE)!).toString()) as object;
    const withManifest = (change: object) => {
      const files = bundleFiles(bundle);
      files.set(MANIFEST_FILE, utf8(JSON.stringify({ ...manifest, ...change })));
      return () => bundleFromFiles(files, "models/x");
    };
    expect(withManifest({ format: 99 })).to.throw(UserError, "has format 99; this program reads format 1");
    expect(withManifest({ kind: "something" })).to.throw(UserError, "holds no model");
    expect(withManifest({ files: {} })).to.throw(UserError, "lists no model.json");
    expect(() => bundleFromFiles(new Map([[MANIFEST_FILE, utf8("{")]]), "m")).to.throw(UserError, "m holds no model");
    expect(() => bundleFromFiles(new Map(), "m")).to.throw(UserError, "m holds no model");
    expect(() => encodedBundleId(utf8("12345678"))).to.throw(RangeError);
  });
});
