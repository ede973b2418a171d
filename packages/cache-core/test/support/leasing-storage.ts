import type {
  CacheEntry,
  CacheStorage,
  Changes,
  Clock,
  EntryMetadata,
  Invalidation,
  LoadLease,
  MaybePromise,
  Reading,
  Stamp,
  StorageCapabilities,
  Verdict,
} from "@awsideman/cache-core";

interface Held {
  readonly owner: object | undefined;
  readonly until: number;
  readonly waiting: Set<() => void>;
}

/** The leases of a fleet: who loads what, until when, and who waits for him. */
export class LeaseTable {
  static readonly lease = 1_000;
  static readonly patience = 10_000;
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many wait for what is loaded now. */
  waiting(id: string): number {
    return this.#held.get(id)?.waiting.size ?? 0;
  }

  ask(owner: LeasingStorage, id: string): LoadLease | undefined {
    const held = this.#held.get(id);
    const lapsesAfter = (held?.until ?? 0) - this.#clock.now();
    if (held === undefined || lapsesAfter <= 0) {
      this.#held.set(id, { owner, until: this.#clock.now() + LeaseTable.lease, waiting: new Set() });
      return { state: "yours", keep: () => this.#keep(owner, id) };
    }
    if (held.owner === undefined) return undefined;
    const { patience } = LeaseTable;
    return { state: "others", lapsesAfter, patience, wait: (signal) => this.#wait(id, held, signal) };
  }

  /** An entry is there. */
  stored(id: string): void {
    this.#end(id, undefined);
  }

  #keep(owner: LeasingStorage, id: string): (isStored: boolean) => void {
    const mine = (): Held | undefined => {
      const held = this.#held.get(id);
      return held?.owner === owner ? held : undefined;
    };
    let cancel = (): void => undefined;
    const renew = (): void => {
      const held = mine();
      if (held === undefined) return;
      if (!owner.isDead) this.#held.set(id, { ...held, until: this.#clock.now() + LeaseTable.lease });
      cancel = this.#clock.after(LeaseTable.lease / 3, renew, { background: true });
    };
    renew();
    return (isStored) => {
      cancel();
      if (isStored || owner.isDead || mine() === undefined) return;
      const until = this.#clock.now() + LeaseTable.lease;
      this.#end(id, { owner: undefined, until, waiting: new Set() });
    };
  }

  async #wait(id: string, { waiting }: Held, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#held.get(id)?.waiting !== waiting) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.add(resolve);
    signal.addEventListener("abort", () => resolve());
    await promise;
    waiting.delete(resolve);
  }

  #end(id: string, next: Held | undefined): void {
    const held = this.#held.get(id);
    if (next === undefined) this.#held.delete(id);
    else this.#held.set(id, next);
    for (const wake of held?.waiting ?? []) wake();
  }
}

/** One process's access to a storage that others use, with leases. */
export class LeasingStorage implements CacheStorage {
  readonly capabilities: StorageCapabilities;
  /** Nothing of this process is heard any more. */
  isDead = false;
  /** Called before anything is stored. */
  beforeWrite: () => MaybePromise<void> = () => undefined;
  readonly #storage: CacheStorage;
  readonly #table: LeaseTable;

  constructor(storage: CacheStorage, table: LeaseTable) {
    this.#storage = storage;
    this.#table = table;
    this.capabilities = storage.capabilities;
  }

  async read(id: string, loadBelow?: number): Promise<Reading> {
    const reading = await this.#storage.read(id);
    if (loadBelow === undefined) return reading;
    if (reading.state === "hit" && reading.entry.expiresAt - reading.at.time >= loadBelow) return reading;
    const lease = this.#table.ask(this, id);
    return lease === undefined ? reading : { ...reading, lease };
  }

  async readMany(ids: readonly string[]): Promise<readonly Reading[]> {
    return this.#storage.readMany(ids);
  }

  async write(entry: CacheEntry, supersedes?: string): Promise<Verdict> {
    await this.beforeWrite();
    const verdict = await this.#storage.write(entry, supersedes);
    if (verdict.outcome === "stored") this.#table.stored(entry.id);
    return verdict;
  }

  async stamp(): Promise<Stamp> {
    return this.#storage.stamp();
  }

  async invalidate(invalidation: Invalidation): Promise<Stamp> {
    return this.#storage.invalidate(invalidation);
  }

  async since(stamp: Stamp): Promise<Changes> {
    return this.#storage.since(stamp);
  }

  async clear(invalidation: Invalidation): Promise<number> {
    return this.#storage.clear(invalidation);
  }

  entries(): AsyncIterable<EntryMetadata> {
    return this.#storage.entries();
  }

  async usage(): Promise<{ readonly entries: number; readonly bytes: number }> {
    return this.#storage.usage();
  }

  close(): void {
    // The storage is everybody's.
  }
}
