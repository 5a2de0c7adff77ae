import { expect } from "chai";
import fc from "fast-check";
import { decodeInstance, encodeInstance, registered } from "../../beam/registered";

class BoxFn {
  constructor(readonly content: unknown) {}
  shout() {
    return `${JSON.stringify(this.content)}!`;
  }
}
class InnerFn {
  constructor(readonly gap: number) {}
}
class UnknownFn {}
registered("test/beam/registered.test", { BoxFn, InnerFn });

const roundTrip = (value: object) => decodeInstance(encodeInstance(value));

describe("registered classes", () => {
  it("come back with methods and fields, for any plain data", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (content) => {
        // JSON knows no -0; it is refused below.
        const plain = JSON.parse(JSON.stringify(content)) as unknown;
        const back = roundTrip(new BoxFn(plain)) as BoxFn;
        expect(back).to.be.instanceOf(BoxFn);
        expect(back.content).to.deep.equal(plain);
        expect(back.shout()).to.equal(new BoxFn(plain).shout());
      }),
      { numRuns: 200 },
    );
  });

  it("keep keys named __proto__ and instances inside one another", () => {
    const content = JSON.parse('{"__proto__": 1, "constructor": 2}') as object;
    expect(Object.entries((roundTrip(new BoxFn(content)) as BoxFn).content as object)).to.deep.equal(Object.entries(content));
    const nested = roundTrip(new BoxFn([new InnerFn(7)])) as BoxFn;
    expect((nested.content as InnerFn[])[0])
      .to.be.instanceOf(InnerFn)
      .and.to.include({ gap: 7 });
  });

  it("leave out fields that are not set", () => {
    expect(Object.keys(roundTrip(new BoxFn(undefined)))).to.deep.equal([]);
  });

  const refused: [string, unknown, RegExp][] = [
    ["a function", () => 1, /^BoxFn\.content is a function: .* functions must be methods$/],
    ["bytes", { model: new Uint8Array(3) }, /^BoxFn\.content\.model is a Uint8Array: .* side input$/],
    ["a Map", [new Map()], /^BoxFn\.content\[0\] is a Map/],
    ["an unregistered class", new UnknownFn(), /^BoxFn\.content is a UnknownFn: .*registered\(\)$/],
    ["NaN", NaN, /is NaN/],
    ["infinity", -Infinity, /is -Infinity/],
    ["-0", -0, /is -0/],
    ["a bigint", 1n, /is a bigint/],
    ["a reserved key", { $class: "x" }, /\$class, which is reserved/],
  ];
  for (const [what, content, message] of refused) {
    it(`refuse ${what}, naming the field`, () => {
      expect(() => encodeInstance(new BoxFn(content))).to.throw(TypeError, message);
    });
  }

  it("refuse a second class of the same name, what is no class, and a name not known here", () => {
    expect(() => registered("test/beam/registered.test", { BoxFn: InnerFn })).to.throw("registered twice");
    expect(() => registered("test/beam/registered.test", { x: 1 })).to.throw("x is not a class");
    const foreign = Buffer.from(JSON.stringify({ $class: "sessionary/elsewhere.GoneFn", fields: {} }));
    expect(() => decodeInstance(foreign)).to.throw("class sessionary/elsewhere.GoneFn is not known here");
  });
});
