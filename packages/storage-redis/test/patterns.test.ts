import { compilePattern, patternConcerns, widenPattern } from "@awsideman/cache-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { patternFunctions } from "../src/scripts/library.ts";
import { sharedServer } from "./support/shared-server.ts";

const { redis } = await sharedServer();

// Few letters, so that they meet; what has a meaning in Lua or in expressions; what takes several bytes.
const letter = fc.constantFrom(
  "a",
  "a",
  "b",
  "b",
  ":",
  "|",
  "=",
  "%",
  "-",
  ".",
  "^",
  "(",
  "[",
  "\0",
  "ü",
  "🦊",
);
const text = fc.string({ unit: letter, maxLength: 12 });
const pattern = fc.string({ unit: fc.oneof(letter, fc.constantFrom("*", "*", ":")), maxLength: 12 });
const tags = fc.array(
  fc.oneof(
    text,
    text.map((key) => `=${key}`),
    text.map((key) => `=${key}`),
  ),
  {
    maxLength: 4,
  },
);

/** A pattern made of a key, so that it has a chance to match. */
const related = fc
  .tuple(text, fc.array(fc.tuple(fc.nat(12), fc.nat(3)), { maxLength: 3 }), text)
  .map(([key, holes, rest]) => {
    let made = key;
    for (const [at, length] of holes) made = `${made.slice(0, at)}*${made.slice(at + length)}`;
    return { pattern: made.toWellFormed(), tags: [`=${key}`, `=${key}${rest}`, `=${key}:${rest}`] };
  });
const question = fc.oneof(related, fc.record({ pattern, tags }));

describe("patterns in Lua", () => {
  test("concern exactly what they concern elsewhere", async () => {
    let concerned = 0;
    const lua = `${patternFunctions}
      local answers = {}
      for i, question in ipairs(cjson.decode(ARGV[1])) do
        answers[i] = patternConcerns(split(question.pattern), keysOf(question.tags)) and 1 or 0
      end
      return answers`;
    await fc.assert(
      fc.asyncProperty(fc.array(question, { minLength: 50, maxLength: 100 }), async (questions) => {
        const expected = questions.map((one) =>
          Number(patternConcerns(compilePattern(one.pattern), one.tags)),
        );
        expect(await redis.eval(lua, 0, JSON.stringify(questions))).toEqual(expected);
        concerned += expected.filter(Boolean).length;
      }),
      { numRuns: 300, endOnFailure: false },
    );
    expect(concerned).toBeGreaterThan(1_000);
  });

  test("widen to the same tag", async () => {
    const lua = `${patternFunctions}
      local answers = {}
      for i, pattern in ipairs(cjson.decode(ARGV[1])) do answers[i] = widen(pattern) end
      return answers`;
    await fc.assert(
      fc.asyncProperty(fc.array(pattern, { minLength: 50, maxLength: 100 }), async (patterns) => {
        expect(await redis.eval(lua, 0, JSON.stringify(patterns))).toEqual(patterns.map(widenPattern));
      }),
      { numRuns: 100, endOnFailure: false },
    );
  });
});
