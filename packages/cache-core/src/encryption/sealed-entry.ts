import type { CacheEntry } from "../storage/cache-storage.ts";
import type { EncryptionKey } from "./encryption-key.ts";
import type { HiddenNames } from "./hidden-names.ts";

/** Carried by every entry: to invalidate it is to invalidate all of them, by whoever knows no names. No hidden name is like it. */
export const everyEntry = "~entry";

/** Carried by every entry and by the register of keys: invalidated when the storage becomes somebody's, in that step. */
export const keysTag = "~keys";

/** Storages may take times from here on for never. */
const never = 9e15;

const lengthBytes = 4;

export interface SealingKeys {
  /** Encrypts. */
  readonly value: EncryptionKey;
  /** Hides what the storage looks up. */
  readonly names: HiddenNames;
}

/**
 * The entry as it is stored: id and tags go into what is encrypted, in front of the value. All that the storage sees and
 * does not change is bound to it: with another id, another time to live, other tags, a tag less, it cannot be opened. The
 * position is not bound: a storage gives an entry that supersedes others a new one.
 */
export function sealEntry(entry: CacheEntry, { value, names }: SealingKeys): CacheEntry {
  const bare = {
    id: names.id(entry.id),
    tags: [...entry.tags.map((tag) => names.name(tag)), everyEntry, keysTag],
    stamp: { ...entry.stamp, time: wholeTime(entry.stamp.time) },
    expiresAt: wholeTime(entry.expiresAt),
    staleUntil: wholeTime(Math.max(entry.expiresAt, entry.staleUntil)),
    size: entry.size,
  };
  const header = Buffer.from(JSON.stringify([entry.id, ...entry.tags]));
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32LE(header.length);
  const plain = Buffer.concat([length, header, entry.payload as Uint8Array]);
  return { ...bare, payload: value.seal(plain, contextOf(bare)) };
}

/**
 * The entry as it was before.
 * @throws when anything of it is not as it was sealed
 */
export function openEntry(sealed: CacheEntry, key: EncryptionKey): CacheEntry {
  const { stamp, expiresAt, staleUntil, size } = sealed;
  const plain = key.open(sealed.payload as Uint8Array, contextOf(sealed));
  const begin = lengthBytes + plain.readUInt32LE();
  let header: readonly [string, ...string[]] | undefined;
  const names = (): readonly [string, ...string[]] =>
    (header ??= JSON.parse(plain.toString("utf8", lengthBytes, begin)) as [string, ...string[]]);
  return {
    // Hardly anybody asks for them. They are what was sealed, or it could not have been opened.
    get id() {
      return names()[0];
    },
    get tags() {
      return names().slice(1);
    },
    stamp,
    expiresAt,
    staleUntil,
    size,
    payload: plain.subarray(begin),
  };
}

function contextOf({ id, tags, stamp, expiresAt, staleUntil }: Omit<CacheEntry, "payload">): string {
  return `entry 1\n${id}\n${stamp.epoch}\n${stamp.time}\n${expiresAt}\n${staleUntil}\n${tags.join("\n")}`;
}

/** As any storage gives it back. Rounded down: an entry expires, and a load began, rather too early than too late. */
function wholeTime(time: number): number {
  return time >= never ? Infinity : Math.floor(time);
}
