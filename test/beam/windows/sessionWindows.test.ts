import "../../../beam/stages";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runPipeline } from "../../../beam/run";
import type { RunSettings } from "../../../beam/types";
import { sessionWindow } from "../../../beam/windows/assignSessions";
import { sessionWindowsProblem } from "../../../beam/windows/mergingKnown";
import { sessionPipeline, sessionsByHand } from "../../engines/sessionPipeline";
import { useTempDir } from "../../support/tempDir";

const EMBEDDED: RunSettings = { kind: "direct", threads: 0, spillBytes: 1 << 28, tempDir: tmpdir() };

describe("session windows", () => {
  const dir = useTempDir();

  it("give the sessions of a brute-force count in an embedded run, whatever the number of splits", async () => {
    for (const splits of [1, 3]) {
      const options = { users: 10, eventsPerUser: 100, splits, dir: dir() };
      await runPipeline("sessions", sessionPipeline(options), EMBEDDED);
      expect(readFileSync(join(dir(), "sessions.txt"), "utf8").split("\n")).to.deep.equal(sessionsByHand(options));
    }
  });

  it("never just touch: a pause equal to the gap leaves half a millisecond between them", () => {
    const [first, next] = [sessionWindow(1000, 500), sessionWindow(1500, 500)];
    expect(next.start.subtract(first.end).toNumber()).to.equal(1);
    expect(sessionWindow(1499, 500).start.lessThan(first.end)).to.equal(true);
  });

  it("refuse times that are no whole milliseconds, and gaps below 1", () => {
    expect(() => sessionWindow(0.5, 10)).to.throw(RangeError);
    expect(() => sessionWindow(2 ** 53, 10)).to.throw(RangeError);
    expect(() => sessionWindow(0, 0)).to.throw(RangeError);
  });

  it("are refused where merging is wrong or was never checked", () => {
    const problem = (kind: RunSettings["kind"], more: Partial<RunSettings> = {}): string | null =>
      sessionWindowsProblem({ ...EMBEDDED, kind, parallelism: 2, ...more });
    expect(problem("flink")).to.contain("Flink");
    expect(problem("dataflow")).to.contain("Dataflow");
    expect(problem("portable")).to.contain("this engine");
    expect([problem("prism"), problem("spark"), problem("direct"), problem("flink", { parallelism: 1 })]).to.deep.equal([
      null,
      null,
      null,
      null,
    ]);
  });
});
