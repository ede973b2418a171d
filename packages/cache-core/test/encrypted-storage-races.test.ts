import type { CacheStorage } from "@awsideman/cache-core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { entryOf, SharedStore } from "./support/encrypted.ts";

/** What each of some processes has for keys, the one in use first. */
const fleets = ["a", "ab", "ba", "b", "", "c"];

type Action = "read" | "write" | "operate" | "clear" | "wait";

const key = "user:describe:u-1";
const tags = ["org-1|user:describe:u-1"];

/** The same storage, each of whose steps is taken when the scheduler says. */
function scheduled(bare: CacheStorage, scheduler: fc.Scheduler): CacheStorage {
  const step = <Result>(act: () => Result): Promise<Awaited<Result>> =>
    scheduler.schedule(Promise.resolve()).then(act) as Promise<Awaited<Result>>;
  return {
    capabilities: bare.capabilities,
    read: (id) => step(() => bare.read(id)),
    readMany: (ids) => step(() => bare.readMany(ids)),
    write: (entry, supersedes) => step(() => bare.write(entry, supersedes)),
    stamp: () => step(() => bare.stamp()),
    invalidate: (invalidation) => step(() => bare.invalidate(invalidation)),
    since: (stamp) => step(() => bare.since(stamp)),
    clear: (invalidation) => step(() => bare.clear(invalidation)),
    entries: () => bare.entries(),
    usage: () => step(() => bare.usage()),
    close: () => bare.close(),
  };
}

/** A value, and which of its versions a read that begins now must at least see. */
class Source {
  version = 0;
  visible = 0;
  hits = 0;
  readonly stale: string[] = [];

  async write(storage: CacheStorage): Promise<void> {
    const version = ++this.version;
    await storage.invalidate({ tags, patterns: [] });
    this.visible = Math.max(this.visible, version);
  }

  /** The same with a mark from before the source has it until after. */
  async operate(storage: CacheStorage, operation: string): Promise<void> {
    await storage.invalidate({ tags, patterns: [], open: { operation, lease: 60_000 } });
    const version = ++this.version;
    // Whoever ends it need not know what it was on.
    await storage.invalidate({ tags: [], patterns: [], close: operation });
    this.visible = Math.max(this.visible, version);
  }

  async read(storage: CacheStorage, who: string): Promise<void> {
    const { visible } = this;
    const reading = await storage.read(`org-1|caller|${key}`);
    if (reading.state === "hit") {
      const seen = Number(Buffer.from(reading.entry.payload as Uint8Array).toString());
      this.hits++;
      if (seen < visible) this.stale.push(`${who} saw ${seen} after ${visible}`);
      return;
    }
    const { version } = this;
    await storage.write(entryOf(key, String(version), reading.at));
  }
}

async function run(
  scheduler: fc.Scheduler,
  scripts: readonly (readonly [string, readonly Action[]])[],
): Promise<Source> {
  const store = new SharedStore();
  const source = new Source();
  const bare = scheduled(store.bare, scheduler);
  const actors = scripts.map(async ([letters, actions], index) => {
    const storage = await store.open(letters, bare);
    for (const [turn, action] of actions.entries()) {
      if (action === "read") await source.read(storage, letters);
      else if (action === "write") await source.write(storage);
      else if (action === "operate") await source.operate(storage, `${index}-${turn}`);
      else if (action === "clear") await storage.clear({ tags: [], patterns: [], everything: true });
      else store.clock.jump(store.clock.now() + 16 * 60_000);
    }
  });
  await scheduler.waitFor(Promise.all(actors));
  return source;
}

const action = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Action>("read") },
  { weight: 3, arbitrary: fc.constant<Action>("write") },
  { weight: 2, arbitrary: fc.constantFrom<Action>("operate", "clear", "wait", "wait") },
);
const script = fc.tuple(fc.constantFrom(...fleets), fc.array(action, { minLength: 2, maxLength: 8 }));

// ENCRYPTION_RUNS=60000 and --testTimeout=900000 try more of them, in two minutes.
test("holders of any keys, at any time, never see what was invalidated by others", async () => {
  const numRuns = Number(process.env["ENCRYPTION_RUNS"] ?? 400);
  let hits = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(script, { minLength: 2, maxLength: 4 }),
      async (scheduler, scripts) => {
        const source = await run(scheduler, scripts);
        hits += source.hits;
        expect(source.stale).toEqual([]);
      },
    ),
    { numRuns },
  );
  expect(hits).toBeGreaterThan(numRuns / 4);
});
