import { FakeClock } from "@awsideman/cache-core/testing";
import { expect, test } from "vitest";
import { MemorySpools } from "../../../test/support/memory-spool.ts";
import { settle } from "../../../test/support/late-storage.ts";
import type { CacheEvent } from "../../events.ts";
import { WaitingList } from "../waiting-list.ts";
import { SpoolKeeper } from "./spool-keeper.ts";

function makeKeeper() {
  const spools = new MemorySpools();
  const spool = spools.of({ identity: "store" });
  const list = new WaitingList();
  const events: CacheEvent[] = [];
  const clock = new FakeClock();
  const keeper = new SpoolKeeper({ spool, list, clock, emit: (event) => events.push(event) });
  return { spools, spool, list, events, keeper };
}

test("what is to be kept while a look is under way is kept also when the look fails", async () => {
  const { spool, list, events, keeper } = makeKeeper();
  const look = Promise.withResolvers<never>();
  spool.list = () => look.promise;
  const looking = keeper.look(1_000);
  list.add({ tags: ["a"], patterns: [] });
  const keeping = keeper.keep(1_000);
  look.reject(new Error("too many open files"));
  await Promise.all([looking, keeping]);
  expect(spool.tags).toEqual(["a"]);
  expect(keeper.known).toBe(false);
  expect(events).toMatchObject([{ type: "outbox-trouble", message: "The outbox cannot be used" }]);
});

test("what cannot be kept is not tried again before somebody asks", async () => {
  const { spools, list, events, keeper } = makeKeeper();
  spools.failure = new Error("no space left on device");
  list.add({ tags: ["a"], patterns: [] });
  await keeper.keep(1_000);
  await settle();
  expect(spools.calls).toEqual(["add"]);
  await keeper.look(1_000);
  expect(spools.calls).toEqual(["add", "list", "add"]);
  // Once for each trouble, and again when it was over in between.
  expect(events).toHaveLength(1);
  spools.failure = undefined;
  await keeper.look(1_000);
  spools.failure = new Error("no space left on device");
  await keeper.look(1_000);
  expect(events).toHaveLength(2);
});
