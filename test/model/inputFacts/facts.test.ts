import { expect } from "chai";
import fc from "fast-check";
import { columnChanges } from "../../../model/inputFacts/columnChanges";
import { mergeInputFacts, NO_COLUMN, valueOverlap, type ColumnFacts, type DayFacts } from "../../../model/inputFacts/facts";
import type { ColumnRole } from "../../../model/inputFacts/roles";
import { isBlank, VALUE_TYPES, valueHash, valueTypeOf } from "../../../model/inputFacts/valueType";

const typeOf = (value: string) => VALUE_TYPES[valueTypeOf(value)];

describe("the look of a value", () => {
  it("is told from its text", () => {
    const looks: Readonly<Record<string, readonly string[]>> = {
      integer: ["0", "-17", "123456789", "99999999999999"],
      "epoch seconds": ["1467331200"],
      "epoch milliseconds": ["1467331200000"],
      "epoch microseconds": ["1467331200000000"],
      number: ["1.5", "-0.25", "1e9", "3."],
      boolean: ["true", "False"],
      "ISO time": ["2016-07-01", "2016-07-01T09:00:00Z", "2016-07-01 09:00"],
      date: ["01.07.2016 09:00", "17/May/2015:10:05:03 +0000", "2016/07/01"],
      "hex id": ["123e4567-e89b-12d3-a456-426614174000", "d41d8cd98f00b204e9800998ecf8427e", "1".repeat(20)],
      text: ["ana", "user-7", "7 up", "deadbeef", "-x"],
    };
    for (const [look, values] of Object.entries(looks)) for (const value of values) expect(typeOf(value), value).to.equal(look);
  });

  it("is blank where it says nothing", () => {
    for (const value of ["", "  ", "-", "null", "NULL", "None", "undefined", "N/A", "00000000-0000-0000-0000-000000000000"]) {
      expect(isBlank(value), value).to.equal(true);
    }
    for (const value of ["0", "no", "--", "nullable"]) expect(isBlank(value), value).to.equal(false);
  });
});

const columnFacts = (values: readonly string[], rows = values.length): ColumnFacts => ({
  present: rows,
  blank: values.filter(isBlank).length,
  types: VALUE_TYPES.map((type) => values.filter((value) => !isBlank(value) && typeOf(value) === type).length),
  values: [...new Set(values.map(valueHash))].sort((a, b) => a - b).slice(0, 32),
});

describe("facts", () => {
  it("sum to the same in any order and grouping", () => {
    const day = fc.dictionary(fc.constantFrom("a", "b", "__proto__"), fc.array(fc.string({ maxLength: 2 }), { maxLength: 50 }), {
      maxKeys: 3,
    });
    const some = fc.dictionary(fc.constantFrom("2026-01-01", "?x"), day).map((days) =>
      Object.fromEntries(
        Object.entries(days).map(([date, columns]): [string, DayFacts] => [
          date,
          {
            rows: 60,
            // Days with many columns were not looked at in whole rows alone.
            ...(Object.keys(columns).length > 1 && { wholeRows: 15 * Object.keys(columns).length }),
            columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, columnFacts(values)])),
          },
        ]),
      ),
    );
    fc.assert(
      fc.property(fc.array(some, { maxLength: 5 }), (parts) => {
        const all = mergeInputFacts(parts);
        expect(mergeInputFacts([...parts].reverse())).to.deep.equal(all);
        expect(mergeInputFacts([mergeInputFacts(parts.slice(0, 2)), mergeInputFacts(parts.slice(2))])).to.deep.equal(all);
      }),
    );
  });

  it("estimate how many values two columns share", () => {
    const ids = (from: number, to: number) => columnFacts(Array.from({ length: to - from }, (_, i) => `id-${from + i}`));
    expect(valueOverlap(ids(0, 1000), ids(0, 1000))).to.equal(1);
    expect(valueOverlap(ids(0, 1000), ids(1000, 2000))).to.equal(0);
    expect(valueOverlap(ids(0, 1000), ids(500, 1500))).to.be.within(0.1, 0.6);
    expect(valueOverlap(NO_COLUMN, NO_COLUMN)).to.equal(0);
  });
});

describe("a column that is gone", () => {
  const role: ColumnRole = { column: "user", setting: "input.user", types: "all", explains: ["missing_user"] };
  const people = Array.from({ length: 100 }, (_, i) => `u${i}`);
  const facts = (columns: Readonly<Record<string, readonly string[]>>): DayFacts => ({
    rows: 100,
    columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, columnFacts(values)])),
  });
  const history = [{ date: "2026-01-01", facts: facts({ user: people, page: people.map(() => "home") }) }];
  const kinds = (columns: Readonly<Record<string, readonly string[]>>) =>
    columnChanges({ date: "2026-01-02", facts: facts(columns) }, history, [role]).map(({ kind, text }) => [
      kind,
      /`(\w+)` appeared/.exec(text)?.[1],
    ]);

  it("is taken up by the one with the same values, then by the one with a like name, then by the only one", () => {
    const others = people.map((id) => `other-${id}`);
    const page = people.map(() => "home");
    expect(kinds({ page, visitor: people, userId: others })).to.deep.equal([["renamed", "visitor"]]);
    expect(kinds({ page, visitor: others, user_id: others })).to.deep.equal([["renamed", "user_id"]]);
    expect(kinds({ page, visitor: others })).to.deep.equal([["renamed", "visitor"]]);
  });

  it("is taken up also where only some rows were looked at as a whole", () => {
    const some = people.slice(0, 25);
    const partly = (columns: Readonly<Record<string, readonly string[]>>) => ({ ...facts(columns), wholeRows: 25 });
    const before = [{ date: "2026-01-01", facts: partly({ user: people, page: some, guest: some.slice(0, 1) }) }];
    const today = partly({ page: some, visitor: some.slice(10), guest: some });
    const found = columnChanges({ date: "2026-01-02", facts: today }, before, [role]);
    expect(found.map(({ kind, text }) => [kind, /`(\w+)` appeared/.exec(text)?.[1]])).to.deep.equal([["renamed", "visitor"]]);
    const none = { ...facts({}), wholeRows: 0 };
    expect(columnChanges({ date: "2026-01-02", facts: none }, before, [role])[0]?.kind).to.equal("gone");
  });

  it("is only gone where several may have taken its place, or none looks like it", () => {
    const others = people.map((id) => `other-${id}`);
    const page = people.map(() => "home");
    expect(kinds({ page, visitor: others, guest: others })).to.deep.equal([["gone", undefined]]);
    expect(kinds({ page, visitor: people.map((_, i) => `${i}`) })).to.deep.equal([["gone", undefined]]);
    expect(kinds({ page: people })).to.deep.equal([["gone", undefined]]);
    expect(kinds({ page, user: people })).to.deep.equal([]);
  });
});
