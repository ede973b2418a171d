import { expect, test } from "vitest";
import { limitsOf } from "./limits.ts";

const megabyte = 1024 * 1024;

function limitsFor(megabytes: number): ReturnType<typeof limitsOf> {
  return limitsOf({ cacheDirectory: "", maximumBytes: megabytes * megabyte });
}

test.each([1, 5, 16, 17, 18, 100, 16_000])(
  "a limit of %i MB leaves an invalidation room above it, at least 2 %% and at most 8 %% and about a megabyte more",
  (megabytes) => {
    const { maximumPages, maximumBytes } = limitsFor(megabytes);
    const room = (maximumPages * 4_096) / maximumBytes - 1;
    expect(room).toBeCloseTo(Math.min(0.08, 0.02 + 1 / megabytes), 2);
    expect(maximumPages).toBe(Math.floor(maximumPages));
  },
);

test("no entry takes more than a quarter of it, in whole bytes", () => {
  expect(limitsFor(4).largestEntry).toBe(megabyte);
  expect(limitsOf({ cacheDirectory: "", maximumBytes: 4_000_003 }).largestEntry).toBe(1_000_000);
});

test("the tags of the ledger take no more than a quarter of it, and are never more than 50,000", () => {
  expect(limitsFor(1).ledgerTags).toBe(1_638);
  expect(limitsFor(10).ledgerTags * 160).toBeLessThanOrEqual(2.5 * megabyte);
  expect(limitsFor(1_000).ledgerTags).toBe(50_000);
});

test("a new generation waits for what may be unsettled, and nothing waits for longer than a storage may take", () => {
  expect(limitsFor(100)).toMatchObject({
    quarantine: 900_000,
    fillPatience: 250,
    invalidationPatience: 5_000,
    maintenanceInterval: 5_000,
  });
});

test("the marker, a byte for each invalidation, takes no more than a quarter of it either, and ends at 16 MB", () => {
  expect([limitsFor(1), limitsFor(40), limitsFor(1_000)].map((limits) => limits.mostInvalidations)).toEqual([
    megabyte / 4,
    10 * megabyte,
    16 * megabyte,
  ]);
});
