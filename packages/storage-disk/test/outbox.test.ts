import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CacheManager } from "@awsideman/cache-core";
import { createStorage } from "@awsideman/storage-disk";
import { afterEach, beforeEach, expect, test } from "vitest";

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "awsideman-disk-outbox-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Runs something in a process of its own, as far as the cache can tell. */
async function inProcess<Result>(use: (cache: CacheManager) => Promise<Result>): Promise<Result> {
  const cache = new CacheManager();
  cache.registerBackend("disk", createStorage);
  await cache.configureStorage({
    backend: "disk",
    config: { cacheDir: path.join(root, "cache") },
    outboxDirectory: path.join(root, "outbox"),
  });
  try {
    return await use(cache);
  } finally {
    await cache.close();
  }
}

test("what was invalidated while the cache could not be opened is recorded before it is read again", async () => {
  const read = (value: string) =>
    inProcess((cache) => cache.getOrLoad("user:list:all", () => value, { ttl: Infinity }));
  expect(await read("old")).toBe("old");
  expect(await read("not loaded")).toBe("old");
  expect(readdirSync(root)).toEqual(["cache"]);
  renameSync(path.join(root, "cache"), path.join(root, "away"));
  writeFileSync(path.join(root, "cache"), "in its place");
  await inProcess((cache) => cache.invalidate("user"));
  rmSync(path.join(root, "cache"));
  renameSync(path.join(root, "away"), path.join(root, "cache"));
  expect(await read("new")).toBe("new");
  expect(await read("newer")).toBe("new");
});
