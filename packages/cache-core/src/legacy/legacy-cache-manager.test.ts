import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { plainFile, writePredecessorFile } from "../../../../scripts/predecessor-cache.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { LegacyCacheManager, type LegacyCacheOptions } from "./legacy-cache-manager.ts";
import { legacyFileName } from "./legacy-key.ts";
import { chooseVictims } from "./legacy-trim.ts";

let home: string;
let directory: string;
let clock: FakeClock;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "legacy-"));
  directory = join(home, ".awsideman", "cache");
  clock = new FakeClock();
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const open = (options: LegacyCacheOptions = {}): LegacyCacheManager =>
  new LegacyCacheManager({ directory, clock, ...options });

const second = 1_000;

describe("LegacyCacheManager", () => {
  test("keeps values from one process to the next, until their time is over", async () => {
    await open().set("list_roots_1", [{ Id: "r-1" }], { ttl: 60 * second });
    expect(await open().get("list_roots_1")).toEqual([{ Id: "r-1" }]);
    await clock.advance(60 * second);
    expect(await open().get("list_roots_1")).toEqual([{ Id: "r-1" }]);
    await clock.advance(1);
    expect(await open().get("list_roots_1")).toBeUndefined();
    expect(readdirSync(directory)).toEqual([]);
  });

  test("reads what the predecessor has written, and writes what it reads", async () => {
    const entry = {
      data: { Name: "Zoë" },
      created_at: clock.now() / second,
      ttl: 3600,
      key: "k",
      operation: "describe_account",
    };
    writePredecessorFile(directory, "k", plainFile(entry));
    expect(await open().get("k")).toEqual({ Name: "Zoë" });
    await open().set("k", { Name: "Zoë" }, { ttl: 3600 * second, operation: "describe_account" });
    expect(JSON.parse(readFileSync(join(directory, legacyFileName("k")), "utf8"))).toEqual(entry);
  });

  test("gives each operation the time that it had", async () => {
    const cache = open({ operationTtls: { list_users: 5 * second }, defaultTtl: 7 * second });
    const ttls = { describe_account: 43_200, list_roots: 86_400, list_users: 5, list_groups: 7, unknown: 7 };
    for (const operation of Object.keys(ttls)) await cache.set(operation, 1, { operation });
    for (const [operation, ttl] of Object.entries(ttls)) {
      const file = readFileSync(join(directory, legacyFileName(operation)), "utf8");
      expect(JSON.parse(file).ttl).toBe(ttl);
    }
    await cache.set("ever", 1, { ttl: Infinity });
    await clock.advance(1e12);
    expect(await cache.get("ever")).toBe(1);
  });

  test("forgets a key, and no other; or everything, also for a pattern", async () => {
    const cache = open();
    const fill = async (): Promise<void> => {
      for (const key of ["user:list:all", "user:list:some", "group:list:all"]) await cache.set(key, key);
    };
    await fill();
    await cache.invalidate("user:list:all");
    expect(await cache.get("user:list:all")).toBeUndefined();
    expect(await cache.get("user:list:some")).toBe("user:list:some");
    await fill();
    await cache.invalidate("user:list:*");
    expect(await cache.get("group:list:all")).toBeUndefined();
    await fill();
    await cache.invalidate();
    expect(readdirSync(directory)).toEqual([]);
    await fill();
    expect(await cache.clear()).toBe(3);
    expect(await cache.clear()).toBe(0);
  });

  test("loads what it has not, and stores nothing of a load that fails", async () => {
    const cache = open();
    const lost = new Error("lost");
    await expect(cache.getOrLoad("k", () => Promise.reject(lost))).rejects.toBe(lost);
    expect(await cache.getOrLoad("k", () => "loaded", { ttl: second })).toBe("loaded");
    expect(await cache.getOrLoad("k", () => "again", { ttl: second })).toBe("loaded");
    await clock.advance(second + 1);
    expect(await cache.getOrLoad("k", () => "again", { ttl: second })).toBe("again");
  });

  test.for([null, false, 0, ""])("keeps %j as a value", async (value) => {
    await open().set("k", value);
    expect(await open().getOrLoad("k", () => "loaded")).toBe(value);
  });

  test("takes for damaged, and removes, what is no entry or that of another key", async () => {
    const failures: unknown[] = [];
    const cache = open();
    cache.on("storage-failed", (event) => failures.push(event));
    await cache.set("other", 1);
    const other = readFileSync(join(directory, legacyFileName("other")));
    for (const bytes of [Buffer.from("{"), Buffer.alloc(0), Buffer.from([0xff]), other]) {
      writeFileSync(join(directory, legacyFileName("k")), bytes);
      expect(await cache.get("k")).toBeUndefined();
      expect(readdirSync(directory)).toEqual([legacyFileName("other")]);
    }
    expect(failures).toEqual([]);
  });

  test("counts what it has", async () => {
    const cache = open({ maxSizeMb: 2 });
    expect(await cache.getStats()).toMatchObject({ totalEntries: 0, totalSizeBytes: 0 });
    await cache.set("fresh", 1, { ttl: 10 * second });
    await cache.set("old", 1, { ttl: second });
    writeFileSync(join(directory, legacyFileName("damaged")), "{");
    await clock.advance(2 * second);
    expect(await cache.getStats()).toEqual({
      totalEntries: 3,
      validEntries: 1,
      expiredEntries: 1,
      corruptedEntries: 1,
      totalSizeBytes: readdirSync(directory).reduce(
        (sum, name) => sum + statSync(join(directory, name)).size,
        0,
      ),
      maxSizeBytes: 2 * 1024 * 1024,
    });
  });

  test("stays below its limit", async () => {
    const cache = open({ maxSizeMb: 0.1 });
    const text = "x".repeat(10_000);
    for (let index = 0; index < 30; index += 1) {
      await cache.set(`k${index}`, text);
      expect((await cache.getStats()).totalSizeBytes).toBeLessThanOrEqual(0.1 * 1024 * 1024);
    }
    expect(await cache.get("k29")).toBe(text);
  });

  test("finds out that others have written", async () => {
    const cache = open({ maxSizeMb: 0.1 });
    await cache.set("own", "x".repeat(50_000));
    await open().set("others", "x".repeat(50_000));
    await cache.set("more", "x".repeat(60_000));
    expect((await cache.getStats()).totalSizeBytes).toBeLessThanOrEqual(0.1 * 1024 * 1024);
  });

  test("is read by its user alone", async () => {
    mkdirSync(directory, { recursive: true, mode: 0o755 });
    await open().set("k", 1);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, legacyFileName("k"))).mode & 0o777).toBe(0o600);
  });

  test("does without a directory that it cannot use, and says so", async () => {
    mkdirSync(join(home, "elsewhere"));
    mkdirSync(join(home, ".awsideman"));
    symlinkSync(join(home, "elsewhere"), directory);
    writeFileSync(join(home, "file"), "");
    for (const place of [directory, join(home, "file"), join(home, "file", "below"), "/proc/none/cache"]) {
      const failed: string[] = [];
      const cache = open({ directory: place });
      cache.on("storage-failed", ({ operation }) => failed.push(operation));
      await cache.set("k", 1);
      expect(await cache.getOrLoad("k", () => "loaded")).toBe("loaded");
      await cache.invalidate();
      expect(await cache.getStats()).toMatchObject({ totalEntries: 0 });
      expect(failed).toContain("set");
    }
    expect(readdirSync(join(home, "elsewhere"))).toEqual([]);
  });

  test("reads nothing in a directory of somebody else's, and writes nothing there", async () => {
    await open().set("k", "anybody's");
    const user = vi.spyOn(process, "geteuid").mockReturnValue(4_294_967);
    try {
      const failed: string[] = [];
      const cache = open();
      cache.on("storage-failed", ({ operation }) => failed.push(operation));
      expect(await cache.get("k")).toBeUndefined();
      await cache.set("other", 1);
      expect(failed).toEqual(["get", "set"]);
    } finally {
      user.mockRestore();
    }
    expect(readdirSync(directory)).toEqual([legacyFileName("k")]);
  });

  test("touches nothing when it is switched off", async () => {
    const cache = open({ enabled: false });
    await open().set("k", 1);
    expect(await cache.get("k")).toBeUndefined();
    await cache.set("other", 1);
    await cache.invalidate();
    await cache.delete("k");
    expect(readdirSync(directory)).toEqual([legacyFileName("k")]);
  });

  test("refuses wrong options and keys at once", async () => {
    expect(() => open({ directory: "relative" })).toThrow(TypeError);
    expect(() => open({ maxSizeMb: 0 })).toThrow(RangeError);
    expect(() => open({ defaultTtl: -1 })).toThrow(RangeError);
    expect(() => open({ operationTtls: { list_users: Number.NaN } })).toThrow(/operationTtls.list_users/);
    await expect(open().get("")).rejects.toThrow(TypeError);
    await expect(open().set("k", 1, { ttl: -1 })).rejects.toThrow(RangeError);
  });

  test("two who write the same key leave one whole entry and nothing else", async () => {
    const [one, two] = [open(), open()];
    const writes = Array.from({ length: 40 }, (_, index) =>
      (index % 2 ? one : two).set("k", "x".repeat(index * 1000)),
    );
    await Promise.all(writes);
    expect(readdirSync(directory)).toEqual([legacyFileName("k")]);
    expect(await open().get("k")).toMatch(/^x*$/);
  });
});

describe("what is removed of a cache over its limit", () => {
  const file = (name: string, modifiedAt: number, fresh: boolean, bytes = 30) => ({
    name,
    modifiedAt,
    fresh,
    bytes,
  });

  test("is what is not fresh, then what is oldest, until four fifths are left", () => {
    const files = [
      file("new", 9, true),
      file("old", 1, true),
      file("expired", 5, false),
      file("middle", 4, true),
    ];
    expect(chooseVictims(files, 100).map(({ name }) => name)).toEqual(["expired", "old"]);
  });

  test("is nothing below the limit", () => {
    expect(chooseVictims([file("a", 1, false), file("b", 2, true)], 60)).toEqual([]);
  });
});

test("the oldest by the file system goes first", async () => {
  const cache = open({ maxSizeMb: 0.1 });
  for (const [index, key] of ["c", "a", "b"].entries()) {
    await cache.set(key, "x".repeat(30_000));
    utimesSync(join(directory, legacyFileName(key)), index + 1, index + 1);
  }
  await cache.set("d", "x".repeat(30_000));
  expect(await cache.get("c")).toBeUndefined();
  expect(await cache.get("b")).toBeDefined();
  expect(await cache.get("d")).toBeDefined();
});
