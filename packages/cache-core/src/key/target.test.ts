import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCacheKey } from "./cache-key.ts";
import { compilePattern, patternConcerns, widenPattern } from "./key-pattern.ts";
import { idPrefix, namespacePrefix, parseId } from "./scope.ts";
import { tagsOfKey } from "./tags.ts";
import { parseTargets } from "./target.ts";

/** Whether an invalidation of `target` in one namespace concerns an entry of a key in another, as the ledger decides. */
function concerns(target: string, key: string, namespace = "", keyNamespace = namespace): boolean {
  const { tags, patterns } = parseTargets([target], namespacePrefix(namespace));
  const has = tagsOfKey(key, namespacePrefix(keyNamespace));
  return (
    tags.some((tag) => has.includes(tag)) ||
    patterns.some((pattern) => patternConcerns(compilePattern(pattern), has))
  );
}

describe("parseTargets", () => {
  test.each([
    ["user:list:*", "user:list:all", true],
    ["user:list:*", "user:list", true],
    ["user:list:*", "user:listing:all", false],
    ["user:list", "user:list:all", true],
    ["user:describe:user-123", "user:describe:user-123", true],
    ["user:describe:user-123", "user:describe:user-1234", false],
    ["user:*:user-123", "user:describe:user-123", true],
    ["user:*:user-123", "user:describe:user-123:more", true],
    ["user:*:user-123", "user:describe:user-1234", false],
    ["user:*:user-123", "user:user-123", false],
    ["group:members:*", "group:members:group-456", true],
    ["assignment:*", "assignment:list:account-789:permission-set-123", true],
    ["assignment:*:account-789:*", "assignment:list:account-789:permission-set-123", true],
    ["assignment:*:account-789:*", "assignment:list:account-78:permission-set-123", false],
    ["assignment:list:*:permission-set-123", "assignment:list:account-789:permission-set-123", true],
    ["*:list", "user:list:all", true],
    ["us*r:list", "user:list:all", true],
    ["*", "anything", true],
    ["*:*", "anything", true],
    ["user:*:*", "user:list", true],
    ["a.c:*:x", "abc:d:x", false],
    ["a+:*:x", "aa:d:x", false],
  ])("%s and %s: %o", (target, key, expected) => {
    expect(concerns(target, key)).toBe(expected);
  });

  test("a wildcard at the end costs no pattern", () => {
    expect(parseTargets(["user:list:*", "*", "user"], "")).toEqual({
      tags: ["user:list", "*", "user"],
      patterns: [],
    });
  });

  test("what is named twice counts once", () => {
    expect(parseTargets(["user", "user:*", "user:*:*"], "n|")).toEqual({ tags: ["n|user"], patterns: [] });
  });

  test.each([[""], [":*"], ["a|b"], ["a%"], ["a%:*:b"], ["a|*:b"], ["\u0000:*:b"], ["=user:list:all"]])(
    "%o is neither a tag nor a pattern",
    (target) => {
      expect(() => parseTargets([target], "")).toThrow(TypeError);
    },
  );

  test("what is no string is a TypeError, and what is too long a RangeError", () => {
    expect(() => parseTargets([5 as unknown as string], "")).toThrow(TypeError);
    expect(() => parseTargets(["*:" + "a".repeat(1_100)], "")).toThrow(RangeError);
  });
});

const namespace = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom("", "a", "a|b", "a:b", "*", "%7C"));
const part = fc.constantFrom("a", "b", "user", "x*", "|", ":", "%");
const key = fc
  .array(part, { minLength: 1, maxLength: 4 })
  .map((parts) => createCacheKey(...(parts as [string])));
const target = fc
  .array(fc.constantFrom("a", "b", "user", "*", "a*", "*b"), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(":"));

describe("namespaces", () => {
  test("nothing that is invalidated in one namespace concerns another", () => {
    fc.assert(
      fc.property(target, key, namespace, namespace, (text, name, one, other) => {
        fc.pre(one !== other);
        expect(concerns(text, name, one, other)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test("everything in a namespace is concerned by its root", () => {
    fc.assert(
      fc.property(key, namespace, (name, space) => {
        expect(concerns("*", name, space)).toBe(true);
      }),
    );
  });

  test("an id gives back its scope and its key, and different scopes never share one", () => {
    const scope = fc.record({ namespace, caller: namespace });
    fc.assert(
      fc.property(scope, scope, key, key, (one, other, first, second) => {
        const id = idPrefix(one) + first;
        expect(parseId(id)).toEqual({ ...one, key: first });
        const isSame = one.namespace === other.namespace && one.caller === other.caller && first === second;
        expect(idPrefix(other) + second === id).toBe(isSame);
      }),
      { numRuns: 500 },
    );
  });
});

describe("widenPattern", () => {
  test("the tag covers everything that the pattern concerns", () => {
    fc.assert(
      fc.property(target, key, namespace, (text, name, space) => {
        const prefix = namespacePrefix(space);
        const has = tagsOfKey(name, prefix);
        const concerning = parseTargets([text], prefix).patterns.filter((pattern) =>
          patternConcerns(compilePattern(pattern), has),
        );
        for (const pattern of concerning) expect(has).toContain(widenPattern(pattern));
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ["user:*:u-1", "user"],
    ["a:b:*:c", "a:b"],
    ["*:list", "*"],
    ["n|*:list", "n|*"],
    ["n|user:*:x", "n|user"],
    ["us*r:list", "*"],
  ])("%s becomes %s", (pattern, tag) => {
    expect(widenPattern(pattern)).toBe(tag);
  });
});

test("a pattern is matched as wildcards say, however many it has", () => {
  const piece = fc.constantFrom("a", "b", "ab", "*", "**", "1");
  const text = fc.array(fc.constantFrom("a", "b", "1"), { maxLength: 8 }).map((letters) => letters.join(""));
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 7 }), text, (pieces, key) => {
      const pattern = pieces.join("");
      const naive = new RegExp(`^${pattern.replaceAll(/\*+/g, ".*")}$`);
      expect(compilePattern(pattern).test(key)).toBe(naive.test(key));
    }),
    { numRuns: 2_000 },
  );
});

test("a pattern of many wildcards takes no time", () => {
  const expression = compilePattern(`${"*a".repeat(20)}*b:*:x`);
  expect(expression.test("a".repeat(1_000))).toBe(false);
});
