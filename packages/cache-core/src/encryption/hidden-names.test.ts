import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCacheKey } from "../key/cache-key.ts";
import { compilePattern, patternConcerns, widenPattern } from "../key/key-pattern.ts";
import { namespacePrefix } from "../key/scope.ts";
import { tagsOfKey } from "../key/tags.ts";
import { parseTargets } from "../key/target.ts";
import { EncryptionKey } from "./encryption-key.ts";
import { HiddenNames, hideOperation } from "./hidden-names.ts";

const names = new HiddenNames(new EncryptionKey(Buffer.alloc(32, "a")));

const namespace = fc.constantFrom("", "a", "a|b", "a:b", "*");
const part = fc.constantFrom("a", "b", "ab", "user", "|", ":", "%", "=", "");
const key = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => createCacheKey("r", ...parts));
const target = fc
  .array(fc.constantFrom("r", "a", "b", "ab", "user", "*", "a*", "*b", ""), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(":"))
  .filter((text) => text !== "" && !text.startsWith(":"));

describe("hidden names", () => {
  test("tags concern what they did, patterns at least what they did, whatever is widened", () => {
    fc.assert(
      fc.property(target, key, namespace, namespace, (text, name, of, at) => {
        const { tags, patterns } = parseTargets([text], namespacePrefix(of));
        const has = tagsOfKey(name, namespacePrefix(at));
        const hidden = has.map((tag) => names.name(tag));
        for (const tag of tags) expect(hidden.includes(names.name(tag))).toBe(has.includes(tag));
        for (const pattern of patterns) {
          const concerns = patternConcerns(compilePattern(pattern), has);
          const hides = patternConcerns(compilePattern(names.name(pattern)), hidden);
          const segments = pattern.slice(pattern.indexOf("|") + 1).split(":");
          const isWhole = segments.every((segment) => segment === "*" || !segment.includes("*"));
          expect(isWhole ? hides === concerns : hides || !concerns).toBe(true);
          // A ledger that has too many patterns makes tags of them.
          expect(!concerns || hidden.includes(widenPattern(names.name(pattern)))).toBe(true);
          expect(hides && of !== at).toBe(false);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test("the same segment looks different in another place, another namespace, and with another key", () => {
    const others = new HiddenNames(new EncryptionKey(Buffer.alloc(32, "b")));
    const forms = [
      names.name("a"),
      names.name("n|a").split("|")[1],
      names.name("a:a").split(":")[1],
      others.name("a"),
    ];
    expect(new Set(forms).size).toBe(4);
    expect(names.id("a")).not.toBe(others.id("a"));
    expect(names.id("a")).not.toBe(names.name("a"));
  });

  test("an operation has one name, whoever ends it", () => {
    expect(hideOperation("o")).toBe(hideOperation("o"));
    expect(hideOperation("o")).not.toBe(hideOperation("p"));
  });
});
