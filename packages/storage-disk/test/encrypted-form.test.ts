import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { CacheEntry, CacheStorage, Stamp } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDiskStorage } from "../src/open-disk-storage.ts";

const quarantine = 15 * 60_000;
const clock = new FakeClock();
let base: string;
const opened: CacheStorage[] = [];

beforeEach(() => void (base = mkdtempSync(path.join(tmpdir(), "storage-disk-form-"))));
afterEach(async () => {
  for (const storage of opened.splice(0)) await storage.close();
  rmSync(base, { recursive: true, force: true });
});

async function open(encrypted: boolean): Promise<CacheStorage> {
  const storage = await openDiskStorage(
    { cacheDir: base },
    { clock, random: Math.random, emit: () => {}, encrypted },
  );
  opened.push(storage);
  return storage;
}

function entry(stamp: Stamp): CacheEntry {
  const payload = new Uint8Array(10);
  return { id: "a", tags: ["=a", "a"], stamp, expiresAt: Infinity, staleUntil: Infinity, payload, size: 10 };
}

async function fill(storage: CacheStorage): Promise<string> {
  return (await storage.write(entry(await storage.stamp()))).outcome;
}

const databases = (form: string): readonly string[] =>
  existsSync(path.join(base, form))
    ? readdirSync(path.join(base, form)).filter((name) => name.includes(".db"))
    : [];

describe("a cache that is encrypted from now on", () => {
  test("removes what was kept without, and lets no process go on with it", async () => {
    const plain = await open(false);
    expect(await fill(plain)).toBe("stored");
    expect(databases("v2").length).toBeGreaterThan(0);
    const encrypted = await open(true);
    expect(databases("v2")).toEqual([]);
    expect((await encrypted.read("a")).state).toBe("miss");
    expect((await plain.read("a")).state).toBe("miss");
  });

  test("stores nothing until all is settled that was marked in the other form", async () => {
    await fill(await open(false));
    const encrypted = await open(true);
    expect(await fill(encrypted)).toBe("fenced");
    clock.jump(clock.now() + quarantine + 1);
    expect(await fill(encrypted)).toBe("stored");
  });

  test("is the first of its folder where there was no other", async () => {
    expect(await fill(await open(true))).toBe("stored");
  });
});

test.each([
  [true, false],
  [false, true],
])("what is invalidated in one form is gone in the other (encrypted: %s, then %s)", async (first, second) => {
  const one = await open(first);
  expect(await fill(one)).toBe("stored");
  const other = await open(second);
  await other.invalidate({ tags: ["something else"], patterns: [] });
  expect((await one.read("a")).state).toBe("miss");
});
