import type { CacheStorage } from "../../storage/cache-storage.ts";
import type { StorageEvent } from "../../storage/storage-factory.ts";
import { valueFormFor } from "../../value/value-form.ts";
import { FakeClock } from "../fake-clock.ts";
import type { StorageContractOptions } from "./contract-options.ts";
import { StorageHandle } from "./storage-handle.ts";

interface OpenOptions {
  /** Names another store of the same check. */
  readonly place?: string;
  readonly maxSizeMb?: number;
}

/** One check at work: a store of its own, a clock, and the storages that it opens, closed when it is over. */
export class ContractRun {
  readonly options: StorageContractOptions;
  readonly clock: FakeClock = new FakeClock();
  readonly events: StorageEvent[] = [];
  readonly random: () => number = seededRandom(42);
  readonly #store = `contract-${crypto.randomUUID()}`;
  readonly #opened = new Set<CacheStorage>();

  constructor(options: StorageContractOptions) {
    this.options = options;
  }

  /** Opens a storage: every time on the same store, unless another is named. */
  async open({ place = "", maxSizeMb = 100 }: OpenOptions = {}): Promise<StorageHandle> {
    const storage = await this.options.open({
      clock: this.clock,
      random: this.random,
      emit: (event) => this.events.push(event),
      store: this.#store + place,
      maxSizeMb,
    });
    this.#opened.add(storage);
    return new StorageHandle(storage, valueFormFor(this.options.capabilities.payload, false));
  }

  /** Closes a storage as its user does. */
  async close({ storage }: StorageHandle): Promise<void> {
    this.#opened.delete(storage);
    await storage.close();
  }

  /** Lets time pass, in the ledger and in this process. */
  async advance(milliseconds: number): Promise<void> {
    const { time = "given" } = this.options;
    if (typeof time === "function") await time(milliseconds);
    await this.clock.advance(milliseconds);
  }

  /** Waits until what one storage has invalidated must be known to the others on the same store. */
  async spread(): Promise<void> {
    const { maxStaleness = 0 } = this.options;
    if (maxStaleness > 0) await this.advance(maxStaleness);
  }

  /** Makes the store fail until the function is called that it returns. */
  async breakStore(): Promise<() => Promise<void>> {
    const mend = await this.options.breakStore?.(this.#store);
    return async () => mend?.();
  }

  async end(): Promise<void> {
    for (const storage of this.#opened) await storage.close();
  }
}

/** Lets whatever is under way in this process go on, without time passing. */
export async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** The same numbers every time: a check that fails fails again. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
