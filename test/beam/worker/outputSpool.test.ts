import { expect } from "chai";
import fc from "fast-check";
import { OutputSpool, type OutputPiece } from "../../../beam/worker/outputSpool";

function piece(index: number, bytes: number): OutputPiece {
  return { instructionId: "b", transformId: "t", data: new Uint8Array(bytes).fill(index), isLast: false };
}

describe("output spool", () => {
  it("sends every piece once, in order and unchanged, however the network takes them", () => {
    const pieces = fc.array(fc.nat(50), { maxLength: 60 });
    fc.assert(
      fc.property(
        pieces,
        fc.nat(100),
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.boolean()),
        (sizes, memoryBytes, inFlight, turns) => {
          const sent: OutputPiece[] = [];
          const taken: (() => void)[] = [];
          const send = (next: OutputPiece, done: () => void): void => void (sent.push(next), taken.push(done));
          const spool = new OutputSpool(send, { memoryBytes, inFlightBytes: inFlight });
          const all = sizes.map((bytes, index) => piece(index, bytes));
          all.forEach((next, index) => {
            spool.push(next);
            if (turns[index] === true) {
              taken.shift()?.();
            }
            expect(spool.memoryBytes).to.be.at.most(memoryBytes);
          });
          while (taken.length > 0) {
            taken.shift()!();
          }
          spool.close();
          expect(sent).to.deep.equal(all);
        },
      ),
    );
  });

  it("keeps memory below its limit and the rest in a file while the network takes nothing", () => {
    const spool = new OutputSpool(() => undefined, { memoryBytes: 1 << 20, inFlightBytes: 1 });
    for (let index = 0; index < 100; index++) {
      spool.push(piece(index, 100_000));
    }
    expect(spool.memoryBytes).to.be.at.most(1 << 20);
    expect(spool.spooledBytes).to.be.at.least(8_900_000);
    spool.close();
  });
});
