import type { MaybePromise, Reading, Stamp, StorageEvent } from "@awsideman/cache-core";
import { decodeEntry } from "./entry-form.ts";
import type { LedgerClient } from "./ledger-client.ts";
import type { RedisLimits } from "./limits.ts";
import type { LoadLeases } from "./load-leases.ts";
import { unavailable } from "./redis-error.ts";
import type { RedisKeys } from "./redis-keys.ts";

/** What the script says of a key: nothing, an entry, one that it could not judge, or that it is to be asked again. */
type Found = Buffer | null | readonly [Buffer] | 0;

export interface EntryReaderParts {
  readonly ledger: LedgerClient;
  readonly keys: RedisKeys;
  readonly limits: RedisLimits;
  /** Undefined: everybody loads for himself. */
  readonly leases: LoadLeases | undefined;
  readonly emit: (event: StorageEvent) => void;
}

/** An error for what cannot be judged, which is no reason to doubt what was found beside it. */
type Judged = Reading | Error;

/** How many looks of one turn go together: what is large is not to hold up what is small for long. */
const looksAtOnce = 64;

/** A look that was asked for, and waits for the others of the same turn. */
interface Look {
  readonly id: string;
  readonly loadBelow: number | undefined;
  readonly resolve: (reading: MaybePromise<Reading>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Looks entries up. The first look of a turn of the event loop is sent at once, and the others of that turn go together: the
 * server then does for all of them what every script has to do first, and sends one answer.
 */
export class EntryReader {
  readonly #ledger: LedgerClient;
  readonly #keys: RedisKeys;
  readonly #limits: RedisLimits;
  readonly #leases: LoadLeases | undefined;
  readonly #emit: (event: StorageEvent) => void;
  #isGathering = false;
  #asked: Look[] = [];

  constructor({ ledger, keys, limits, leases, emit }: EntryReaderParts) {
    this.#ledger = ledger;
    this.#keys = keys;
    this.#limits = limits;
    this.#leases = leases;
    this.#emit = emit;
  }

  /** @param loadBelow see `CacheStorage.read` */
  read(id: string, loadBelow?: number): Promise<Reading> {
    if (this.#isGathering)
      return new Promise((resolve, reject) => this.#asked.push({ id, loadBelow, resolve, reject }));
    this.#isGathering = true;
    queueMicrotask(() => this.#send());
    return this.#readOne(id, loadBelow);
  }

  async readMany(ids: readonly string[]): Promise<readonly Reading[]> {
    const pages = this.#pages(ids, this.#limits.keysAtOnce);
    return (await Promise.all(pages.map((page) => this.#readPage(page)))).flat().map(orThrow);
  }

  #send(): void {
    const asked = this.#asked;
    this.#asked = [];
    this.#isGathering = false;
    const leases = this.#leases;
    const looks = leases === undefined ? asked : asked.filter(({ loadBelow }) => loadBelow === undefined);
    const leads = leases === undefined ? [] : asked.filter(({ loadBelow }) => loadBelow !== undefined);
    for (const page of this.#pages(looks, looksAtOnce))
      void this.#answer(page, this.#readPage(page.map(({ id }) => id)));
    if (leases === undefined) return;
    for (const page of this.#pages(leads, looksAtOnce)) void this.#answer(page, this.#leadPage(page, leases));
  }

  async #readOne(id: string, loadBelow: number | undefined): Promise<Reading> {
    const { ledger, entries, leases } = this.#keys;
    const given = loadBelow === undefined ? undefined : this.#leases;
    if (given === undefined) {
      const { at, rest } = await this.#ledger.run("read", [ledger, entries + id]);
      return this.#trust(this.#judge(id, rest[0] as Found, at), at);
    }
    const { count } = given.wakes;
    const args = [given.owner, this.#limits.lease, loadBelow as number];
    const { at, rest } = await this.#ledger.run("lead", [ledger, entries + id, leases + id], args);
    const reading = await this.#trust(this.#judge(id, rest[0] as Found, at), at);
    const lease = given.leaseOf(id, rest[1] as number | undefined, count);
    return lease === undefined ? reading : { ...reading, lease };
  }

  #trust(judged: Judged | "ahead", at: Stamp): MaybePromise<Reading> {
    return judged === "ahead"
      ? this.#ledger.distrust(at.epoch).then(() => ({ state: "miss", at }))
      : orThrow(judged);
  }

  async #answer(page: readonly Look[], judged: Promise<readonly Judged[]>): Promise<void> {
    try {
      for (const [index, reading] of (await judged).entries()) {
        if (reading instanceof Error) page[index]?.reject(reading);
        else page[index]?.resolve(reading);
      }
    } catch (error) {
      for (const { reject } of page) reject(error);
    }
  }

  /** Looks entries up for readers who load what is not there, or say who does. */
  async #leadPage(page: readonly Look[], leases: LoadLeases): Promise<readonly Judged[]> {
    const keys = this.#keys;
    const { count } = leases.wakes;
    const pairs = page.flatMap(({ id }) => [keys.entries + id, keys.leases + id]);
    const args = [leases.owner, this.#limits.lease, ...page.map(({ loadBelow }) => loadBelow as number)];
    const { at, rest } = await this.#ledger.run("lead", [keys.ledger, ...pairs], args);
    const found = page.map((_, index) => rest[2 * index] as Found);
    const judged = await this.#judgeAll(
      page.map(({ id }) => id),
      found,
      at,
    );
    const readings = judged.map((reading, index) => {
      const lease = leases.leaseOf(page[index]?.id ?? "", rest[2 * index + 1] as number | undefined, count);
      return lease === undefined || reading instanceof Error ? reading : { ...reading, lease };
    });
    return completed(page, found, readings, (left) => this.#leadPage(left, leases));
  }

  async #readPage(ids: readonly string[]): Promise<readonly Judged[]> {
    const keys = ids.map((id) => this.#keys.entries + id);
    const { at, rest } = await this.#ledger.run("read", [this.#keys.ledger, ...keys]);
    const found = rest as readonly Found[];
    return completed(ids, found, await this.#judgeAll(ids, found, at), (left) => this.#readPage(left));
  }

  #judgeAll(ids: readonly string[], found: readonly Found[], at: Stamp): MaybePromise<readonly Judged[]> {
    const readings = ids.map((id, index) => this.#judge(id, found[index] as Found, at));
    // What is not ahead is of the same ledger, and not to be trusted either.
    return readings.includes("ahead") ? this.#distrust(ids, at) : (readings as readonly Judged[]);
  }

  /** An entry is ahead of its ledger, which must have been turned back. */
  async #distrust(ids: readonly string[], at: Stamp): Promise<readonly Reading[]> {
    await this.#ledger.distrust(at.epoch);
    return ids.map(() => ({ state: "miss", at }));
  }

  #pages<Item>(items: readonly Item[], size: number): Item[][] {
    return Array.from({ length: Math.ceil(items.length / size) }, (_, page) =>
      items.slice(page * size, (page + 1) * size),
    );
  }

  #judge(id: string, found: Found, at: Stamp): Judged | "ahead" {
    if (found === null || found === 0) return { state: "miss", at };
    const form = Buffer.isBuffer(found) ? found : found[0];
    const decoded = decodeEntry(id, form);
    if (decoded.state === "damaged") {
      this.#emit({ type: "storage-recovered", message: "A damaged entry is a miss" });
      return { state: "miss", at };
    }
    const { entry } = decoded;
    if (entry.stamp.position > at.position) return "ahead";
    // Whole, and yet the rule could not be applied: that is no entry to be served.
    if (!Buffer.isBuffer(found)) return unavailable(new Error("an entry could not be judged"));
    return { state: at.time < entry.expiresAt ? "hit" : "stale", entry, at };
  }
}

/** With what is said of those that are to be asked for again, in the order of the page. */
async function completed<Item>(
  page: readonly Item[],
  found: readonly Found[],
  readings: readonly Judged[],
  ask: (left: readonly Item[]) => Promise<readonly Judged[]>,
): Promise<readonly Judged[]> {
  const left = page.filter((_, index) => found[index] === 0);
  if (left.length === 0) return readings;
  const more = [...(await ask(left))];
  return readings.map((reading, index) => (found[index] === 0 ? (more.shift() as Judged) : reading));
}

function orThrow(judged: Judged): Reading {
  if (judged instanceof Error) throw judged;
  return judged;
}
