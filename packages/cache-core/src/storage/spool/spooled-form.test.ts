import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Invalidation } from "../cache-storage.ts";
import { afterWaiting, encodeSpooled, forUnreadable, parseSpooled } from "./spooled-form.ts";

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
const full: Invalidation = {
  tags: ["ns|user:list", "=ns|user:describe:ü\n"],
  patterns: ["ns|group:*:g-7"],
  everything: true,
  open: { operation: "write 1", lease: 60_000 },
  close: "write 0",
  settle: 5_000,
  cause: "DeleteUser",
};

describe("the form of what waits", () => {
  test("comes back as it was", () => {
    expect(parseSpooled(encodeSpooled(full, 17, digest), digest)).toEqual({ keptAt: 17, invalidation: full });
  });

  test("a changed character anywhere, or a missing end, makes it unreadable, never something else", () => {
    const text = encodeSpooled(full, 17, digest);
    for (let index = 0; index < text.length - 1; index++) {
      const changed = text[index] === "x" ? "y" : "x";
      expect(() => parseSpooled(text.slice(0, index) + changed + text.slice(index + 1), digest)).toThrow(
        /^it /,
      );
      expect(() => parseSpooled(text.slice(0, index), digest)).toThrow(/^it /);
    }
  });

  test.each([
    ["another version", (text: string) => text.replace("invalidation 1", "invalidation 2"), "of version 2"],
    ["nothing", () => "", "it is no invalidation"],
    ["something else", () => '{"tags":[]}', "it is no invalidation"],
  ])("%s is unreadable", (_, change, problem) => {
    expect(() => parseSpooled(change(encodeSpooled(full, 17, digest)), digest)).toThrow(problem);
  });

  test.each([
    { tags: [] },
    { tags: "user", patterns: [] },
    { tags: [1], patterns: [] },
    { tags: [], patterns: [], everything: 1 },
    { tags: [], patterns: [], settle: -1 },
    { tags: [], patterns: [], settle: null },
    { tags: [], patterns: [], settle: 900_001 },
    { tags: [], patterns: [], open: { operation: "o" } },
    { tags: [], patterns: [], close: {} },
    { tags: [], patterns: [], cause: 1 },
    { tags: [], patterns: [], unknown: true },
    [],
    null,
  ])("%o is no invalidation, also when it is complete", (invalidation) => {
    const text = encodeSpooled(invalidation as unknown as Invalidation, 17, digest);
    expect(() => parseSpooled(text, digest)).toThrow("it holds something else");
  });
});

describe("what is left after it has waited", () => {
  test("a mark keeps the rest of its lease, and ends with it", () => {
    expect(afterWaiting(full, 20_000)).toEqual({ ...full, open: { operation: "write 1", lease: 40_000 } });
    const { open: _, ...withoutMark } = full;
    expect(afterWaiting(full, 60_000)).toEqual(withoutMark);
    expect(afterWaiting(full, 1e12)).toEqual(withoutMark);
  });

  test("what settles does so from now on, and a clock that was set back ends no mark", () => {
    expect(afterWaiting({ tags: ["a"], patterns: [], settle: 5_000 }, 1e12)).toMatchObject({ settle: 5_000 });
    expect(afterWaiting(full, -1e12)).toEqual(full);
  });

  test("what cannot be read may have concerned anything, with the longest mark", () => {
    const everything = { tags: [], patterns: [], everything: true };
    expect(forUnreadable(0)).toEqual({ ...everything, settle: 900_000 });
    expect(forUnreadable(-5)).toEqual({ ...everything, settle: 900_000 });
    expect(forUnreadable(600_000)).toEqual({ ...everything, settle: 300_000 });
    expect(forUnreadable(1e12)).toEqual({ ...everything, settle: 0 });
  });
});
