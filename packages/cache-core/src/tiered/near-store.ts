import type { CacheEntry, CacheStorage, MaybePromise } from "../storage/cache-storage.ts";
import { isPromise } from "../storage/maybe-promise.ts";
import type { NearLedger, Position, Verification } from "./near-ledger.ts";

interface Kept {
  readonly entry: CacheEntry;
  readonly verification: Verification;
}

const noTags: readonly string[] = Object.freeze([]);

/**
 * The entries of the near tier, in a storage whose own ledger has nothing to say: what may be served is decided by what
 * is known of the far one.
 */
export class NearStore {
  readonly #storage: CacheStorage;
  readonly #ledger: NearLedger;

  constructor(storage: CacheStorage, ledger: NearLedger) {
    this.#storage = storage;
    this.#ledger = ledger;
  }

  /** An entry that nothing known here forbids, and that has not expired. */
  get(id: string): CacheEntry | undefined {
    const reading = atOnce(this.#storage.read(id));
    if (reading.state !== "hit") return undefined;
    const { entry, verification } = reading.entry.payload as Kept;
    return this.#ledger.allows(entry, verification) ? entry : undefined;
  }

  /**
   * Takes an entry in that the far tier has verified at `at`, unless something is known against it.
   * @param asked what the wall clock of this process said when the far tier was asked: the far ledger's times cannot be
   *   compared with it, but the entry has not longer to live from then on than it had in the far tier
   */
  put(entry: CacheEntry, at: Position & { readonly time: number }, asked: number): void {
    this.#ledger.see(at);
    const verification = this.#ledger.admit(entry, at);
    if (verification === undefined) return;
    const expiresAt = asked + (entry.expiresAt - at.time);
    atOnce(
      this.#storage.write({
        id: entry.id,
        tags: noTags,
        // Of when it was asked for: should the clock have been set back since, it is of the future, and a miss.
        stamp: { ...atOnce(this.#storage.stamp()), time: asked },
        expiresAt,
        staleUntil: expiresAt,
        payload: { entry, verification } satisfies Kept,
        size: entry.size,
      }),
    );
  }
}

/** @throws TypeError for a storage that answers by promise */
function atOnce<T>(answer: MaybePromise<T>): T {
  if (isPromise(answer)) throw new TypeError("The near tier must be a storage that answers at once");
  return answer;
}
