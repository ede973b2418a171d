import { CacheError, type Cache } from "@awsideman/cache-core";
import type { Output } from "./call.ts";
import { createCommandKey } from "./command-key.ts";
import { loadThrough, type StoredAnswer, type StoredOutput } from "./load-through.ts";
import { isOutage } from "./outage.ts";
import { keepingOf, learn, pass, type Question } from "./question.ts";

/**
 * Answers the request for a later page of a list. All pages of a list live and die together: the first one carries a
 * random name, the chain, which is part of the others' keys, and an entry that depends on the first page's. So a page is
 * served only while the first one is, never next to pages of another time, and never longer than the first one.
 * Without the first page in the cache, or where that is too old for who asks, AWS is asked, and nothing is stored. Who wants
 * AWS asked in any case has got the first page by asking, just before.
 */
export async function readPage(cache: Cache, question: Question): Promise<Output> {
  const { call, row, input, context } = question;
  const { NextToken: _, ...firstInput } = input;
  const firstKey = createCommandKey(row.key, firstInput);
  const { maxAge = context.options.maxAge } = call;
  const first = await findRecent(cache, firstKey, maxAge);
  if (first?.chain === undefined) {
    return context.options.staleIfError > 0 ? orStale(cache, firstKey, question) : pass(question);
  }

  const { chain } = first;
  // No page is older than the first one: it has its chain from there.
  const asRecent = maxAge > 0 ? { ...call, maxAge: Infinity } : call;
  return loadThrough(cache, createCommandKey(row.key, input, chain), asRecent, {
    context,
    async load({ signal }) {
      // What is read inside a load belongs to what it makes: this page takes over the first one's tags and its expiry.
      await find(cache, firstKey);
      const output = await endChain(cache, firstKey, () => call.send(input, { abortSignal: signal }));
      return { output, keeping: keepingOf(question, output) };
    },
    loaded: (output) => learn(question, output),
  });
}

async function findRecent(cache: Cache, key: string, maxAge: number): Promise<StoredOutput | undefined> {
  if (maxAge === Infinity || maxAge === 0) return find(cache, key);
  const found = await cache.peek<StoredAnswer>(key);
  if (found === undefined || found.age >= maxAge) return undefined;
  return "absence" in found.value ? undefined : found.value;
}

async function find(cache: Cache, key: string): Promise<StoredOutput | undefined> {
  try {
    const found = await cache.get<StoredAnswer>(key);
    return found === undefined || "absence" in found ? undefined : found;
  } catch (error) {
    if (CacheError.isInstance(error)) return undefined;
    throw error;
  }
}

/** When AWS is not there to answer, and has not been for the first page either: the page that belongs to that one. */
async function orStale(cache: Cache, firstKey: string, question: Question): Promise<Output> {
  const { call, row, input, context } = question;
  try {
    return await pass(question);
  } catch (error) {
    const { staleIfError } = context.options;
    const load = (): Promise<never> => Promise.reject(error as Error);
    const { value } = await cache.getOrLoadWithDetails<StoredAnswer>(firstKey, load, {
      staleIfError,
      isOutage,
    });
    if (!("chain" in value)) throw error;
    return loadThrough(cache, createCommandKey(row.key, input, value.chain), call, { context, load });
  }
}

/** How the services refuse a token: Organizations by the second. */
const refusals: readonly string[] = ["ValidationException", "InvalidInputException"];

/** A token that AWS does not take any more makes the whole list worthless: who begins again must get a new first page. */
async function endChain(cache: Cache, firstKey: string, send: () => Promise<Output>): Promise<Output> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof Error && refusals.includes(error.name)) {
      await cache.delete(firstKey).catch(() => undefined);
    }
    throw error;
  }
}
