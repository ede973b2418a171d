import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalInput } from "./canonical-input.ts";

describe("the canonical form of an input", () => {
  test("is sorted by name at every depth, lists keep their order", () => {
    expect(canonicalInput({ B: { d: 1, c: [2, 1] }, A: "x" })).toBe('A="x"&B={"c":[2,1],"d":1}');
    expect(canonicalInput({})).toBe("");
  });

  test("leaves out what is undefined, and the fields that it is told to", () => {
    expect(canonicalInput({ A: undefined, B: { c: undefined }, C: 1, D: 2 }, ["C"])).toBe("B={}&D=2");
  });

  test("differs for different data", () => {
    const values = [
      null,
      "",
      "null",
      "1",
      1,
      -0,
      0,
      Number.NaN,
      Infinity,
      1n,
      true,
      "true",
      [],
      [undefined],
      [null],
      ["a,b"],
      ["a", "b"],
      {},
      { a: 1 },
      '{"a":1}',
      new Date(0),
      "Date(0)",
      new Uint8Array([1]),
      new Uint8Array([2]),
      new Date(Number.NaN),
    ];
    const texts = values.map((A) => canonicalInput({ A }));
    expect(new Set(texts).size).toBe(values.length);
  });

  test("cannot be imitated by names of fields", () => {
    expect(canonicalInput({ 'A="x"&B': 1 })).not.toBe(canonicalInput({ A: "x", B: 1 }));
    expect(canonicalInput({ "A=1&B": 2 })).not.toBe(canonicalInput({ A: 1, B: 2 }));
  });

  test("is the same exactly for what JSON takes to be the same", () => {
    const any = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(any, any, (one, other) => {
        const same = sortedJson(one) === sortedJson(other);
        expect(canonicalInput(one) === canonicalInput(other)).toBe(same);
      }),
    );
  });

  test("does not exist for what is no data", () => {
    class Other {}
    for (const A of [() => 1, Symbol("a"), new Map(), new Other(), [new Set()]]) {
      expect(() => canonicalInput({ A })).toThrow(TypeError);
    }
  });
});

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_name, field: unknown) => {
    if (Object.is(field, -0)) return "-0 of numbers";
    if (typeof field !== "object" || field === null || Array.isArray(field)) return field;
    return Object.fromEntries(Object.entries(field).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
