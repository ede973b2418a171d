import {
  CacheError,
  CacheManager,
  systemClock,
  type Answer,
  type Cache,
  type Clock,
  type LoadContext,
} from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { createStorage } from "@awsideman/storage-memory";
import { expect, test } from "vitest";
import type { Call } from "./call.ts";
import { ExecutionContext } from "./execution-context.ts";
import { loadThrough, notKept, type Loading, type StoredAnswer } from "./load-through.ts";
import { resolveOptions } from "./options.ts";

type GetOrLoad = (
  key: string,
  load: (context: LoadContext<StoredAnswer>) => Promise<StoredAnswer>,
) => Promise<Answer<StoredAnswer>>;

const cacheOf = (getOrLoadWithDetails: GetOrLoad): Cache => ({ getOrLoadWithDetails }) as unknown as Cache;
const contextOf = (clock: Clock): ExecutionContext => {
  const options = resolveOptions({ cache: new CacheManager(), clock });
  const unused = (): Promise<never> => Promise.reject(new Error("not used"));
  return new ExecutionContext("identitystore", options, {
    caller: "ada",
    place: unused,
    credentials: unused,
  });
};
const passed = { UserName: "past the cache", $metadata: {} };
const call: Call = {
  command: "DescribeUser",
  input: {},
  signal: undefined,
  limited: false,
  pass: async () => passed,
  send: () => Promise.reject(new Error("not used")),
};
const abort = Object.assign(new Error("Request aborted"), { name: "AbortError" });

test("a load that the cache itself gives up is no reason to fail", async () => {
  const loading: Loading = { context: contextOf(systemClock), load: () => Promise.reject(abort) };
  const signal = AbortSignal.abort();
  const cache = cacheOf(async (_key, load) => {
    await load({ signal, previous: undefined, hasPrevious: false });
    throw new Error("not reached");
  });
  expect(await loadThrough(cache, "key", call, loading)).toBe(passed);
});

test("an error of the cache itself is no reason to fail", async () => {
  const closed = cacheOf(() => Promise.reject(new CacheError("CACHE_CLOSED", "closed")));
  expect(
    await loadThrough(closed, "key", call, {
      context: contextOf(systemClock),
      load: () => Promise.reject(abort),
    }),
  ).toBe(passed);
});

test("any other error is the caller's", async () => {
  const loading: Loading = {
    context: contextOf(systemClock),
    load: () => Promise.reject(new Error("of AWS")),
  };
  const cache = cacheOf(async (_key, load) => {
    await load({ signal: new AbortController().signal, previous: undefined, hasPrevious: false });
    throw new Error("not reached");
  });
  await expect(loadThrough(cache, "key", call, loading)).rejects.toThrow("of AWS");
});

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A cache in which one caller loads, without a limit, and is not answered. */
async function withSlowLeader() {
  const clock = new FakeClock();
  const cache = new CacheManager({ clock });
  cache.registerBackend("memory", createStorage);
  const answer = Promise.withResolvers<void>();
  const output = { UserName: "answered", $metadata: {} };
  const leading: Loading = {
    context: contextOf(clock),
    load: async () => {
      await answer.promise;
      return { output, keeping: { ttl: 60_000, tags: [] } };
    },
  };
  const leader = loadThrough(cache, "user:describe:u-1", call, leading);
  await settle();
  const joining: Loading = { context: contextOf(clock), load: () => Promise.reject(new Error("joins")) };
  const join = (more: Partial<Call>) =>
    loadThrough(cache, "user:describe:u-1", { ...call, ...more }, joining);
  return { clock, answer, leader, join };
}

test("who gives a request so much time waits no longer for another's, and then makes his own", async () => {
  const { clock, answer, leader, join } = await withSlowLeader();
  const hasty = join({ limited: true, requestTimeout: 100 });
  let result: unknown;
  void hasty.then((output) => (result = output));
  const patient = join({});
  await settle();
  await clock.advance(99);
  expect(result).toBeUndefined();
  await clock.advance(1);
  expect(result).toBe(passed);
  answer.resolve();
  expect([(await leader)["UserName"], (await patient)["UserName"]]).toEqual(["answered", "answered"]);
});

test("who is answered in time has the shared answer, and leaves no timer", async () => {
  const { clock, answer, join } = await withSlowLeader();
  const hasty = join({ limited: true, requestTimeout: 100, signal: new AbortController().signal });
  await settle();
  await clock.advance(50);
  answer.resolve();
  expect((await hasty)["UserName"]).toBe("answered");
  await clock.advance(1_000);
  expect(clock.waiting).toBe(0);
});

test("who has a request of his own is limited by the SDK alone", async () => {
  const clock = new FakeClock();
  const cache = new CacheManager({ clock });
  cache.registerBackend("memory", createStorage);
  const answer = Promise.withResolvers<void>();
  const asked = loadThrough(
    cache,
    "user:describe:u-1",
    { ...call, limited: true, requestTimeout: 100 },
    {
      context: contextOf(clock),
      load: async () => {
        await answer.promise;
        return { output: { UserName: "own", $metadata: {} }, keeping: notKept };
      },
    },
  );
  await settle();
  await clock.advance(1_000);
  answer.resolve();
  expect((await asked)["UserName"]).toBe("own");
});

test("who aborts while he waits for another's gets the SDK's kind of error", async () => {
  const { join } = await withSlowLeader();
  const controller = new AbortController();
  const asked = join({ limited: true, requestTimeout: 100, signal: controller.signal });
  await settle();
  controller.abort();
  await expect(asked).rejects.toMatchObject({ name: "AbortError", message: "Request aborted" });
});

test("an answer whose asker has become another caller is for him alone: who shared the load asks again", async () => {
  const place = { service: "identitystore", region: "r", endpoint: undefined, sdkVersion: "1" } as const;
  const context = new ExecutionContext("identitystore", resolveOptions({ cache: new CacheManager() }), {
    caller: () => "ben",
    place: async () => place,
    credentials: async () => undefined,
  });
  const scope = { namespace: "", caller: "ada identitystore@1 r" };
  const load = async () => ({ output: passed, keeping: { ttl: 1_000, tags: [] } });
  let ended: unknown;
  const leaders = cacheOf(async (_key, run) => {
    await run({} as LoadContext<StoredAnswer>).catch((error: unknown) => {
      ended = error;
    });
    throw ended as Error;
  });
  const leader = Object.assign(leaders, { scope });
  expect(await loadThrough(leader, "key", call, { context, load })).toBe(passed);

  const tries: string[] = [];
  const joined = cacheOf(async () => {
    tries.push("asked");
    if (tries.length === 1) throw ended as Error;
    return {
      value: { output: { UserName: "own" } },
      source: "cache",
      age: 0,
    } as unknown as Answer<StoredAnswer>;
  });
  expect(await loadThrough(Object.assign(joined, { scope }), "key", call, { context, load })).toMatchObject({
    UserName: "own",
  });
  expect(tries).toHaveLength(2);
});
