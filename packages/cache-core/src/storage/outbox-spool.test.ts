import type { CacheStorage, StorageContext } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { describe, expect, test } from "vitest";
import { bound, settle } from "../../test/support/late-storage.ts";
import { makeCache, type TestCache } from "../../test/support/make-cache.ts";
import { MemorySpools } from "../../test/support/memory-spool.ts";

const identity = "store";

/** A machine with a storage that outlives its processes, and can be switched off for each of them. */
function machine() {
  const spools = new MemorySpools();
  const clock = new FakeClock();
  let shared: CacheStorage | undefined;
  const start = (
    given: { open?: (context: StorageContext) => void } = {},
  ): TestCache & { isOff: boolean } => {
    const made = makeCache({
      clock,
      openSpool: spools.open,
      open: (context) => {
        context.identify?.(identity);
        given.open?.(context);
        shared ??= openMemoryStorage({}, context);
        const storage = bound(shared);
        const unlessOff = <T>(value: () => T): T => {
          if (process.isOff) throw new Error("unreachable");
          return value();
        };
        return {
          ...storage,
          capabilities: { ...storage.capabilities, reach: "fleet" },
          read: (id) => unlessOff(() => storage.read(id)),
          readMany: (ids) => unlessOff(() => storage.readMany(ids)),
          invalidate: (invalidation) => unlessOff(() => storage.invalidate(invalidation)),
          clear: (invalidation) => unlessOff(() => storage.clear(invalidation)),
          close: () => undefined,
        };
      },
    });
    const process = Object.assign(made, { clock, isOff: false });
    return process;
  };
  return { spools, spool: spools.of({ identity }), start };
}

describe("an invalidation that could not be recorded", () => {
  test("outlives its process, and the next one records it before it reads anything", async () => {
    const { spool, start } = machine();
    const first = start();
    await first.cache.getOrLoad("user:list:all", () => "old");
    first.isOff = true;
    await first.cache.invalidate("user");
    expect(spool.tags).toEqual(["user"]);
    // It ends without closing anything.
    const second = start();
    expect(await second.cache.getOrLoad("user:list:all", () => "new")).toBe("new");
    expect(second.events).toContainEqual({ type: "invalidations-replayed", recorded: 1 });
    await settle();
    expect(spool.files.size).toBe(0);
  });

  test("is still there when the next process cannot record it either, and reads past the storage", async () => {
    const { spool, start } = machine();
    const first = start();
    await first.cache.getOrLoad("user:list:all", () => "old");
    first.isOff = true;
    await first.cache.invalidate("user");
    const second = start();
    second.isOff = true;
    expect(await second.cache.getOrLoad("user:list:all", () => "past the storage")).toBe("past the storage");
    second.isOff = false;
    // Reachable now, but not told yet.
    expect(await second.cache.getOrLoad("user:list:all", () => "still past it")).toBe("still past it");
    expect(spool.files.size).toBe(1);
    await second.clock.advance(1_000);
    expect(await second.cache.getOrLoad("user:list:all", () => "new")).toBe("new");
    expect(spool.files.size).toBe(0);
  });

  test("is recorded within a second by a process that has had the storage open all along", async () => {
    const { spool, start } = machine();
    const first = start();
    const second = start();
    await first.cache.getOrLoad("user:list:all", () => "old");
    await second.cache.get("user:list:all");
    first.isOff = true;
    await first.cache.invalidate("user");
    await second.clock.advance(1_000);
    await settle();
    expect(await second.cache.getOrLoad("user:list:all", () => "new")).toBe("new");
    expect(spool.files.size).toBe(0);
    // And the first, when it can, records its own again: no harm.
    first.isOff = false;
    await first.clock.advance(1_000);
    expect(first.told()).toContain("invalidations-replayed");
  });

  test("is kept also where the storage cannot even be opened", async () => {
    const { spool, start } = machine();
    const first = start();
    await first.cache.getOrLoad("user:list:all", () => "old");
    const second = start({
      open: () => {
        throw new Error("no such server");
      },
    });
    await second.cache.invalidate("user");
    expect(spool.tags).toEqual(["user"]);
    const third = start();
    expect(await third.cache.getOrLoad("user:list:all", () => "new")).toBe("new");
  });

  test("when it cannot be seen whether any waits, the storage is not read, and nobody waits long", async () => {
    const { spools, start } = machine();
    const first = start();
    await first.cache.getOrLoad("user:list:all", () => "old");
    spools.hangs = true;
    const second = start();
    const reading = second.cache.getOrLoad("user:list:all", () => "source");
    await settle();
    await second.clock.advance(250);
    expect(await reading).toBe("source");
    await second.clock.advance(1_000);
    expect(await second.cache.getOrLoad("user:list:all", () => "source")).toBe("source");
    expect(second.told()).toContain("outbox-trouble");
  });

  test("the mark of a write whose process is gone ends with its lease", async () => {
    const { start } = machine();
    const first = start();
    await first.cache.getOrLoad("user:list:all", () => "old");
    first.isOff = true;
    await first.cache.beginWrite(["user"], 60_000);
    const second = start();
    second.clock.jump(second.clock.now() + 20_000);
    await second.cache.getOrLoad("user:list:all", () => "unsettled");
    expect(await second.cache.has("user:list:all")).toBe(false);
    await second.clock.advance(39_999);
    await second.cache.getOrLoad("user:list:all", () => "unsettled");
    expect(await second.cache.has("user:list:all")).toBe(false);
    await second.clock.advance(1);
    await second.cache.getOrLoad("user:list:all", () => "settled");
    expect(await second.cache.has("user:list:all")).toBe(true);
  });

  test("closing waits until it is on the disk, but not for ever", async () => {
    const { spools, spool, start } = machine();
    const first = start();
    await first.cache.get("user:list:all");
    first.isOff = true;
    const add = Promise.withResolvers<void>();
    const original = spool.add.bind(spool);
    spool.add = async (...given) => {
      await add.promise;
      return original(...given);
    };
    const invalidating = first.cache.invalidate("user");
    await settle();
    await first.clock.advance(100);
    await invalidating;
    let isClosed = false;
    const closing = first.cache.close().then(() => (isClosed = true));
    await settle();
    expect(isClosed).toBe(false);
    add.resolve();
    await closing;
    expect(spool.tags).toEqual(["user"]);
    spools.hangs = true;
    const second = start();
    second.isOff = true;
    void second.cache.invalidate("user");
    await settle();
    await second.clock.advance(2_000);
    const ending = second.cache.close();
    await settle();
    await second.clock.advance(2_000);
    await ending;
    await second.clock.advance(10_000);
    expect(second.clock.waiting).toBe(0);
  });
});
