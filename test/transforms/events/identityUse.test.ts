import { expect } from "chai";
import fc from "fast-check";
import { polyHash } from "../../../io/formats/rows";
import { encodeUserSet, UserHasher } from "../../../model/userSet";
import { IdentityMap } from "../../../transforms/events/identityMap";
import { IdentityUse } from "../../../transforms/events/identityUse";

const T = Date.UTC(2026, 2, 2);
const NAMES = ["a", "b", "c", "d"];
const RANGE = { fromMs: T + 3, toMs: T + 7 };

interface Line {
  readonly alias: string;
  readonly user: string;
  /** Milliseconds after T; null = always. */
  readonly from: number | null;
}

const someLines = fc.array(
  fc.record({
    alias: fc.constantFrom(...NAMES),
    user: fc.constantFrom(...NAMES, "person"),
    from: fc.option(fc.integer({ min: 0, max: 9 })),
  }),
  { maxLength: 6 },
);

const mapOf = (lines: readonly Line[]) =>
  new IdentityMap(
    ["alias,user,valid_from", ...lines.map(({ alias, user, from }) => `${alias},${user},${from === null ? "" : T + from}`)].join(
      "\n",
    ),
    "map.csv",
    "UTC",
  );

const setOf = (users: readonly string[], salt: string) => {
  const hasher = new UserHasher(salt);
  return encodeUserSet(Float64Array.from(users, (user) => hasher.of(Buffer.from(user), 0, user.length)));
};

/** Who is who at each time of the range, as rows are told. */
function people(lines: readonly Line[], users: readonly string[]): string[] {
  const map = mapOf(lines);
  return users.flatMap((name) => {
    const bytes = Buffer.from(name);
    return Array.from({ length: RANGE.toMs - RANGE.fromMs }, (_, i) => {
      const found = map.find(bytes, 0, bytes.length, polyHash(bytes, 0, bytes.length), RANGE.fromMs + i);
      return `${name} ${i} ${found === null ? name : Buffer.from(found.user).toString()}`;
    });
  });
}

describe("what of an identity map matters to a day", () => {
  const useOf = (lines: readonly Line[], users: readonly string[], salt = "") =>
    new IdentityUse(mapOf(lines), salt).of(setOf(users, salt), RANGE);

  it("is the same for two maps exactly when each user of the day is the same person all day", () => {
    let same = 0;
    let different = 0;
    fc.assert(
      fc.property(someLines, someLines, fc.subarray(NAMES), fc.constantFrom("", "salt"), (before, after, users, salt) => {
        const isSame = people(before, users).join() === people(after, users).join();
        expect(useOf(before, users, salt) === useOf(after, users, salt)).to.equal(isSame);
        if (isSame) same++;
        else different++;
      }),
      { numRuns: 2000, seed: 3 },
    );
    expect(Math.min(same, different)).to.be.greaterThan(300);
  });

  it("does not hang on the order of the aliases", () => {
    fc.assert(
      fc.property(someLines, fc.subarray(NAMES), (lines, users) => {
        // Lines of one alias and time stay in order: the first of them counts.
        const moved = [...lines].sort((a, b) => (a.alias < b.alias ? 1 : a.alias > b.alias ? -1 : 0));
        expect(useOf(moved, users)).to.equal(useOf(lines, users));
      }),
    );
  });

  it("is that of an empty map where no user of the day is an alias", () => {
    const lines = [{ alias: "a", user: "person", from: null }];
    expect(useOf(lines, ["b", "person"])).to.equal(useOf([], ["b"]));
    expect(useOf(lines, ["a"])).to.not.equal(useOf([], ["a"]));
  });
});
