import { CacheError, type Answer, type Cache, type LoadContext } from "@awsideman/cache-core";
import { expect, test } from "vitest";
import type { Call } from "./call.ts";
import { loadThrough, type Loading, type StoredAnswer } from "./load-through.ts";

type GetOrLoad = (
  key: string,
  load: (context: LoadContext<StoredAnswer>) => Promise<StoredAnswer>,
) => Promise<Answer<StoredAnswer>>;

const cacheOf = (getOrLoadWithDetails: GetOrLoad): Cache => ({ getOrLoadWithDetails }) as unknown as Cache;
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
  const loading: Loading = { load: () => Promise.reject(abort) };
  const signal = AbortSignal.abort();
  const cache = cacheOf(async (_key, load) => {
    await load({ signal, previous: undefined });
    throw new Error("not reached");
  });
  expect(await loadThrough(cache, "key", call, loading)).toBe(passed);
});

test("an error of the cache itself is no reason to fail", async () => {
  const closed = cacheOf(() => Promise.reject(new CacheError("CACHE_CLOSED", "closed")));
  expect(await loadThrough(closed, "key", call, { load: () => Promise.reject(abort) })).toBe(passed);
});

test("any other error is the caller's", async () => {
  const loading: Loading = { load: () => Promise.reject(new Error("of AWS")) };
  const cache = cacheOf(async (_key, load) => {
    await load({ signal: new AbortController().signal, previous: undefined });
    throw new Error("not reached");
  });
  await expect(loadThrough(cache, "key", call, loading)).rejects.toThrow("of AWS");
});
