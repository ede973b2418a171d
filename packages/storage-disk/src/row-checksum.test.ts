import { expect, test } from "vitest";
import { rowChecksum, type RowHeader } from "./row-checksum.ts";

const header: RowHeader = { id: "a", stamp: 1, began: 2, expires: 3, stale: 4, size: 5, tags: '["x"]' };
const value = Buffer.from("value");
const whole = rowChecksum(header, value);

test.each([
  { id: "b" },
  { stamp: 2 },
  { began: 3 },
  { expires: 4 },
  { stale: 5 },
  { size: 6 },
  { tags: '["y"]' },
  // What goes from the one to the other is noticed too.
  { stamp: 12, began: 2 },
  { stamp: 1, began: 22 },
  { expires: 4, stale: 3 },
])("%o is noticed", (changes) => {
  expect(rowChecksum({ ...header, ...changes }, value)).not.toBe(whole);
});

test("any bit of the value is noticed, and where it begins", () => {
  for (let bit = 0; bit < value.length * 8; bit++) {
    const flipped = Buffer.from(value);
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(rowChecksum(header, flipped)).not.toBe(whole);
  }
  expect(rowChecksum({ ...header, stamp: 1, began: 23 }, value)).not.toBe(
    rowChecksum({ ...header, stamp: 12, began: 3 }, value),
  );
  expect(rowChecksum(header, Buffer.of())).not.toBe(whole);
  expect(rowChecksum(header, Buffer.from("value"))).toBe(whole);
});
