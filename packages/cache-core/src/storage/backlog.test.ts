import type { CacheEvent, Invalidation } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { describe, expect, test } from "vitest";
import { settle } from "../../test/support/late-storage.ts";
import { MemorySpools } from "../../test/support/memory-spool.ts";
import { Backlog } from "./backlog.ts";

const of = (tag: string): Invalidation => ({ tags: [tag], patterns: [] });
const place = { identity: "store", directory: undefined };

function make(spools = new MemorySpools()) {
  const clock = new FakeClock();
  const events: CacheEvent[] = [];
  const backlog = new Backlog({ clock, emit: (event) => events.push(event), openSpool: spools.open });
  const keep = (tag: string): unknown => backlog.keep(of(tag), "test");
  const troubles = (): string[] =>
    events.flatMap((event) => (event.type === "outbox-trouble" ? [event.message] : []));
  return { backlog, clock, events, spools, spool: spools.of(place), keep, troubles };
}

const tagsOf = (backlog: Backlog): (string | undefined)[] =>
  [...backlog].map(({ invalidation }) => (invalidation.everything ? "everything" : invalidation.tags[0]));

describe("without a spool", () => {
  test("what waits waits in memory, and is told of", () => {
    const { backlog, events, keep } = make();
    expect(backlog.isClear).toBe(true);
    expect(keep("a")).toBeUndefined();
    expect(backlog.isClear).toBe(false);
    expect(tagsOf(backlog)).toEqual(["a"]);
    expect(events).toMatchObject([{ type: "invalidation-deferred", waiting: 1 }]);
  });
});

describe("with a spool", () => {
  test("what waits is in it once it was kept, what waited before included, and gone when it is recorded", async () => {
    const { backlog, spool, keep } = make();
    keep("a");
    backlog.useSpool(place);
    await keep("b");
    expect(spool.tags).toEqual(["a", "b"]);
    const [first] = backlog;
    if (first) backlog.remove([first]);
    await settle();
    expect(spool.tags).toEqual(["b"]);
    backlog.remove([...backlog]);
    await settle();
    expect(spool.files.size).toBe(0);
  });

  test("nothing is believed before it was seen what others have left, and that is taken over", async () => {
    const { backlog, spool } = make();
    await spool.add(of("theirs"), 0);
    backlog.useSpool(place);
    expect(backlog.isClear).toBe(false);
    await backlog.look();
    expect(tagsOf(backlog)).toEqual(["theirs"]);
    backlog.remove([...backlog]);
    await settle();
    expect(spool.files.size).toBe(0);
    expect(backlog.isClear).toBe(true);
  });

  test("one's own are not taken over, however often one looks, nor what cannot be removed", async () => {
    const { backlog, spools, keep } = make();
    backlog.useSpool(place);
    await keep("a");
    await backlog.look();
    await backlog.look();
    expect(tagsOf(backlog)).toEqual(["a"]);
    spools.failure = new Error("read-only");
    backlog.remove([...backlog]);
    await settle();
    spools.failure = undefined;
    const remove = spools.of(place).remove.bind(spools.of(place));
    spools.of(place).remove = () => Promise.reject(new Error("read-only"));
    await backlog.look();
    expect(backlog.size).toBe(0);
    spools.of(place).remove = remove;
    await backlog.look();
    expect(spools.of(place).files.size).toBe(0);
  });

  test("when it cannot be told what waits, nothing is believed until it can", async () => {
    const { backlog, spools, troubles } = make();
    spools.failure = new Error("EACCES");
    backlog.useSpool(place);
    for (let count = 0; count < 5; count++) await backlog.look();
    expect(backlog.isClear).toBe(false);
    expect(troubles()).toEqual(["The outbox cannot be used"]);
    spools.failure = undefined;
    await backlog.look();
    expect(backlog.isClear).toBe(true);
  });

  test("a disk that fails costs nothing but an event, and is tried again", async () => {
    const { backlog, spools, spool, keep, troubles } = make();
    backlog.useSpool(place);
    spools.failure = new Error("ENOSPC");
    await keep("a");
    await keep("b");
    expect(tagsOf(backlog)).toEqual(["a", "b"]);
    expect(troubles()).toEqual(["The outbox cannot be used"]);
    spools.failure = undefined;
    await keep("c");
    expect(spool.tags).toEqual(["a", "b", "c"]);
  });

  test("a disk that hangs keeps nobody longer than a tenth of a second, and nothing piles up behind it", async () => {
    const { backlog, clock, spools, keep, troubles } = make();
    backlog.useSpool(place);
    await settle();
    spools.hangs = true;
    let done = 0;
    for (let count = 0; count < 50; count++) void Promise.resolve(keep(`t${count}`)).then(() => done++);
    await clock.advance(99);
    expect(done).toBe(0);
    await clock.advance(1);
    expect(done).toBe(50);
    expect(spools.calls).toEqual(["add"]);
    // It may be slow, and no more.
    expect(troubles()).toEqual([]);
    const looked = backlog.look();
    await clock.advance(1_000);
    await looked;
    expect(troubles()).toEqual(["What waits is not known to outlive this process"]);
    const settled = backlog.settle();
    await clock.advance(1_000);
    await settled;
    expect(spools.calls).toEqual(["add"]);
    expect(clock.waiting).toBe(0);
  });

  test("what cannot be read is taken for everything, and moved aside when that is recorded, not before", async () => {
    const { backlog, clock, spool, troubles } = make();
    spool.damage("damaged", clock.now() - 600_000);
    backlog.useSpool(place);
    await backlog.look();
    expect(troubles()).toEqual([expect.stringContaining("damaged, cannot be read (it is damaged)")]);
    expect([...backlog].map(({ invalidation }) => invalidation)).toEqual([
      { tags: [], patterns: [], everything: true, settle: 300_000 },
    ]);
    expect(spool.aside).toEqual([]);
    backlog.remove([...backlog]);
    await settle();
    expect(spool.aside).toEqual(["damaged"]);
    expect(spool.files.size).toBe(0);
  });

  test("a mark that waited keeps the rest of its lease", async () => {
    const { backlog, clock, spool } = make();
    await spool.add({ ...of("a"), open: { operation: "o", lease: 10_000 } }, clock.now() - 4_000);
    await spool.add({ ...of("b"), open: { operation: "p", lease: 3_000 } }, clock.now() - 4_000);
    backlog.useSpool(place);
    await backlog.look();
    expect([...backlog].map(({ invalidation }) => invalidation)).toEqual([
      { ...of("a"), open: { operation: "o", lease: 6_000 } },
      of("b"),
    ]);
  });

  test("more than a thousand become one of everything there too", async () => {
    const { backlog, spool, keep } = make();
    backlog.useSpool(place);
    for (let count = 0; count < 1_000; count++) await keep(`t${count}`);
    expect(spool.files.size).toBe(1_000);
    await keep("last");
    await settle();
    expect(spool.tags).toEqual(["everything", "last"]);
  });

  test("the spool of another storage keeps what it has, whatever is recorded now", async () => {
    const { backlog, spools, spool, keep } = make();
    backlog.useSpool(place);
    await keep("a");
    backlog.useSpool({ identity: "other", directory: undefined });
    await backlog.look();
    expect(spools.of({ identity: "other" }).tags).toEqual(["a"]);
    backlog.remove([...backlog]);
    await settle();
    expect(spools.of({ identity: "other" }).files.size).toBe(0);
    expect(spool.tags).toEqual(["a"]);
    backlog.useSpool(place);
    await backlog.look();
    expect(tagsOf(backlog)).toEqual(["a"]);
  });
});
