import { expect } from "chai";
import fc from "fast-check";
import { mapBounded, Gate } from "../../../io/places/bounded";
import { NoAnswerError, withoutStalls } from "../../../io/places/deadline";
import type { Place } from "../../../io/places/place";
import { RangeBlob } from "../../../io/places/rangeBlob";
import { ReadAhead } from "../../../io/places/readAhead";
import { Retries } from "../../../io/places/retry";

const WINDOW = 1 << 22;

/** A file of that many bytes, and what was asked of it. */
function fileOf(size: number) {
  const content = new Uint8Array(size).map((_, i) => (i * 31 + (i >> 8)) & 255);
  const asked: [number, number][] = [];
  let open = 0;
  let most = 0;
  const readRange: Place["readRange"] = async (_, start, end) => {
    asked.push([start, end]);
    most = Math.max(most, ++open);
    await new Promise((resolve) => setImmediate(resolve));
    open -= 1;
    return content.slice(start, end);
  };
  return { content, asked, place: { readRange } as Place, most: () => most };
}

async function readAll(source: ReadAhead, pieces: readonly number[]): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let i = 0; ; i++) {
    const part = new Uint8Array(pieces[i % pieces.length] as number);
    const count = await source.read(part, 0, part.length);
    if (count === 0) return Buffer.concat(parts);
    parts.push(part.subarray(0, count));
  }
}

describe("reading ahead", () => {
  it("gives the bytes from a position on, in any pieces, with any hints", async () => {
    const { content, place } = fileOf(50_000);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(60_000),
        fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 5 }),
        fc.record({ until: fc.nat(70_000), bytes: fc.constant(50_000) }, { requiredKeys: [] }),
        async (position, pieces, hints) => {
          const read = await readAll(new ReadAhead(place, "f", position, hints), pieces);
          expect(Buffer.from(read).equals(Buffer.from(content.subarray(position)))).to.equal(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("asks for no byte twice, for few windows at a time, and for none behind the end", async () => {
    const { content, asked, place, most } = fileOf(6 * WINDOW + 5);
    const bytes = content.length;
    const read = await readAll(new ReadAhead(place, "f", 0, { until: bytes, bytes }), [1 << 20]);
    expect(Buffer.from(read).equals(Buffer.from(content))).to.equal(true);
    expect(asked.map(([start, end]) => end - start)).to.deep.equal([...Array<number>(6).fill(WINDOW), 5]);
    expect(most()).to.equal(4);
  });

  it("fetches little more than the head for who reads the head", async () => {
    const { asked, place } = fileOf(10 * WINDOW);
    const source = new ReadAhead(place, "f", 0, {});
    expect(await source.read(new Uint8Array(8), 0, 8)).to.equal(8);
    source.close();
    expect(asked).to.deep.equal([[0, 8]]);
  });

  it("tells of a range that failed when its turn comes", async () => {
    const readRange: Place["readRange"] = async (_, start) => {
      if (start > 0) throw new Error("broken");
      return new Uint8Array(WINDOW);
    };
    const source = new ReadAhead({ readRange } as Place, "f", 0, { until: 3 * WINDOW });
    const target = new Uint8Array(WINDOW);
    expect(await source.read(target, 0, WINDOW)).to.equal(WINDOW);
    expect(await source.read(target, 0, 1).catch((error: Error) => error.message)).to.equal("broken");
  });
});

describe("a file as a blob of ranges", () => {
  it("slices as blobs do, and fetches what is asked for", async () => {
    const { content, asked, place } = fileOf(1000);
    const blob = new RangeBlob(place, { path: "f", bytes: 1000, tag: "1" });
    const real = new Blob([content]);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -1200, max: 1200 }), fc.integer({ min: -1200, max: 1200 }), async (start, end) => {
        const [ours, theirs] = [blob.slice(start, end).slice(3), real.slice(start, end).slice(3)];
        expect(ours.size).to.equal(theirs.size);
        expect(Buffer.from(await ours.arrayBuffer()).equals(Buffer.from(await theirs.arrayBuffer()))).to.equal(true);
      }),
    );
    asked.length = 0;
    await blob.slice(-8).arrayBuffer();
    expect(asked).to.deep.equal([[992, 1000]]);
  });
});

describe("many requests", () => {
  it("run a few at a time, give results in order, and stop at the first failure", async () => {
    let open = 0;
    let most = 0;
    const done: number[] = [];
    const work = async (i: number) => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, (i * 7) % 5));
      open -= 1;
      if (i === 13) throw new Error("thirteen");
      done.push(i);
      return i * i;
    };
    expect(await mapBounded([1, 2, 3, 4, 5, 6, 7], work, 3)).to.deep.equal([1, 4, 9, 16, 25, 36, 49]);
    expect(most).to.equal(3);
    expect(await mapBounded([], work)).to.deep.equal([]);
    done.length = 0;
    const numbers = Array.from({ length: 100 }, (_, i) => i);
    expect(await mapBounded(numbers, work, 2).catch((error: Error) => error.message)).to.equal("thirteen");
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(done.length).to.be.lessThan(20);
  });

  it("pass a gate in order, and one that fails lets the next in", async () => {
    const gate = new Gate(2);
    const order: number[] = [];
    const results = await Promise.allSettled(
      [0, 1, 2, 3, 4].map((i) =>
        gate.pass(async () => {
          order.push(i);
          await new Promise((resolve) => setImmediate(resolve));
          if (i === 1) throw new Error("one");
        }),
      ),
    );
    expect(order).to.deep.equal([0, 1, 2, 3, 4]);
    expect(results.filter(({ status }) => status === "rejected")).to.have.length(1);
  });
});

describe("requests that fail", () => {
  const policy = { tries: 3, triesUnreachable: 2, firstMs: 1, longestMs: 2, bodySilenceMs: 20 };
  const failures = async (kind: "again" | "unreachable", progressAfter = Infinity) => {
    const retries = new Retries(policy);
    for (let n = 1; n < 20; n++) {
      try {
        if (n === progressAfter) retries.progress();
        await retries.failed(new Error("busy"), { kind });
      } catch {
        return n;
      }
    }
    return Infinity;
  };

  it("are tried again so many times in a row, fewer where nothing answers; progress counts anew", async () => {
    expect(await failures("again")).to.equal(3);
    expect(await failures("unreachable")).to.equal(2);
    expect(await failures("again", 3)).to.equal(5);
    const final = new Error("denied");
    const error = await new Retries(policy).failed(new Error("x"), { kind: "final", error: final }).catch((e: unknown) => e);
    expect(error).to.equal(final);
  });

  it("because a body falls silent are told from slow ones", async () => {
    async function* slow() {
      for (let i = 0; i < 5; i++) {
        await new Promise((resolve) => setTimeout(resolve, 8));
        yield new Uint8Array([i]);
      }
    }
    const patient = Object.assign(slow(), { destroy: () => undefined });
    const seen: number[] = [];
    for await (const [value] of withoutStalls(patient, 500)) seen.push(value as number);
    expect(seen).to.deep.equal([0, 1, 2, 3, 4]);
    let wake: (error: Error) => void = () => undefined;
    async function* silent() {
      yield new Uint8Array([1]);
      await new Promise((_, reject) => (wake = reject));
    }
    const body = Object.assign(silent(), { destroy: (error: Error) => wake(error) });
    const got: number[] = [];
    let failure: unknown;
    try {
      for await (const [value] of withoutStalls(body, 20)) got.push(value as number);
    } catch (error) {
      failure = error;
    }
    expect(got).to.deep.equal([1]);
    expect(failure).to.be.instanceOf(NoAnswerError);
  });
});
