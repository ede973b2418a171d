import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isDeepStrictEqual } from "node:util";
import { structuredData } from "../../test/support/arbitrary-values.ts";
import { valueFormFor } from "./value-form.ts";

const forms = {
  "stored bytes": valueFormFor("bytes", false),
  "private copies": valueFormFor("copies", false),
};

/** Changes whatever can be changed in a value. */
function vandalise(value: unknown, seen: Set<unknown> = new Set()): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    for (let index = 0; index < bytes.length; index++) bytes[index] = (bytes[index] as number) ^ 0xff;
    return;
  }
  if (value instanceof ArrayBuffer) return vandalise(new Uint8Array(value), seen);
  if (value instanceof Date) return void value.setTime(12_345);
  if (value instanceof Map) {
    for (const [key, item] of value) {
      vandalise(key, seen);
      vandalise(item, seen);
    }
    value.clear();
  } else if (value instanceof Set) {
    for (const item of value) vandalise(item, seen);
    value.clear();
  } else {
    for (const name of Object.keys(value)) {
      const item = (value as Record<string, unknown>)[name];
      vandalise(item, seen);
    }
  }
  if (Array.isArray(value)) value.push("vandal");
  else Object.defineProperty(value, "vandal", { value: 1, enumerable: true, configurable: true });
}

for (const [name, form] of Object.entries(forms)) {
  describe(`values as ${name}`, () => {
    test("a value of any kind comes back equal", () => {
      fc.assert(
        fc.property(structuredData, (value) => {
          const taken = form.unpack(form.pack(value).payload);
          expect(taken).toBeDefined();
          expect(isDeepStrictEqual(taken?.value, value)).toBe(true);
        }),
        { numRuns: 1_000 },
      );
    });

    test("whoever changes what he put in or took out changes nothing for others", () => {
      fc.assert(
        fc.property(structuredData, (value) => {
          const { payload } = form.pack(value);
          const untouched = form.unpack(form.pack(value).payload)?.value;
          const first = form.unpack(payload)?.value;
          vandalise(first);
          vandalise(value);
          expect(isDeepStrictEqual(form.unpack(payload)?.value, untouched)).toBe(true);
        }),
        { numRuns: 500 },
      );
    });

    test("a size is a whole number, and says something of what is kept", () => {
      fc.assert(
        fc.property(structuredData, (value) => {
          const { size } = form.pack(value);
          expect(Number.isSafeInteger(size) && size >= 0).toBe(true);
        }),
      );
    });

    test("null and undefined are values", () => {
      expect(form.unpack(form.pack(null).payload)).toEqual({ value: null });
      expect(form.unpack(form.pack(undefined).payload)).toEqual({ value: undefined });
    });

    test("one object in two places is one object in the copy, and a cycle closes in the copy", () => {
      const shared = { a: 1 };
      const { payload } = form.pack([shared, shared]);
      const [one, other] = (form.unpack(payload) as { value: [object, object] }).value;
      expect(one).toBe(other);
      expect(one).not.toBe(shared);
      const cycle: { self?: unknown } = {};
      cycle.self = cycle;
      const copy = form.unpack(form.pack(cycle).payload)?.value as { self?: unknown };
      expect(copy.self).toBe(copy);
    });

    test("an object without a prototype comes back as a plain one", () => {
      const value = Object.assign(Object.create(null) as object, { a: 1 });
      expect(form.unpack(form.pack(value).payload)?.value).toEqual({ a: 1 });
    });

    test("what has behaviour or a hidden state is refused", () => {
      expect(() => form.pack({ load: () => 1 })).toThrow("Cannot store a function (value.load)");
      expect(() => form.pack(new URL("https://example.com"))).toThrow("an instance of URL");
    });
  });
}

describe("shared references", () => {
  const form = valueFormFor("references", false);

  test("everybody gets the same value, frozen through and through", () => {
    const value = { list: [{ a: 1 }], map: new Map([[{ k: 1 }, { v: 1 }]]) };
    const { payload } = form.pack(value);
    const taken = form.unpack(payload)?.value as typeof value;
    expect(taken).toBe(value);
    expect(form.unpack(payload)?.value).toBe(value);
    expect(Object.isFrozen(taken) && Object.isFrozen(taken.list) && Object.isFrozen(taken.list[0])).toBe(
      true,
    );
    for (const [key, item] of taken.map) expect(Object.isFrozen(key) && Object.isFrozen(item)).toBe(true);
    expect(() => taken.list.push({ a: 2 })).toThrow(TypeError);
  });

  test("a cycle, and binary data inside, are no trouble", () => {
    const cycle: { self?: unknown; bytes: Uint8Array } = { bytes: new Uint8Array(2) };
    cycle.self = cycle;
    expect(form.unpack(form.pack(cycle).payload)?.value).toBe(cycle);
    expect(Object.isFrozen(cycle)).toBe(true);
  });

  test("what was frozen at the top only is frozen below, too", () => {
    const value = Object.freeze({ inner: { a: 1 } });
    form.pack(value);
    expect(Object.isFrozen(value.inner)).toBe(true);
  });

  test("what cannot be stored is refused before anything is frozen", () => {
    const value = { a: { b: 1 }, f: () => 1 };
    expect(() => form.pack(value)).toThrow("Cannot store a function");
    expect(Object.isFrozen(value.a)).toBe(false);
  });
});
