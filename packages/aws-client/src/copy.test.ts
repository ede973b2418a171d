import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { copyData } from "./copy.ts";

describe("a copy", () => {
  test("is equal and shares nothing", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything({ withDate: true, withBigInt: true })), (value) => {
        const copy = copyData(value);
        expect(copy).toEqual(value);
        expect(shared(copy, value)).toEqual([]);
      }),
    );
  });

  test("has the dates, bytes and collections of the original", () => {
    const original = {
      at: new Date(1),
      bytes: new Uint8Array([1]),
      map: new Map([[1, { a: 1 }]]),
      set: new Set([1]),
    };
    const copy = copyData(original);
    expect(copy).toEqual(original);
    original.at.setTime(2);
    original.bytes[0] = 2;
    expect([copy.at.getTime(), copy.bytes[0], copy.map.get(1) === original.map.get(1)]).toEqual([
      1,
      1,
      false,
    ]);
  });

  test("is not frozen when the original is", () => {
    const copy = copyData(Object.freeze({ a: Object.freeze([1]) })) as { a: number[] };
    copy.a.push(2);
    expect(copy).toEqual({ a: [1, 2] });
  });

  test("has a field called __proto__ as a field", () => {
    const copy = copyData(JSON.parse('{"__proto__":{"admin":true},"a":1}') as Record<string, unknown>);
    expect(Object.keys(copy).toSorted()).toEqual(["__proto__", "a"]);
    expect(copy["admin"]).toBeUndefined();
  });

  test("is not made of what is no data", () => {
    expect(() => copyData({ a: () => 1 })).toThrow("could not be cloned");
  });
});

/** The objects that both have. */
function shared(one: unknown, other: unknown): unknown[] {
  if (typeof one !== "object" || one === null || typeof other !== "object" || other === null) return [];
  if (one === other) return [one];
  return Object.keys(one).flatMap((name) =>
    shared((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name]),
  );
}
