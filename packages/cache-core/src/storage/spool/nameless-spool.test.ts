import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CacheManager } from "@awsideman/cache-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DirectorySpool } from "./directory-spool.ts";
import { withoutNames } from "./nameless-spool.ts";

let directory: string;

beforeEach(() => void (directory = mkdtempSync(path.join(tmpdir(), "nameless-spool-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const everything = { tags: [], patterns: [], everything: true };

test("what waits for an encrypted storage is everything, for as long as it would have been unsettled", async () => {
  const spool = withoutNames(new DirectorySpool({ identity: "disk", directory }));
  await spool.add({ tags: ["user:u-1"], patterns: ["group:*:g-1"], settle: 5_000 }, 0);
  await spool.add({ tags: ["user"], patterns: [], open: { operation: "o", lease: 60_000 }, close: "p" }, 1);
  expect((await spool.list(2)).map(({ invalidation }) => invalidation)).toMatchObject([
    { ...everything, settle: 5_000 },
    { ...everything, settle: 60_000 },
  ]);
});

test("a cache with a key leaves no name where its invalidations wait", async () => {
  for (const encryption of [undefined, { key: "ab".repeat(32) }]) {
    const outboxDirectory = path.join(directory, encryption ? "encrypted" : "plain");
    const cache = new CacheManager();
    cache.registerBackend("broken", (_, { identify }) => {
      identify?.("broken");
      throw new Error("It cannot be opened");
    });
    await cache.configureStorage({
      backend: "broken",
      outboxDirectory,
      ...(encryption ? { encryption } : {}),
    });
    await cache.invalidate("user:describe:u-1");
    await cache.close();
    const files = readdirSync(outboxDirectory, { recursive: true, encoding: "utf8" })
      .map((name) => path.join(outboxDirectory, name))
      .filter((file) => statSync(file).isFile());
    expect(files).toHaveLength(1);
    expect(readFileSync(files[0] as string, "utf8").includes("u-1")).toBe(encryption === undefined);
  }
});
