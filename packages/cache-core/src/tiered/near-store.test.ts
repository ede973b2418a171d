import { FakeClock } from "@awsideman/cache-core/testing";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { expect, test } from "vitest";
import type { CacheEntry } from "../storage/cache-storage.ts";
import { NearLedger } from "./near-ledger.ts";
import { NearStore } from "./near-store.ts";

test("what was asked for before the clock was set back is not kept for longer by that", () => {
  const clock = new FakeClock();
  const at = { epoch: "e", position: 1, time: 5_000 };
  const ledger = new NearLedger();
  ledger.follow({ state: "gap", at });
  const storage = openMemoryStorage({}, { clock, random: Math.random, emit: () => undefined });
  const store = new NearStore(storage, ledger);
  const entry: CacheEntry = {
    id: "id",
    tags: [],
    stamp: at,
    expiresAt: 65_000,
    staleUntil: 65_000,
    payload: { value: 1 },
    size: 100,
  };
  const asked = clock.now();
  store.put(entry, at, asked);
  expect(store.get("id")).toBe(entry);
  clock.jump(asked - 3_600_000);
  store.put({ ...entry, id: "other" }, at, asked);
  expect(store.get("other")).toBeUndefined();
});
