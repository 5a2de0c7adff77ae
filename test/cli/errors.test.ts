import { expect } from "chai";
import { CommanderError } from "commander";
import { commanderExitCode, presentError } from "../../cli/errors";
import { DataError, EngineError, InterruptedError, UserError } from "../../model/errors";

describe("errors as the user meets them", () => {
  it("that the user can change have code 2 and no stack", () => {
    expect(presentError(new UserError("there is no column ts", ["columns: time, user"]))).to.deep.equal({
      kind: "user",
      message: "there is no column ts",
      hints: ["columns: time, user"],
      exitCode: 2,
    });
  });

  it("of a failed check of data have code 1 and no stack", () => {
    expect(presentError(new DataError("7 % of rows cannot be read"))).to.deep.include({ kind: "data", exitCode: 1, hints: [] });
  });

  it("inside a pipeline are told as what they are", () => {
    const wrapped = new Error("stage failed", { cause: new Error("inner", { cause: new UserError("no such column") }) });
    expect(presentError(wrapped)).to.deep.include({ kind: "user", message: "no such column" });
  });

  it("of disk and network name the cause and the place", () => {
    const full = Object.assign(new Error("ENOSPC: write"), { code: "ENOSPC", path: "/data/out" });
    const inStage = Object.assign(new Error("WriteShards: ENOSPC", { cause: full }), { transform: "Score/WriteShards" });
    expect(presentError(inStage)).to.deep.equal({
      kind: "system",
      message: "/data/out: no space left on the disk (ENOSPC)",
      hints: ["in stage Score/WriteShards", "nothing was published"],
      exitCode: 1,
    });
    const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED", address: "127.0.0.1", port: 8099 });
    expect(presentError(refused).message).to.equal("127.0.0.1:8099: nobody answers there (ECONNREFUSED)");
  });

  it("of an engine, and Ctrl-C, say that nothing was published", () => {
    expect(presentError(new EngineError("the job was cancelled", ["by whom is not known"]))).to.deep.equal({
      kind: "system",
      message: "the job was cancelled",
      hints: ["by whom is not known", "nothing was published"],
      exitCode: 1,
    });
    expect(presentError(new InterruptedError("stopped")).exitCode).to.equal(130);
  });

  it("of ours come with stack and versions, and code 1", () => {
    const presented = presentError(new TypeError("x is not a function"));
    expect(presented).to.deep.include({ kind: "bug", message: "TypeError: x is not a function", exitCode: 1 });
    expect(presented.hints.join("\n"))
      .to.match(/at .*errors\.test/)
      .and.match(/sessionary \d+\.\d+\.\d+, Node v/);
  });

  it("that are no errors at all are told too", () => {
    expect(presentError("plain text")).to.deep.include({ kind: "bug", message: "plain text" });
  });

  it("of the command line have code 2, help has code 0", () => {
    expect(commanderExitCode(new CommanderError(1, "commander.unknownOption", "unknown"))).to.equal(2);
    expect(commanderExitCode(new CommanderError(0, "commander.helpDisplayed", ""))).to.equal(0);
    expect(commanderExitCode(new Error("other"))).to.equal(null);
  });
});
