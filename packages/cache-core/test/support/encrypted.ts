import {
  fromSimpleStore,
  type CacheEntry,
  type CacheStorage,
  type Stamp,
  type StorageEvent,
} from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { EncryptedStorage } from "../../src/encryption/encrypted-storage.ts";
import { EncryptionKey } from "../../src/encryption/encryption-key.ts";
import { tagsOfKey } from "../../src/key/tags.ts";

/** A key for each letter. */
export function keyOf(letter: string): EncryptionKey {
  return new EncryptionKey(Buffer.alloc(32, letter));
}

/** A storage that any number of holders of keys use, each as from a process of its own. */
export class SharedStore {
  readonly clock: FakeClock = new FakeClock();
  /** What is kept: everything that somebody without a key can see of the entries. */
  readonly map: Map<string, unknown> = new Map();
  readonly events: StorageEvent[] = [];
  readonly bare: CacheStorage;

  constructor() {
    this.bare = fromSimpleStore(this.map, { clock: this.clock, random: Math.random, emit: this.#emit });
  }

  readonly #emit = (event: StorageEvent): void => void this.events.push(event);

  /** @param letters the key in use first, then older ones; none: there is no key */
  open(letters: string, storage: CacheStorage = this.bare): Promise<EncryptedStorage> {
    return EncryptedStorage.open({ storage, keys: letters.split("").map(keyOf), emit: this.#emit });
  }
}

/** An entry of a key in the namespace `org-1`, whose value is a text. */
export function entryOf(key: string, text: string, stamp: Stamp, more: Partial<CacheEntry> = {}): CacheEntry {
  return {
    id: `org-1|caller|${key}`,
    tags: [...tagsOfKey(key, "org-1|"), "org-1|user:u-7"],
    stamp,
    expiresAt: Infinity,
    staleUntil: Infinity,
    payload: Buffer.from(text),
    size: text.length,
    ...more,
  };
}

/** Fills from now, and says what became of it. */
export async function fill(storage: CacheStorage, key: string, text: string): Promise<string> {
  return (await storage.write(entryOf(key, text, await storage.stamp()))).outcome;
}

/** The text of a hit; undefined for a miss. */
export async function look(storage: CacheStorage, key: string): Promise<string | undefined> {
  const reading = await storage.read(`org-1|caller|${key}`);
  return reading.state === "hit" ? Buffer.from(reading.entry.payload as Uint8Array).toString() : undefined;
}
