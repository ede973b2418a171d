import type { CircuitBreaker } from "../breaker/circuit-breaker.ts";
import type { Clock } from "../clock.ts";
import { resolveEncryption } from "../encryption/encryption-configuration.ts";
import type { CacheEvent } from "../events.ts";
import type { BackendRegistry } from "./backend-registry.ts";
import type { Backlog } from "./backlog.ts";
import type { CacheStorage } from "./cache-storage.ts";
import { GuardedStorage } from "./guarded-storage.ts";
import { withDeadline } from "./maybe-promise.ts";
import type { OpenStorage } from "./open-storage.ts";
import { openTier } from "./open-tier.ts";
import type { SpoolPlace } from "./spool/invalidation-spool.ts";
import type { StorageConfiguration } from "./storage-configuration.ts";
import type { Tier } from "./storage-factory.ts";

export interface StorageOpenerParts {
  readonly registry: BackendRegistry;
  readonly breaker: CircuitBreaker;
  readonly clock: Clock;
  readonly random: () => number;
  readonly emit: (event: CacheEvent) => void;
  readonly backlog: Backlog;
}

export interface Opening {
  /** Readers wait, who have a shorter patience of their own, and the process may end meanwhile. */
  readonly background: boolean;
  /** Told before anything is opened where invalidations are to wait that this storage cannot record. */
  readonly useSpool: (place: SpoolPlace | undefined) => void;
}

/** Milliseconds after which a storage that is being opened counts as one that cannot be. */
const openDeadline = 10_000;

/** Opens a storage, encrypted where that is configured, and puts it under guard. */
export class StorageOpener {
  readonly #parts: StorageOpenerParts;

  constructor(parts: StorageOpenerParts) {
    this.#parts = parts;
  }

  /**
   * @throws TypeError or RangeError for a wrong configuration, CacheError when the backend's package is not installed, and
   *   anything else when it cannot be opened, or not in time
   */
  async open(configuration: StorageConfiguration, { background, useSpool }: Opening): Promise<OpenStorage> {
    const { encryption, outboxDirectory } = configuration;
    const { registry, clock, random, emit } = this.#parts;
    let isNamed = false;
    const identify = (identity: string): void => {
      isNamed = true;
      useSpool({ identity, directory: outboxDirectory, nameless: encryption !== undefined });
    };
    const context = { clock, random, emit, identify };
    const keys = encryption === undefined ? undefined : resolveEncryption(encryption);
    const opening = openTier(configuration, { registry, keys, context });
    const { storage, values } = await this.#inTime(opening, configuration.backend, background);
    if (!isNamed) useSpool(undefined);
    return { storage: this.#guard(storage), values };
  }

  /** A storage that comes too late is closed. */
  async #inTime(opening: Promise<Tier>, backend: string, background: boolean): Promise<Tier> {
    let isLate = false;
    void opening.then(
      ({ storage }) => (isLate ? this.#guard(storage).close() : undefined),
      () => undefined,
    );
    try {
      const who = `The ${backend} backend`;
      return await withDeadline(opening, openDeadline, this.#parts.clock, { who, background });
    } catch (error) {
      isLate = true;
      throw error;
    }
  }

  #guard(storage: CacheStorage): GuardedStorage {
    const { breaker, backlog, clock, emit } = this.#parts;
    const { reach, patience = 50 } = storage.capabilities;
    // Those who joined a load wait for the fill too. What is on this machine answers, or has bounds of its own.
    const write = reach === "fleet" ? 50 : 1_000;
    const deadlines = { read: 50, write, invalidate: patience, clear: 60_000 };
    return new GuardedStorage({ storage, breaker, backlog, clock, emit, deadlines });
  }
}
