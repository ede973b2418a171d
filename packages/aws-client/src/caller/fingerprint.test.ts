import { expect, test } from "vitest";
import { fingerprint } from "./fingerprint.ts";

test("the same text has the same fingerprint, another text another", () => {
  const texts = ["", "a", "b", "ab", "ba", "aa", "aaa", "\0", "\0\0", "ā", "ă"];
  for (let number = 0; number < 50_000; number += 1)
    texts.push(`AKIA${number}`, `profile ${number} x=${number * 7}`);
  const seen = new Set(texts.map(fingerprint));
  expect(seen.size).toBe(texts.length);
  expect(fingerprint("profile")).toBe(fingerprint("profile"));
  for (const name of seen) if (!/^[0-9a-f]{16}$/.test(name)) throw new Error(name);
});

test("both halves tell texts apart on their own", () => {
  const half = (from: number) =>
    new Set(
      Array.from({ length: 20_000 }, (_, number) => fingerprint(`key ${number}`).slice(from, from + 8)),
    );
  // By chance two of them may meet.
  expect(half(0).size).toBeGreaterThan(19_990);
  expect(half(8).size).toBeGreaterThan(19_990);
});
