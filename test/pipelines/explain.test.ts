import { expect } from "chai";
import { explain } from "../../pipelines/explain";
import { scoreDates } from "../../pipelines/score/score";
import { hours, minutes, START_MS } from "../support/builders";
import { useTempDir } from "../support/tempDir";
import { madeUpApp } from "../transforms/scoring/madeUpModel";
import { madeUpProject, readTable, writeLog } from "./score/project";

describe("explain", () => {
  const dir = useTempDir();
  const noonMs = START_MS + hours(10);

  const project = async (change?: (settings: string) => string) => {
    const names = ["SEARCH", "TWEAK_A", "SEARCH", "NEW", "ALWAYS"];
    writeLog(
      dir(),
      "log.jsonl",
      names.map((name, i) => ({ user: "ana", app: "web", ms: noonMs + minutes(i), name })),
    );
    const config = madeUpProject(dir(), change);
    await scoreDates(config, ["2016-07-01"]);
    return config;
  };

  it("shows a session's events, weights, noise feature and votes, which give the category of the table", async () => {
    const config = await project();
    const [row] = await readTable(config, "sessions");
    const report = await explain(config, { sessionId: String(row?.["session_id"]) });
    expect(report.agrees).to.equal(true);
    expect(report.session).to.include({ user: "ana", app: "web", date: "2016-07-01", startMs: noonMs, event_count: 5 });
    expect(report.events?.map(({ ms, name }) => `${(ms - noonMs) / 60_000} ${name}`)).to.deep.equal([
      "0 SEARCH",
      "1 TWEAK_A",
      "2 SEARCH",
      "3 NEW",
      "4 ALWAYS",
    ]);
    const { weights, noiseShare, noiseFeature, votes } = report.score!;
    const model = madeUpApp("web", 3);
    const idf = (event: string) => model.idf[model.vocabulary.indexOf(event)]!;
    const weightOf = new Map(weights.map(({ event, weight, role }) => [event, `${role} ${weight.toFixed(9)}`]));
    expect(weightOf).to.deep.equal(
      new Map([
        ["SEARCH", `scoring ${(2 * idf("SEARCH")).toFixed(9)}`],
        ["TWEAK_A", `long tail ${idf("TWEAK_A").toFixed(9)}`],
        ["NEW", "unknown 0.000000000"],
        ["ALWAYS", "long tail 0.000000000"],
      ]),
    );
    expect(noiseShare).to.be.closeTo((2 * idf("SEARCH")) / (2 * idf("SEARCH") + idf("TWEAK_A")), 1e-12);
    // One session is too small a batch: the model's mean is used.
    expect(noiseFeature).to.be.closeTo(noiseShare! / 0.7, 1e-6);
    expect(noiseFeature).to.be.closeTo(Number(row?.["noise_feature"]), 1e-6);
    expect(votes.reduce((sum, { trees }) => sum + trees, 0)).to.equal(25);
    expect(votes[0]).to.include({ categoryId: row?.["category_id"] });
    expect(votes[0]?.share).to.be.closeTo(Number(row?.["confidence"]), 1e-6);
  });

  it("finds a session by user and time, also under the names of a table that hides users", async () => {
    const config = await project((text) => `${text}output: { pseudonymize: true, salt: "some-salt-of-ours" }\n`);
    const [row] = await readTable(config, "sessions");
    expect(row?.["user"]).to.match(/^[0-9a-f]{32}$/);
    const report = await explain(config, { user: String(row?.["user"]), app: null, atMs: noonMs + 1 });
    expect(report.events).to.have.length(5);
    expect(report.session.session_id).to.equal(row?.["session_id"]);
  });

  it("says when there is no such session, and shows the row when the logs have changed since", async () => {
    const config = await project();
    const messageOf = async (question: Parameters<typeof explain>[1]) => {
      try {
        await explain(config, question);
        return "found";
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(await messageOf({ sessionId: "abc" })).to.equal("the table sessions has no session abc");
    expect(await messageOf({ user: "ana", app: "web", atMs: noonMs + hours(3) })).to.equal(
      "the table sessions has no session of ana at 2016-07-01T13:00:00.000Z",
    );
    writeLog(dir(), "log.jsonl", [{ user: "ana", app: "web", ms: noonMs + 1, name: "SEARCH" }]);
    const report = await explain(config, { user: "ana", app: null, atMs: noonMs });
    expect([report.events, report.score, report.agrees]).to.deep.equal([null, null, null]);
  });
});
