import { describe, expect, test } from "vitest";
import { CacheError } from "../errors/cache-error.ts";
import { inspectValue } from "./inspect-value.ts";

class Account {
  readonly #secret = 1;
  get secret(): number {
    return this.#secret;
  }
}

class List extends Array<number> {}
class Bytes extends Uint8Array {}
class Moment extends Date {}

describe("inspectValue", () => {
  test.each([
    ["a function", () => 1, "Cannot store a function (value)"],
    ["a symbol", Symbol("x"), "Cannot store a symbol (value)"],
    ["an instance of a class", new Account(), "Cannot store an instance of Account (value)"],
    ["a kind of array", new List(1, 2), "Cannot store an instance of List (value)"],
    ["a kind of binary data", new Bytes(1), "Cannot store an instance of Bytes (value)"],
    ["a kind of date", new Moment(), "Cannot store an instance of Moment (value)"],
    ["an error", new Error("x"), "Cannot store an instance of Error (value)"],
    ["a promise", Promise.resolve(1), "Cannot store an instance of Promise (value)"],
    ["a weak map", new WeakMap(), "Cannot store an instance of WeakMap (value)"],
    ["a URL", new URL("https://example.com"), "Cannot store an instance of URL (value)"],
    ["a boxed number", Object(1) as unknown, "Cannot store an instance of Number (value)"],
    [
      "a date with properties",
      Object.assign(new Date(0), { x: 1 }),
      "Cannot store a Date with properties (value)",
    ],
    [
      "a property named by a symbol",
      { [Symbol("x")]: 1 },
      "Cannot store a property named by a symbol (value)",
    ],
    ["something deep inside", { a: [{ b: () => 1 }] }, "Cannot store a function (value.a[0].b)"],
    ["a key of a map", new Map([[() => 1, 1]]), "Cannot store a function (value: a key)"],
    ["an item of a set", new Set([() => 1]), "Cannot store a function (value: an item)"],
  ])("refuses %s, and says where", (_, value, message) => {
    expect(() => inspectValue(value)).toThrow(new CacheError("CACHE_VALUE_NOT_STORABLE", message));
  });

  test("an object that is in two places is looked at once, however often it is repeated", () => {
    let value: unknown = ["x"];
    for (let level = 0; level < 60; level++) value = [value, value];
    expect(inspectValue(value).plain).toBe(false);
  });

  test.each([
    [
      "a user",
      () => ({
        id: `u-${Math.random()}`,
        name: { given: "A", family: "B" },
        emails: [{ value: "x", primary: true }],
      }),
    ],
    ["numbers", () => Array.from({ length: 100 }, () => Math.random())],
    ["text that takes two bytes a character", () => `${Math.random()} ${"я".repeat(200)}`],
    ["binary data", () => new Uint8Array(2_000)],
  ])("its size of %s is about what it takes in memory", (_, make) => {
    // Compared with the structured form, which is of the same order: the heap itself is measured by the benchmarks.
    const { size } = inspectValue(make());
    expect(Number.isSafeInteger(size)).toBe(true);
    expect(size).toBeGreaterThan(100);
    expect(size).toBeLessThan(10_000);
  });

  test("short text that is there many times counts once, as V8 keeps it, and long text each time", () => {
    const [short, long] = ["0123456789", "0123456789a"];
    const sizeOf = (text: string, count: number): number =>
      inspectValue(Array.from({ length: count }, () => text)).size;
    const perItem = (text: string): number => (sizeOf(text, 101) - sizeOf(text, 1)) / 100;
    expect(perItem(short)).toBe(8);
    expect(perItem(long)).toBe(8 + 20 + long.length);
  });

  test("more data never counts less", () => {
    const sizes = [1, 10, 100, 1_000].map(
      (count) => inspectValue(Array.from({ length: count }, (__, n) => `${n}`)).size,
    );
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(inspectValue("я".repeat(1_000)).size).toBeGreaterThan(inspectValue("y".repeat(1_000)).size * 1.8);
    expect(inspectValue(2n ** 4_000n).size).toBeGreaterThan(500);
  });
});
