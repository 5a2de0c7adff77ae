import { expect } from "chai";
import { UserError } from "../../../model/errors";
import { absoluteFolder, absolutePath, assertLocal } from "../../../model/config/paths";

describe("paths of settings", () => {
  it("start at the settings' folder, but URLs and absolute paths", () => {
    expect(absolutePath("logs/*.gz", "/project")).to.equal("/project/logs/*.gz");
    expect(absolutePath("/data/logs", "/project")).to.equal("/data/logs");
    expect(absolutePath("file:///data/a%20b", "/project")).to.equal("/data/a b");
    expect(absolutePath("s3://bucket/a%20b/", "/project")).to.equal("s3://bucket/a%20b/");
  });

  it("of folders end without a slash", () => {
    expect(absoluteFolder("s3://bucket/tables/", "/p")).to.equal("s3://bucket/tables");
    expect(absoluteFolder("gs://bucket//", "/p")).to.equal("gs://bucket");
    expect(absoluteFolder("out/", "/p")).to.equal("/p/out");
    expect(absoluteFolder("/", "/p")).to.equal("/");
  });

  it("are refused in one line where only files of this machine can be", () => {
    expect(() => assertLocal("s3://b/sessionary.yaml", "the settings file")).to.throw(
      UserError,
      /^the settings file must be on this machine, not at s3:\/\/b\/sessionary.yaml$/,
    );
    assertLocal("a/b.yaml", "the settings file");
  });
});
