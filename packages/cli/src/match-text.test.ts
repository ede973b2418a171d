import { describe, expect, test } from "vitest";
import { matchText, matchWhole } from "./match-text.ts";

describe("a text is found", () => {
  test.each([
    ["ada", "Ada Lovelace", true],
    ["love", "Ada Lovelace", true],
    ["bob", "Ada Lovelace", false],
    ["ada*", "Ada Lovelace", true],
    ["*lace", "Ada Lovelace", true],
    ["love*", "Ada Lovelace", false],
    ["?da*", "Ada Lovelace", true],
    ["a.c", "abc", false],
    ["a.c*", "abc", false],
    ["[a-c]*", "[A-C] team", true],
    ["ECOLE", "école", false],
    ["É", "école", true],
    ["e\u0301cole", "\u00e9cole", true],
    ["a-b*", "a-b/c", true],
    ["😀?", "😀😀", true],
  ])("%s in %s: %s", (pattern, text, found) => {
    expect(matchText(pattern)(text)).toBe(found);
  });

  test("with capitals, when they count", () => {
    expect(matchText("ada", { caseSensitive: true })("Ada")).toBe(false);
    expect(matchText("A*", { caseSensitive: true })("Ada")).toBe(true);
  });

  test("as a whole, when all of it is meant", () => {
    expect(matchWhole("ada")("Ada")).toBe(true);
    expect(matchWhole("ada")("Ada Lovelace")).toBe(false);
    expect(matchWhole("ada*")("Ada Lovelace")).toBe(true);
  });
});
