import { expect } from "chai";
import { BlockFn } from "../../beam/blockFn";
import { PipelineError } from "../../beam/run";
import { registered } from "../../beam/registered";
import { create, groupByKey, stage } from "../../beam/stages";
import { defineTask, runTask, shared, taskThreads, withThreads } from "../../beam/tasks";
import type { KeyedBytes } from "../../beam/types";
import { DataError, UserError } from "../../model/errors";
import { collect, kv, textOf, utf8 } from "./collect";
import { describeTask, failTask, reversedTask, sumTask, tickTask } from "./sampleTasks";

class ReverseFn extends BlockFn {
  override async process({ key, value }: KeyedBytes) {
    const copy = Uint8Array.from(value);
    return [{ key, value: await runTask(reversedTask, copy, [copy.buffer]) }];
  }
}

class FailingTaskFn extends BlockFn {
  constructor(private readonly how: string) {
    super();
  }
  override async process({ key }: KeyedBytes) {
    await runTask(failTask, this.how);
    return [kv(key)];
  }
}

class CountFn extends BlockFn {
  override async process({ value }: KeyedBytes) {
    await runTask(sumTask, { bytes: value });
  }
}

registered("test/beam/tasks.test", { ReverseFn, FailingTaskFn, CountFn });

const errorOf = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error("no error"),
    (error: Error) => error,
  );

describe("tasks", () => {
  for (const threads of [0, 2]) {
    const where = threads === 0 ? "in process" : "in threads";

    it(`give what the function gives (${where})`, async () => {
      await withThreads(threads, async () => {
        expect(taskThreads()).to.equal(threads);
        const { sum, thread } = await runTask(sumTask, { bytes: Uint8Array.of(1, 2, 250) });
        expect(sum).to.equal(253);
        expect(thread > 0).to.equal(threads > 0);
        expect(await runTask(reversedTask, Uint8Array.of(1, 2, 3))).to.deep.equal(Uint8Array.of(3, 2, 1));
      });
      expect(taskThreads()).to.equal(0);
    });

    it(`throw errors with their class, message, hints, code and stack (${where})`, async () => {
      await withThreads(threads, async () => {
        const user = await errorOf(runTask(failTask, "user"));
        expect(user).to.be.instanceOf(UserError);
        expect([user.name, user.message, (user as UserError).hints]).to.deep.equal([
          "UserError",
          "no such column",
          ["look at the config", "or at the file"],
        ]);
        const data = await errorOf(runTask(failTask, "data"));
        expect(data).to.be.instanceOf(DataError);
        expect((data as DataError).hints).to.deep.equal(["see dead_letters"]);
        const range = await errorOf(runTask(failTask, "range"));
        expect(range).to.be.instanceOf(RangeError);
        expect(range.stack).to.match(/RangeError: out of range\n.*sampleTasks/);
        expect(await errorOf(runTask(failTask, "code"))).to.include({ message: "not there", code: "ENOENT" });
      });
    });

    it(`say which function is missing (${where})`, async () => {
      await withThreads(threads, async () => {
        const error = await errorOf(runTask(defineTask<string, string>(sumTask.module, "nothing"), "x"));
        expect(error.message).to.match(/^task nothing: .*sampleTasks.js exports no function of that name$/);
      });
    });
  }

  it("move the buffers named, and copy all others", async () => {
    await withThreads(1, async () => {
      const moved = Uint8Array.of(1, 2, 3);
      const kept = Uint8Array.of(4, 5);
      await runTask(reversedTask, moved, [moved.buffer]);
      await runTask(reversedTask, kept);
      expect([moved.length, kept.length]).to.deep.equal([0, 2]);
    });
  });

  it("see shared bytes without a copy, made once for equal content", async () => {
    await withThreads(2, async () => {
      const model = utf8("a model");
      const copy = shared(model);
      expect(copy.buffer).to.be.instanceOf(SharedArrayBuffer);
      expect(shared(model)).to.equal(copy);
      expect(shared(utf8("a model"))).to.equal(copy);
      expect(shared(copy)).to.equal(copy);
      expect(shared(utf8("another"))).to.not.equal(copy);
      expect(await runTask(describeTask, copy)).to.deep.equal({ shared: true, length: 7, text: "a model" });
    });
    const bytes = utf8("x");
    expect(shared(bytes), "nothing to share with").to.equal(bytes);
  });

  it("end with an error when a thread dies", async () => {
    const error = await errorOf(withThreads(1, () => runTask(failTask, "exit")));
    expect(error.message).to.match(/exit|terminat/i);
    expect(taskThreads()).to.equal(0);
  });

  it("stop whatever threads still do when they are closed", async () => {
    const ticks = new Int32Array(new SharedArrayBuffer(4));
    let unanswered = Promise.resolve(new Error("not started"));
    await withThreads(1, async () => {
      unanswered = errorOf(runTask(tickTask, ticks));
      while (Atomics.load(ticks, 0) < 2) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    expect((await unanswered).message).to.match(/terminat/i);
    const ticked = Atomics.load(ticks, 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(Atomics.load(ticks, 0)).to.equal(ticked);
  });

  it("close their threads after an error, and refuse a second pool", async () => {
    const error = await errorOf(withThreads(1, () => withThreads(1, async () => {})));
    expect(error.message).to.contain("open already");
    expect(taskThreads()).to.equal(0);
  });

  it("make a pipeline give the same with 0, 1 and 3 threads", async () => {
    const input = Array.from({ length: 200 }, (_, i) => kv(`k${i % 7}`, `value ${i}`));
    const results = [];
    for (const threads of [0, 1, 3]) {
      const { elements } = await collect(
        (root) => root.apply(create("In", input)).apply(stage("Reverse", new ReverseFn())).apply(groupByKey("Group")),
        { threads },
      );
      results.push(elements.map(({ key, value }) => `${key} ${textOf(value)}`).sort());
    }
    expect(results[0]).to.have.length(200);
    expect(results[1]).to.deep.equal(results[0]);
    expect(results[2]).to.deep.equal(results[0]);
    expect(results[0]).to.include("k0 0 eulav");
  });

  it("count progress in threads as in process", async () => {
    for (const threads of [0, 1, 2]) {
      const { report } = await collect(
        (root) => root.apply(create("In", [kv("a", "123"), kv("b", "4567")])).apply(stage("Count", new CountFn())),
        {
          threads,
        },
      );
      expect(report.counters).to.deep.equal({ bytes: 7 });
    }
  });

  it("name stage and element when one fails in a thread, but let user errors through", async () => {
    const run = (how: string) =>
      errorOf(
        collect((root) => root.apply(create("In", [kv("a")])).apply(stage("Fails", new FailingTaskFn(how))), { threads: 1 }),
      );
    const error = await run("range");
    expect(error).to.be.instanceOf(PipelineError);
    expect(error.message).to.equal('Fails, key "a": out of range');
    expect(error.stack).to.match(/in task fail \(.*sampleTasks/);
    expect(await run("user")).to.be.instanceOf(UserError);
    expect((await run("text")).message).to.equal('Fails, key "a": just text');
  });
});
