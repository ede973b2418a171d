import { AssertionError } from "node:assert";
import { systemClock } from "@awsideman/cache-core";
import { contractChecks, storageContract, type StorageContractOptions } from "@awsideman/cache-core/testing";
import { describe, expect, test } from "vitest";
import { Fleet } from "./support/fleet.ts";
import { bound } from "./support/late-storage.ts";
import { entryFaults } from "./support/faults/entry-faults.ts";
import { examinationFaults } from "./support/faults/examination-faults.ts";
import { good, ofFleet } from "./support/faults/fault.ts";
import { invalidationFaults } from "./support/faults/invalidation-faults.ts";
import { momentFaults } from "./support/faults/moment-faults.ts";
import { storeFaults } from "./support/faults/store-faults.ts";

storageContract(ofFleet);

const realFleet = new Fleet(systemClock);
storageContract({
  name: "a fleet whose clock nobody can move",
  capabilities: realFleet.capabilities,
  counters: true,
  moments: true,
  examines: true,
  leases: true,
  time: "real",
  open: ({ store }) => realFleet.open(store),
});

function check(name: string, options: StorageContractOptions): () => Promise<void> {
  const found = contractChecks(options).find(({ topic, name: own }) => `${topic}: ${own}` === name);
  if (found === undefined) throw new Error(`There is no check "${name}"`);
  return found.run;
}

describe("a storage that", () => {
  test.each([...invalidationFaults, ...entryFaults, ...momentFaults, ...examinationFaults, ...storeFaults])(
    "$fault is found out",
    async ({ check: name, spoil, options = good }) => {
      const spoilt: StorageContractOptions = {
        ...options,
        open: async (context) => {
          const storage = await options.open(context);
          return { ...bound(storage), ...spoil(storage, context) };
        },
      };
      if (options === good) await check(name, good)();
      const error: unknown = await check(name, spoilt)().catch((thrown: unknown) => thrown);
      // What was tried by chance is reported with the example that showed it.
      const cause = error instanceof AssertionError ? error : (error as Error | undefined)?.cause;
      expect(cause).toBeInstanceOf(AssertionError);
    },
  );
});

test("what the capabilities exclude is not there, and all else is", () => {
  const countOf = (options: StorageContractOptions): number => contractChecks(options).length;
  const topicsOf = (options: StorageContractOptions): number =>
    new Set(contractChecks(options).map(({ topic }) => topic)).size;
  expect([good, ofFleet].map(topicsOf)).toEqual([19, 19]);
  expect(countOf({ ...good, time: "real" })).toBeLessThan(countOf(good));
  expect(countOf({ ...good, counters: true })).toBe(countOf(good) + 2);
  expect(countOf({ ...ofFleet, capabilities: { ...ofFleet.capabilities, reach: "process" } })).toBeLessThan(
    countOf(ofFleet),
  );
});
