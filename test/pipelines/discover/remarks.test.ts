import { expect } from "chai";
import { random } from "../../../ml/random";
import type { AppDiscovery } from "../../../model/discoveryReport";
import type { AppPieces } from "../../../pipelines/discover/assemble";
import { discover } from "../../../pipelines/discover/discover";
import { remarksOf } from "../../../pipelines/discover/remarks";
import type { DiscoverySpace } from "../../../transforms/discovery/discoverySpace";
import { projectConfig, writeLog, type LogRow } from "../../support/project";
import { useTempDir } from "../../support/tempDir";

const HOUR = 3_600_000;
const QUICK = "kMin: 2, kMax: 3, stabilitySubsets: 0, nullRuns: 0, clusterSampleSessions: 200, minEventShare: 0.05";

/** One session a user: `events(i)` names what user i does, a second apart. */
const sessionsOf = (count: number, events: (i: number) => readonly string[]): LogRow[] =>
  Array.from({ length: count }, (_, i) =>
    events(i).map((event, at) => ({ user: `u${i}`, ts: Date.UTC(2026, 2, 2) + (i % 20) * HOUR + at * 1000, event, app: "web" })),
  ).flat();

describe("remarks on odd logs", () => {
  const dir = useTempDir();

  const found = async (rows: readonly LogRow[], settings = ""): Promise<AppDiscovery> => {
    writeLog(dir(), rows);
    const config = projectConfig(dir(), `sessions: { minEvents: 2 }\ndiscovery: { ${QUICK}${settings} }`);
    return (await discover(config, { dates: null })).report.apps[0]!;
  };
  const draw = random(3);
  const any = (...names: string[]) => names[Math.floor(draw() * names.length)]!;

  it("say nothing where nothing is odd", async () => {
    const app = await found(sessionsOf(200, (i) => [`A${i % 2}`, any("X", "Y", "Z"), any("X", "Y", "Z"), `B${i % 2}`]));
    expect(app.remarks).to.deep.equal([]);
  });

  it("say which name floods the log, and how much it weighs under each weighting", async () => {
    const flood = sessionsOf(200, (i) => [
      ...Array<string>(i % 10 === 0 ? 0 : 30).fill("VIEW"),
      `A${i % 2}`,
      any("X", "Y"),
      any("X", "Y"),
    ]);
    const [remark, ...others] = (await found(flood)).remarks;
    expect(others).to.deep.equal([]);
    const shares = [...remark!.matchAll(/([\d.]+) %/g)].map(([, share]) => Number(share));
    expect(remark).to.match(
      /^VIEW is 90 % of all events\. It carries .*\(weighting count\); it would be .* log, .* binary\. Take one of these/,
    );
    expect(shares[1]).to.be.above(shares[2]!).and.to.be.above(shares[3]!);
    const [damped] = (await found(flood, ", weighting: binary")).remarks;
    expect(damped).to.match(
      new RegExp(`carries ${shares[3]} % .*\\(weighting binary\\).* ${shares[1]} % with discovery.weighting: count`),
    );
  });

  it("say how many sessions are a single event, and that short ones are not learned from", async () => {
    const app = await found(
      sessionsOf(1000, (i) => (i % 25 < 22 ? ["A"] : [`A${i % 2}`, any("X", "Y"), `B${i % 3}`, any("X", "Y")])),
    );
    expect(app.sampledSessions).to.equal(120);
    expect(app.remarks).to.have.length(1);
    expect(app.remarks[0]).to.match(
      /^88 % of the sessions are a single event\..*minEvents \(2\).*88 % of all.*the other 12 % \(120\)/,
    );
  });

  it("say that hundreds of names are near unique, and how many sessions are left without any that counts", async () => {
    const app = await found(
      sessionsOf(600, (i) => (i % 2 ? [`/page/${i}`, `/page/x${i}`] : [`/a${i % 4}`, any("/b", "/c"), any("/b", "/c")])),
    );
    expect(app.remarks).to.have.length(3);
    expect(app.remarks[0]).to.match(/^Only 4 event names tell sessions apart \(\/a0, .*more columns/);
    expect(app.remarks[1]).to.match(
      /^600 of 604 event names .* 600 of them in one session only.*noise feature alone.*input\.event\.address/,
    );
    expect(app.remarks[2]).to.match(/^50 % of the sampled sessions have none of the 4 events/);
    expect(app.clusteredSessions).to.equal(300);
  });

  it("say how much of the log is a few endless sessions", async () => {
    const app = await found(
      sessionsOf(150, (i) =>
        i < 2 ? Array<string>(1500).fill(`A${i}`).concat("X") : [`A${i % 2}`, any("X", "Y"), any("X", "Y", "Z")],
      ),
    );
    expect(app.remarks.find((remark) => remark.startsWith("2 sessions of 1000 events"))).to.match(/hold 8\d % .*weighting: log/);
  });

  it("say which clusters are too small to trust, and where most are stages of one way", async () => {
    const steps = ["open", "list", "item", "cart", "pay"];
    const funnel = sessionsOf(300, (i) => (i < 16 ? ["help", "faq", "help"] : steps.slice(0, 2 + (i % 4))));
    const app = await found(funnel, ", k: { web: 5 }");
    const [tiny, stages] = app.remarks;
    expect(tiny).to.match(/^A cluster has fewer than 20 sessions: \d \(16\)\./);
    expect(stages).to.match(/^4 of the 5 clusters are stages of a few ways.* → .* → /);
  });

  it("say that more names count than can be compared", () => {
    const names = Array.from({ length: 1000 }, (_, i) => ({ event: `e${i}`, idf: 1, sessionShare: 0.1 }));
    const space = {
      events: names.map(({ event }) => event),
      idf: new Float64Array(1000).fill(1),
      sessionCount: 90,
      weightedSessions: 90,
    };
    const pieces = { choice: null, shape: null, lengths: null } as unknown as AppPieces;
    const remarks = (eventCount: number) =>
      remarksOf(projectConfig(dir()), { ...space, eventCount } as unknown as DiscoverySpace, pieces, []);
    expect(remarks(1000)).to.deep.equal([]);
    expect(remarks(14_000)[0]).to.match(/^The 1,000 most frequent of 14,000 event names count/);
  });

  it("tell that a chosen k does not fit so few sessions", async () => {
    const app = await found(
      sessionsOf(60, (i) => [`A${i % 2}`, any("X", "Y"), any("X", "Y", "Z")]),
      ", k: { web: 40 }",
    );
    expect(app.remarks.at(-1)).to.match(/^k = 40 was chosen.* k = [23] was taken/);
  });

  it("ask for more columns where three names are all there is", async () => {
    const app = await found(sessionsOf(200, (i) => ["A", "A", any("B", "C"), i % 2 ? "A" : "B"]));
    expect(app.tooLittle).to.match(/only 2 of 3 event names can tell sessions apart.*add columns to input\.event/);
  });
});
