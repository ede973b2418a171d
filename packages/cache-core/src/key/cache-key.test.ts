import fc from "fast-check";
import { describe as group, expect, test } from "vitest";
import {
  assertCacheKey,
  assertTag,
  createCacheKey,
  describe,
  maxKeyBytes,
  parseCacheKey,
} from "./cache-key.ts";

/** Texts with everything that means something in keys, and with what breaks encoders. */
const segment = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    "*",
    "%",
    ":",
    "|",
    "%3A",
    "%2a",
    "\u0000",
    "\u007f",
    "",
    "__proto__",
    "=",
    "é",
    "日本",
    "😀",
    "\ud83d",
    "\ude00\ud83d",
    "%uD83D",
  ),
  fc.constantFrom("arn:aws:sso:::permissionSet/ssoins-1/ps-1", "account-789"),
);
const resource = segment.filter((text) => text !== "");
const segments = fc
  .tuple(resource, segment, segment, segment)
  .chain((all) =>
    fc.integer({ min: 1, max: 4 }).map((count) => all.slice(0, count) as [string, ...string[]]),
  );

group("createCacheKey and parseCacheKey", () => {
  test("a key parses back to exactly its segments, whatever is in them", () => {
    fc.assert(
      fc.property(segments, (all) => {
        expect(parseCacheKey(createCacheKey(...all)).segments).toEqual(all);
      }),
    );
  });

  test("different segments give different keys", () => {
    fc.assert(
      fc.property(segments, segments, (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        expect(createCacheKey(...one)).not.toBe(createCacheKey(...other));
      }),
    );
  });

  test("half a surrogate pair, which no database keeps, is escaped, and refused as it is", () => {
    const key = createCacheKey("user", "\ud800");
    expect(key).toBe("user:%uD800");
    expect(key.isWellFormed()).toBe(true);
    expect(parseCacheKey(key).operation).toBe("\ud800");
    expect(createCacheKey("user", "%uD800")).toBe("user:%25uD800");
    for (const wrong of ["user:\ud800", "user:%uD83D%uDE00", "user:%u0041"])
      expect(() => assertCacheKey(wrong)).toThrow(TypeError);
  });

  test("a key has no character with a meaning but the colons between its segments", () => {
    fc.assert(
      fc.property(segments, (all) => {
        const key = createCacheKey(...all);
        expect(key.split(":")).toHaveLength(all.length);
        // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
        expect(key).not.toMatch(/[*|\u0000-\u001f\u007f-\u009f]/);
      }),
    );
  });

  test("keys of the documentation look as documented", () => {
    expect(createCacheKey("user", "list", "all")).toBe("user:list:all");
    expect(createCacheKey("assignment", "list", "account-789", "permission-set-123")).toBe(
      "assignment:list:account-789:permission-set-123",
    );
    expect(parseCacheKey("assignment:list:account-789:permission-set-123")).toEqual({
      resource: "assignment",
      operation: "list",
      identifier: "account-789",
      subIdentifier: "permission-set-123",
      segments: ["assignment", "list", "account-789", "permission-set-123"],
    });
    expect(parseCacheKey("account")).toMatchObject({ resource: "account", operation: undefined });
  });

  test("the parameters that tell two answers apart tell their keys apart", () => {
    expect(createCacheKey("assignment", "list", "a:b", "c")).not.toBe(
      createCacheKey("assignment", "list", "a", "b:c"),
    );
  });

  test("a segment that is no string is a TypeError, and so is an empty resource", () => {
    expect(() => createCacheKey("user", 1 as unknown as string)).toThrow(
      new TypeError("A key segment must be a string, received 1"),
    );
    expect(() => createCacheKey("")).toThrow(TypeError);
    expect(() => createCacheKey("", "list")).toThrow(TypeError);
  });

  test("a key may have 1,024 bytes of UTF-8 and not one more", () => {
    expect(createCacheKey("a".repeat(maxKeyBytes))).toHaveLength(maxKeyBytes);
    expect(() => createCacheKey("a".repeat(maxKeyBytes + 1))).toThrow(RangeError);
    expect(() => createCacheKey("é".repeat(maxKeyBytes / 2 + 1))).toThrow(RangeError);
    expect(createCacheKey("é".repeat(maxKeyBytes / 2))).toHaveLength(maxKeyBytes / 2);
    // Escapes count as what they are written as.
    expect(() => createCacheKey("%".repeat(400))).toThrow(RangeError);
  });
});

group("assertCacheKey and assertTag", () => {
  test.each([
    ["", TypeError],
    [":list", TypeError],
    ["user:*", TypeError],
    ["user|list", TypeError],
    ["user:%", TypeError],
    ["user:%3a", TypeError],
    ["user:%41", TypeError],
    ["user:\u0000", TypeError],
    ["user:\u0085", TypeError],
    [undefined, TypeError],
    [null, TypeError],
    [7, TypeError],
    [["user"], TypeError],
    ["a".repeat(1_025), RangeError],
  ])("%o is no key", (key, kind) => {
    expect(() => assertCacheKey(key)).toThrow(kind);
  });

  test.each(["user", "user:list:", "user::x", "user:a%3Ab", "=x", "user:list all", "__proto__:constructor"])(
    "%o is a key",
    (key) => {
      expect(() => assertCacheKey(key)).not.toThrow();
    },
  );

  test.each(["", "=user:list:all", "a*", "a|b", "%", "\n"])("%o is no tag", (tag) => {
    expect(() => assertTag(tag)).toThrow(TypeError);
  });

  test("messages show neither long texts nor control characters", () => {
    expect(describe("a".repeat(500))).toHaveLength(83);
    expect(describe("\u0007")).toBe('"\\u0007"');
    expect(describe({ secret: 1 })).toBe("object");
    expect(describe(Symbol("x"))).toBe("symbol");
    expect(describe(undefined)).toBe("undefined");
  });
});
