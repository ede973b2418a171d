import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
async function inProcess<Result>(
  use: (cache: CacheManager) => Promise<Result>,
  folder: string = root,
): Promise<Result> {
  const cache = new CacheManager();
  cache.registerBackend("disk", createStorage);
  await cache.configureStorage({
    backend: "disk",
    config: { cacheDir: path.join(folder, "cache") },
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

test("it is found by whichever path the folder is named, through links or not", async () => {
  const real = path.join(root, "real");
  const link = path.join(root, "link");
  mkdirSync(real);
  symlinkSync(real, link);
  const read = (value: string, folder: string) =>
    inProcess((cache) => cache.getOrLoad("user:list:all", () => value, { ttl: Infinity }), folder);
  expect(await read("old", real)).toBe("old");
  expect(await read("not loaded", link)).toBe("old");
  renameSync(path.join(real, "cache"), path.join(real, "away"));
  writeFileSync(path.join(real, "cache"), "in its place");
  await inProcess((cache) => cache.invalidate("user"), link);
  rmSync(path.join(real, "cache"));
  renameSync(path.join(real, "away"), path.join(real, "cache"));
  expect(await read("new", real)).toBe("new");
});
