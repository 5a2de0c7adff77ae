import { expect } from "chai";
import { inputLines, tooLateLines } from "../../cli/inputLines";
import type { DayReport } from "../../pipelines/score/report";

const day = (date: string, jobId: string, manifest: object): DayReport =>
  ({ date, kind: "published", version: 1, manifestPath: "", manifest: { jobId, ...manifest } }) as unknown as DayReport;

const gone = {
  kind: "gone",
  since: "2026-03-02",
  column: "user",
  text: "`user` (input.user) is gone since 2026-03-02",
  advice: "name another column",
  explains: ["missing_user"],
};

describe("what a run says of its input", () => {
  it("is once a job: files read, rows set aside with what explains them, and changes", () => {
    const input = (path: string, read: boolean) => ({ path, bytes: 1, tag: "", near: true, read });
    const manifest = {
      inputs: [input("a", true), input("b", false), input("c", true), input("d", true), input("e", true)],
      changes: [gone],
      job: { rows: { setAside: { malformed: 2, missing_user: 1200 } } },
    };
    const days = [day("2026-03-02", "j", manifest), day("2026-03-03", "j", manifest)];
    expect(inputLines([...days, { date: "2026-03-04", kind: "unchanged", runId: "r" }])).to.deep.equal([
      "files: 4 read of 5 that may hold rows of these days: a, c, …, e",
      "  1,200 set aside as missing_user: `user` (input.user) is gone since 2026-03-02",
      "  2 set aside as malformed: the line is not of the input's format",
      "changed: `user` (input.user) is gone since 2026-03-02: name another column",
    ]);
  });

  it("counts days and files that are too late", () => {
    const reason = (path: string) => ({ what: "file added" as const, path });
    const tooLate = [
      { date: "2026-01-01", reasons: [reason("x"), reason("y")] },
      { date: "2026-01-02", reasons: [reason("y")] },
    ];
    expect(tooLateLines({ tooLate: [] }, 3)).to.deep.equal([]);
    expect(tooLateLines({ tooLate }, 3)[0]).to.match(
      /^2 days are stale but more than 3 days old \(scoring.maxDaysLate\), for 2 files:/,
    );
    expect(tooLateLines({ tooLate: [{ date: "2026-01-01", reasons: [{ what: "model" }] }] }, 3)[0]).to.match(
      /maxDaysLate\): left/,
    );
  });
});
