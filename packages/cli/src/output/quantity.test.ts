import { expect, test } from "vitest";
import { formatBytes, formatDuration, plural } from "./quantity.ts";

test.each([
  [0, "0 bytes"],
  [1023, "1023 bytes"],
  [1536, "1.5 kB"],
  [200 * 1024, "200 kB"],
  [100 * 1024 * 1024, "100 MB"],
  [3 * 1024 ** 4, "3.0 TB"],
])("%d bytes are %s", (bytes, shown) => {
  expect(formatBytes(bytes)).toBe(shown);
});

test.each([
  [-5, "0 s"],
  [499, "0 s"],
  [59_400, "59 s"],
  [61_000, "1 min 1 s"],
  [3_600_000, "1 h 0 min"],
  [50 * 3_600_000, "2 d 2 h"],
  [Infinity, "for ever"],
])("%d ms are %s", (milliseconds, shown) => {
  expect(formatDuration(milliseconds)).toBe(shown);
});

test("one and many", () => {
  expect([plural(1, "entry", "entries"), plural(0, "entry", "entries"), plural(2, "user")]).toEqual([
    "1 entry",
    "0 entries",
    "2 users",
  ]);
});
