import { FakeClock } from "@awsideman/cache-core/testing";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { expect, test } from "vitest";
import { makeCache } from "../test/support/make-cache.ts";
import { EncryptedStorage } from "./encryption/encrypted-storage.ts";
import { EncryptionKey } from "./encryption/encryption-key.ts";
import type { CheckReport } from "./storage/check-report.ts";

test("a check is that of the storage, and a storage that is recovering is healthy", async () => {
  const report: CheckReport = { entries: 7, problems: [] };
  const asked: unknown[] = [];
  const { cache } = makeCache({
    open: (context) =>
      Object.assign(openMemoryStorage({}, context), {
        check: (options: unknown) => {
          asked.push(options);
          return report;
        },
        condition: () => ({ state: "recovering", until: 5_000 }) as const,
      }),
  });
  expect(await cache.check({ repair: true })).toBe(report);
  expect(await cache.check()).toBe(report);
  expect(asked).toEqual([{ repair: true }, {}]);
  expect(await cache.healthCheck()).toEqual({ healthy: true, problems: [], recoveringUntil: 5_000 });
});

test("a storage that is locked is not healthy", async () => {
  const { cache } = makeCache({
    open: (context) =>
      Object.assign(openMemoryStorage({}, context), {
        condition: () => ({ state: "locked", reason: "there is no key" }) as const,
      }),
  });
  expect(await cache.healthCheck()).toEqual({
    healthy: false,
    problems: ["The cache is locked: there is no key"],
  });
});

test("a storage that does not answer is not asked how it is", async () => {
  const { cache, events } = makeCache({
    open: (context) =>
      Object.assign(openMemoryStorage({}, context), {
        stamp: () => {
          throw new Error("gone");
        },
        condition: () => {
          throw new Error("gone, too");
        },
      }),
  });
  expect((await cache.healthCheck()).problems).toEqual(["The storage does not answer"]);
  expect(events.map(({ type }) => type)).not.toContain("warning");
});

test("what becomes of counters that cannot be kept is told in their words", async () => {
  const { cache, events } = makeCache({
    open: (context) =>
      Object.assign(openMemoryStorage({}, context), {
        addCounters: () => {
          throw new Error("read only");
        },
      }),
  });
  await cache.healthCheck();
  await cache.close();
  expect(events).toContainEqual({ type: "warning", message: "The counters could not be kept: read only" });
});

test("a storage that cannot be checked gives no report, and is in good condition", async () => {
  const { cache } = makeCache({ open: (context) => openMemoryStorage({}, context) });
  expect(await cache.check()).toBeUndefined();
  expect(await cache.healthCheck()).toEqual({ healthy: true, problems: [] });
});

test("where no storage can be opened there is no report, and no exception", async () => {
  const { cache } = makeCache({
    open: () => {
      throw new Error("no disk");
    },
  });
  expect(await cache.check()).toBeUndefined();
  expect((await cache.healthCheck()).healthy).toBe(false);
});

test("what stands in front of a storage passes its check and its condition on, where it has them", async () => {
  const clock = new FakeClock();
  const context = { clock, random: Math.random, emit: () => {} };
  const report: CheckReport = { entries: 1, problems: [] };
  const plain = openMemoryStorage({}, context);
  const checked = Object.assign(openMemoryStorage({}, context), {
    check: () => report,
    condition: () => ({ state: "recovering", until: 5_000 }) as const,
  });
  const keys = [new EncryptionKey(Buffer.alloc(32, "a"))];
  const encrypted = await EncryptedStorage.open({ storage: checked, keys, emit: () => {} });
  expect(await encrypted.check?.()).toBe(report);
  expect(await encrypted.condition()).toEqual({ state: "recovering", until: 5_000 });
  const other = await EncryptedStorage.open({ storage: plain, keys, emit: () => {} });
  expect(other.check).toBeUndefined();
  expect(await other.condition()).toEqual({ state: "good" });
});
