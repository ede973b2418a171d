import type { CacheEntry, CacheStorage, Stamp } from "@awsideman/cache-core";
import { FakeClock, type ContractContext, type StorageContractOptions } from "@awsideman/cache-core/testing";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { Fleet } from "../fleet.ts";

const clockOfServer = new FakeClock(1_900_000_000_000);
export const fleet = new Fleet(clockOfServer);

/** A good storage that has all that there are checks for, and which none of ours has. */
export const ofFleet: StorageContractOptions = {
  name: "a fleet with a clock of its own",
  capabilities: fleet.capabilities,
  counters: true,
  moments: true,
  examines: true,
  leases: true,
  time: async (milliseconds) => clockOfServer.advance(milliseconds),
  breakStore: (store) => fleet.break(store),
  open: ({ store }) => fleet.open(store),
};

/** A good storage. */
export const good: StorageContractOptions = {
  name: "a good storage",
  capabilities: { payload: "copies", reach: "process", persistent: false, bounded: true },
  moments: true,
  examines: true,
  open: openMemory,
};

/** A good storage with one fault, and the statement of the contract that is not true of it. */
export interface Fault {
  readonly fault: string;
  readonly check: string;
  readonly spoil: (storage: CacheStorage, context: ContractContext) => Partial<CacheStorage>;
  readonly options?: StorageContractOptions;
}

/** The present moment of one that answers at once. */
export const stampOf = (storage: CacheStorage): Stamp => storage.stamp() as Stamp;

export function openMemory({ maxSizeMb, ...context }: ContractContext): CacheStorage {
  return openMemoryStorage({ maxSizeMb, maxEntries: 2_000 }, context);
}

/** The name of a check of the fence. */
export function fence(way: string): string {
  return `fences: ${way} keeps out a load that began before, and lets in one that began after`;
}

/** Reads as the storage does, but takes some entries for missing. */
export function missOn(
  storage: CacheStorage,
  isMissing: (entry: CacheEntry) => boolean,
): Pick<CacheStorage, "read" | "readMany"> {
  const read: CacheStorage["read"] = async (id) => {
    const reading = await storage.read(id);
    return reading.state !== "miss" && isMissing(reading.entry) ? { state: "miss", at: reading.at } : reading;
  };
  return { read, readMany: async (ids) => Promise.all(ids.map(async (id) => read(id))) };
}
