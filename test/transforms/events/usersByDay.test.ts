import { expect } from "chai";
import fc from "fast-check";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { polyHash } from "../../../io/formats/rows";
import { encodeUserSet, uniteUserSets, UserHasher } from "../../../model/userSet";
import { IdentityMap } from "../../../transforms/events/identityMap";
import { UniteUsersCombineFn } from "../../../transforms/events/uniteUsers";
import { obeysCombineLaws } from "../../support/combineLaws";
import { UsersByDay, type UsersByDaySettings } from "../../../transforms/events/usersByDay";
import { readContent } from "./harness";

const setOf = (users: Iterable<string>, salt = "") => {
  const hasher = new UserHasher(salt);
  const hashes = Array.from(users, (user) => hasher.of(Buffer.from(user), 0, Buffer.byteLength(user)));
  return Buffer.from(encodeUserSet(Float64Array.from(hashes)));
};

describe("UniteUsersCombineFn", () => {
  const inputs = fc.array(fc.integer({ min: 0, max: 2 ** 40 - 1 })).map((hashes) => encodeUserSet(Float64Array.from(hashes)));
  obeysCombineLaws(() => new UniteUsersCombineFn(), { inputs });
});

describe("users by day", () => {
  it("are those with an event in the day's times, whatever the order, also where times of days overlap", () => {
    const someDays = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 25 })), { maxLength: 32 });
    const someEvents = fc.array(fc.tuple(fc.constantFrom("a", "b", "c", "dd"), fc.integer({ min: -5, max: 70 })));
    fc.assert(
      fc.property(someDays, fc.array(someEvents, { maxLength: 3 }), (days, rounds) => {
        const settings: UsersByDaySettings = {
          salt: "s",
          days: days.map(([fromMs, length], i) => ({ date: `day ${i}`, range: { fromMs, toMs: fromMs + length } })),
        };
        const map = new IdentityMap("alias,user,valid_from\na,b,\ndd,e,1970-01-01T00:00:00.030Z", "map.csv", "UTC");
        const collector = new UsersByDay(map, settings);
        for (const events of rounds) {
          for (const [user, timeMs] of events) {
            const bytes = Buffer.from(`-${user}-`);
            const key = [bytes, 1, bytes.length - 1, polyHash(bytes, 1, bytes.length - 1), timeMs] as const;
            expect(collector.find(...key)).to.equal(map.find(...key));
          }
          const found = collector.drain().map(({ key, value }) => [key, Buffer.from(value).toString("hex")]);
          const expected = settings.days.flatMap(({ date, range }) => {
            const own = events.filter(([, timeMs]) => timeMs >= range.fromMs && timeMs < range.toMs).map(([user]) => user);
            return own.length === 0 ? [] : [[`users/${date}`, setOf(own, "s").toString("hex")]];
          });
          expect(found).to.deep.equal(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("are of at most 32 days", () => {
    const days = Array.from({ length: 33 }, (_, i) => ({ date: String(i), range: { fromMs: i, toMs: i + 1 } }));
    expect(() => new UsersByDay(new IdentityMap("alias,user", "map.csv", "UTC"), { salt: "", days })).to.throw(RangeError);
  });

  it("are remembered as they stand in the logs, of all splits of a file, where there is an identity map", async () => {
    const T = Date.UTC(2026, 2, 2);
    const folder = mkdtempSync(join(tmpdir(), "sessionary-users-"));
    try {
      const identityMapPath = join(folder, "map.csv");
      writeFileSync(identityMapPath, "alias,user\nuser 1,person\n");
      const rows = Array.from({ length: 300 }, (_, i) => ({
        ts: T + i * 1000,
        user: `user ${i % 50}${i > 250 ? " late" : ""}`,
        app: i === 7 ? "" : "web",
        event: "e",
      }));
      const users = {
        salt: "",
        days: [
          { date: "2026-03-02", range: { fromMs: T, toMs: T + 200_000 } },
          { date: "2026-03-03", range: { fromMs: T + 100_000, toMs: T + 260_000 } },
          { date: "2026-03-04", range: { fromMs: T + 900_000, toMs: T + 999_999 } },
        ],
      };
      const range = { fromMs: T, toMs: T + 999_999 };
      const content = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
      for (const splitBytes of [1 << 24, 1000]) {
        const read = await readContent(content, { users, range, input: { identityMapPath, splitBytes } });
        const sets = [...read.users].map(([key, parts]) => [key, Buffer.from(uniteUserSets(parts)).toString("hex")]);
        const expected = users.days.slice(0, 2).map(({ date, range: { fromMs, toMs } }) => {
          const own = rows.filter(({ ts, app }) => ts >= fromMs && ts < toMs && app !== "").map(({ user }) => user);
          return [`users/${date}`, setOf(own).toString("hex")];
        });
        expect(sets.sort(([a], [b]) => (a! < b! ? -1 : 1))).to.deep.equal(expected);
      }
      expect((await readContent(content, { users, range })).users.size).to.equal(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
