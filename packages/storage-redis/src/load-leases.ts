import { randomBytes } from "node:crypto";
import type { Clock, LoadLease } from "@awsideman/cache-core";
import type { LedgerClient, ScriptAnswer } from "./ledger-client.ts";
import type { RedisLimits } from "./limits.ts";
import type { LoadWakes } from "./load-wakes.ts";
import type { RedisKeys } from "./redis-keys.ts";
import { ownerBytes } from "./scripts/lease-functions.ts";

export interface LoadLeasesParts {
  readonly ledger: LedgerClient;
  readonly keys: RedisKeys;
  readonly limits: RedisLimits;
  readonly clock: Clock;
  /** Names this storage object among those that load. */
  readonly owner: string;
  readonly wakes: LoadWakes;
  /** Milliseconds that a reader may wait in all. */
  readonly patience: number;
}

/** A name for one storage object, never given twice. */
export function newOwner(): string {
  return randomBytes(ownerBytes).toString("base64url").slice(0, ownerBytes);
}

/**
 * This instance's leases, and those that it waits for. What fails here costs a load at most: a lease that is not renewed
 * lapses, and who is not woken looks when it has.
 */
export class LoadLeases {
  readonly owner: string;
  readonly wakes: LoadWakes;
  readonly #parts: LoadLeasesParts;
  /** The leases that are kept, each with what tells it from an earlier one of the same id. */
  readonly #kept = new Map<string, symbol>();
  #endRenewal: (() => void) | undefined;
  #isClosed = false;

  constructor(parts: LoadLeasesParts) {
    this.owner = parts.owner;
    this.wakes = parts.wakes;
    this.#parts = parts;
  }

  /** Who loads, as a script has answered that was sent when there had been `since` wakes. See `askFunction`. */
  leaseOf(id: string, answer: number | undefined, since: number): LoadLease | undefined {
    const { patience } = this.#parts;
    if (answer === undefined || answer < 0) return undefined;
    if (answer === 0) return { state: "yours", keep: () => this.#keep(id) };
    const wait = (signal: AbortSignal): Promise<void> => this.wakes.wait(id, since, answer, signal);
    return { state: "others", lapsesAfter: answer, patience, wait };
  }

  /** Wakes those who waited for what has ended, as a script has told them. */
  async wake(id: string, waiting: Buffer): Promise<void> {
    const { keys } = this.#parts;
    const streams: string[] = [];
    for (let first = 0; first < waiting.length; first += ownerBytes)
      streams.push(keys.wakes + waiting.toString("latin1", first, first + ownerBytes));
    await this.#forPages(streams, (page) => this.#run("wake", page, [id]));
  }

  close(): void {
    this.#isClosed = true;
    this.#endRenewal?.();
    this.#kept.clear();
  }

  #keep(id: string): (isStored: boolean) => void {
    const lease = Symbol(id);
    this.#kept.set(id, lease);
    this.#renewLater();
    return (isStored) => {
      if (this.#kept.get(id) !== lease) return;
      this.#kept.delete(id);
      // With the fill it went, too.
      if (!isStored) void this.#release(id);
    };
  }

  async #release(id: string): Promise<void> {
    const { keys, owner, limits } = this.#parts;
    const answer = await this.#run("release", [keys.leases + id], [owner, limits.leasePause]);
    if (answer) await this.wake(id, answer.rest[0] as Buffer);
  }

  #renewLater(): void {
    if (this.#endRenewal !== undefined || this.#kept.size === 0 || this.#isClosed) return;
    const { clock, limits } = this.#parts;
    const renew = (): void => {
      this.#endRenewal = undefined;
      // A server that is slow to answer must not make the next one late.
      this.#renewLater();
      void this.#renew();
    };
    this.#endRenewal = clock.after(limits.lease / 3, renew, { background: true });
  }

  async #renew(): Promise<void> {
    const { keys, owner, limits } = this.#parts;
    const leases = [...this.#kept];
    await this.#forPages(leases, async (page) => {
      const names = page.map(([id]) => keys.leases + id);
      const answer = await this.#run("renew", names, [owner, limits.lease]);
      const kept = answer?.rest[0] as readonly number[] | undefined;
      for (const [index, [id, lease]] of page.entries())
        if (kept?.[index] === 0 && this.#kept.get(id) === lease) this.#kept.delete(id);
    });
  }

  async #forPages<Item>(
    all: readonly Item[],
    use: (page: readonly Item[]) => Promise<unknown>,
  ): Promise<void> {
    const { keysAtOnce } = this.#parts.limits;
    for (let first = 0; first < all.length; first += keysAtOnce)
      await use(all.slice(first, first + keysAtOnce));
  }

  /** Undefined where it failed: why, the connection has told, or the reads will. */
  async #run(
    script: "release" | "renew" | "wake",
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<ScriptAnswer | undefined> {
    try {
      return await this.#parts.ledger.run(script, [this.#parts.keys.ledger, ...keys], args);
    } catch {
      return undefined;
    }
  }
}
