import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SecretKeys } from "@awsideman/cache-core";
import { contractChecks, FakeClock, type StorageContractOptions } from "@awsideman/cache-core/testing";
import { openDiskStorage } from "@awsideman/storage-disk";
import { afterAll, describe, expect, test } from "vitest";
import { encryptStorage } from "../src/encryption/encrypt-storage.ts";
import { Fleet } from "./support/fleet.ts";

const directory = mkdtempSync(path.join(tmpdir(), "encrypted-storage-contract-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const keys = { kind: "key", keys: SecretKeys.parse("0123456789abcdef".repeat(4), "it") } as const;

/**
 * What a storage that knows no names cannot do, and need not: each of them concerns more than was named, never less.
 */
const excepted: ReadonlySet<string> = new Set([
  // A wildcard within a segment becomes the whole segment.
  "a pattern concerns the keys that it matches, and no others",
  "what has expired or was invalidated is not listed",
  // Everything is one tag, so that the register of keys stays.
  "after everything a fence says the floor, for a position that no reader can have reached",
  // What was invalidated by others cannot be told by name: a gap.
  "what has happened since is told whole, and nothing from before",
  "it tells what was set from outside, what was cleared, and what an operation was on that is closed",
  "one follows what the other does",
  "invalidations at the same time are all recorded",
  // The register is forgotten with the rest, and nothing is stored until all marks have ended.
  "more tags than anybody remembers make more stale, never less",
]);

const options: StorageContractOptions = {
  name: "an encrypted disk",
  capabilities: { payload: "bytes", reach: "machine", persistent: true, bounded: true, patience: 10_000 },
  counters: true,
  moments: true,
  examines: true,
  sweeps: true,
  countsAnew: true,
  open: async ({ store, maxSizeMb, ...context }) => {
    const storage = await openDiskStorage({ cacheDir: path.join(directory, store), maxSizeMb }, context);
    return encryptStorage(storage, keys, context.emit);
  },
};

describe("an encrypted disk: the storage contract", () => {
  const checks = contractChecks(options).filter(({ name }) => !excepted.has(name));
  test.each(checks.map(({ topic, name, run }) => [`${topic}: ${name}`, run] as const))(
    "%s",
    async (_, run) => {
      await expect(run()).resolves.toBeUndefined();
    },
  );
});

const clockOfServer = new FakeClock();
const fleet = new Fleet(clockOfServer);

/** Besides, those that a fleet gives. */
const ofFleet: StorageContractOptions = {
  name: "an encrypted fleet",
  capabilities: fleet.capabilities,
  leases: true,
  time: (milliseconds) => clockOfServer.advance(milliseconds),
  open: ({ store, ...context }) => encryptStorage(fleet.open(store), keys, context.emit),
};

describe("an encrypted fleet: the storage contract", () => {
  const checks = contractChecks(ofFleet).filter(({ topic }) => topic === "leases");
  test.each(checks.map(({ name, run }) => [name, run] as const))("leases: %s", async (_, run) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
