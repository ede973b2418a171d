import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CacheManager, type StorageConfiguration } from "@awsideman/cache-core";
import { createStorage as createDiskStorage } from "@awsideman/storage-disk";
import { createStorage as createMemoryStorage } from "@awsideman/storage-memory";
import { expect, onTestFinished, test } from "vitest";

interface Folder {
  readonly path: string;
  /** Another process on the same folder, as far as the cache can tell. */
  readonly open: (encryption?: StorageConfiguration["encryption"]) => Promise<CacheManager>;
  /** Everything that is on disk there. */
  readonly bytes: () => Buffer;
}

function prepare(maxSizeMb = 100): Folder {
  const path = mkdtempSync(join(tmpdir(), "awsideman-predecessor-"));
  const opened: CacheManager[] = [];
  onTestFinished(async () => {
    await Promise.all(opened.map((cache) => cache.close()));
    rmSync(path, { recursive: true, force: true });
  });
  const open: Folder["open"] = async (encryption) => {
    const cache = new CacheManager();
    opened.push(cache);
    cache.registerBackend("disk", createDiskStorage);
    const config = { cacheDir: path, maxSizeMb };
    await cache.configureStorage({
      backend: "disk",
      config,
      ...(encryption === undefined ? {} : { encryption }),
    });
    return cache;
  };
  return { path, open, bytes: () => Buffer.concat(filesOf(path).map((file) => readFileSync(file))) };
}

function filesOf(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const key = "user:describe:u-1";
const encryption = { key: Buffer.alloc(32, 7).toString("base64") };

test.each([
  ["not encrypted", undefined],
  ["encrypted", encryption],
])("B1: another process reads from disk what one has stored, and it stays there: %s", async (_, with_) => {
  const { open } = prepare();
  const values = ["text", { at: new Date(0), bytes: new Uint8Array([0x80, 4, 0x95]) }, new Set([1])];
  const writer = await open(with_);
  for (const [index, value] of values.entries()) await writer.set(`user:describe:${index}`, value);
  for (const reader of [await open(with_), await open(with_)]) {
    for (const [index, value] of values.entries())
      expect(await reader.get(`user:describe:${index}`)).toEqual(value);
  }
});

test("B15: what somebody else has written there is a miss, and is never run", async () => {
  const { open, path } = prepare();
  await (await open()).set(key, "value");
  const pickle = Buffer.from(
    "\x80\x04\x95\x1f\0\0\0\0\0\0\0\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R.",
    "latin1",
  );
  const database = new DatabaseSync(filesOf(path).find((file) => file.endsWith(".db")) ?? "");
  expect(database.prepare("update entry set value = ?").run(pickle).changes).toBe(1);
  database.close();
  const reader = await open();
  expect(await reader.get(key)).toBeUndefined();
  expect(await reader.getOrLoad(key, () => "loaded")).toBe("loaded");
});

test("B17: with a key nothing is stored in clear, whatever its type, and what was changed is a miss", async () => {
  const { open, path, bytes } = prepare();
  const writer = await open(encryption);
  await writer.set(key, new Set(["Ada Lovelace"]), { tags: ["group:mathematicians"] });
  await writer.close();
  for (const secret of ["Ada", "Lovelace", "u-1", "mathematicians"])
    expect(bytes().includes(secret)).toBe(false);
  const database = new DatabaseSync(filesOf(path).find((file) => file.endsWith(".db")) ?? "");
  const { value } = database.prepare("select value from entry").get() as { value: Uint8Array };
  const changed = Buffer.from(value);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  database.prepare("update entry set value = ?").run(changed);
  database.close();
  expect(await (await open(encryption)).get(key)).toBeUndefined();
});

test("B17: with a key that cannot be had nothing is stored at all", async () => {
  const { open, bytes } = prepare();
  const cache = await open({ keyFile: "/nowhere/key" }).catch(() => undefined);
  await cache?.set(key, "Ada Lovelace");
  expect(bytes().includes("Lovelace")).toBe(false);
});

test("B18: many who write one key at once harm neither each other nor it", async () => {
  const { open } = prepare();
  const caches = await Promise.all(Array.from({ length: 8 }, () => open()));
  const failures: unknown[] = [];
  for (const cache of caches) {
    cache.on("storage-failed", (event) => failures.push(event.error));
    cache.on("not-storable", (event) => failures.push(event.error));
  }
  await Promise.all(
    caches.map(async (cache, writer) => {
      for (let time = 0; time < 50; time++) await cache.set(key, { writer, time });
    }),
  );
  expect(failures).toEqual([]);
  await caches[0]?.set(key, "last");
  for (const cache of caches) expect(await cache.get(key)).toBe("last");
});

test("B21: a cache stays within its bounds: in memory by entries and bytes, on disk by bytes", async () => {
  const memory = new CacheManager();
  memory.registerBackend("memory", createMemoryStorage);
  await memory.configureStorage({ backend: "memory", config: { maxEntries: 1000 } });
  for (let user = 0; user < 5000; user++) await memory.set(`user:describe:${user}`, { user });
  expect((await memory.getStats()).totalEntries).toBe(1000);

  const { open, path } = prepare(1);
  const disk = await open();
  for (let user = 0; user < 300; user++) await disk.set(`user:describe:${user}`, randomBytes(10_000));
  await disk.close();
  expect(filesOf(path).reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(1024 * 1024 * 1.5);
});

test("B23: null is a value, also on disk, and whoever asks whether it is there is told so by what holds it", async () => {
  const { open } = prepare();
  await (await open()).set(key, null);
  const other = await open();
  let loads = 0;
  expect([await other.has(key), await other.get(key)]).toEqual([true, null]);
  expect(await other.getOrLoad(key, () => ++loads)).toBeNull();
  await other.invalidate("user:*");
  expect([await other.has(key), loads]).toEqual([false, 0]);
});

test("B30: what is kept is for its owner's eyes alone", async () => {
  const { open, path } = prepare();
  await (await open()).set(key, "value");
  for (const file of filesOf(path)) expect([file, statSync(file).mode & 0o077]).toEqual([file, 0]);
  expect(filesOf(path).length).toBeGreaterThan(1);
});
