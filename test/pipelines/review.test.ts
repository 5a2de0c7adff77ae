import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { UserError } from "../../model/errors";
import { review } from "../../pipelines/review/review";
import { projectConfig } from "../support/project";
import { useTempDir } from "../support/tempDir";
import { reviewProject } from "../review/sample";

describe("review", () => {
  const dir = useTempDir();

  /** A finished discovery under the output, `minutes` after the first. */
  function finished(id: string, minutes: number): void {
    const folder = join(dir(), "output", "discovery", id);
    mkdirSync(folder, { recursive: true });
    const { report } = reviewProject(folder);
    writeFileSync(join(folder, "discovery.json"), JSON.stringify({ ...report, id }));
    const at = Date.UTC(2026, 2, 2) / 1000 + minutes * 60;
    utimesSync(join(folder, "discovery.json"), at, at);
  }
  const options = (discovery: string | null) => ({ configPath: join(dir(), "sessionary.yaml"), discovery, port: 0 });

  it("opens the discovery that was finished last, or the one that was named", async () => {
    finished("2026-03-02-aaaaaaaa", 5);
    finished("2026-03-09-bbbbbbbb", 1);
    for (const [named, expected] of [
      [null, "2026-03-02-aaaaaaaa"],
      ["2026-03-09-bbbbbbbb", "2026-03-09-bbbbbbbb"],
    ] as const) {
      const opened = await review(projectConfig(dir()), options(named));
      const { discovery, categoriesPath, url } = opened;
      await opened.close();
      expect(discovery).to.equal(expected);
      expect(categoriesPath).to.equal(join(dir(), "output", "discovery", expected, "categories.yaml"));
      expect(url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/);
    }
  });

  it("says what to do where there is nothing to review", async () => {
    const failure = async (named: string | null) => {
      try {
        await (await review(projectConfig(dir()), options(named))).close();
      } catch (error) {
        return error;
      }
      return null;
    };
    expect(await failure(null))
      .to.be.instanceOf(UserError)
      .and.to.have.property("hints")
      .that.deep.equals(["run discover first"]);
    expect(await failure("nowhere")).to.be.instanceOf(UserError);
  });
});
