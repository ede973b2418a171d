import type { CacheEntry, EntryMetadata } from "../storage/cache-storage.ts";
import type { EncryptionKey } from "./encryption-key.ts";
import type { HiddenNames } from "./hidden-names.ts";

/** Stands in front of tags that are no names: no tag of anybody's begins like that once it is hidden. */
export const ownTag = "~";

/** Carried by every entry: to invalidate it is to invalidate all of them, by whoever knows no names. */
export const everyEntry = "~entry";

/** Storages may take times from here on for never. */
const never = 9e15;

export interface SealingKeys {
  /** Encrypts. */
  readonly value: EncryptionKey;
  /** Hides what the storage looks up. */
  readonly names: HiddenNames;
}

/**
 * The entry as it is stored. The last tag is a label: id and tags, encrypted, so that listings can show them without the
 * value. The value is bound to all that the storage does not change: another id, another time to live, other tags, a tag
 * less, and it cannot be opened. The position is not bound: a storage gives an entry that supersedes others a new one.
 */
export function sealEntry(entry: CacheEntry, { value, names }: SealingKeys): CacheEntry {
  const id = names.id(entry.id);
  const label = value.seal(Buffer.from(JSON.stringify([entry.id, ...entry.tags])), labelContext(id));
  const tags = [...entry.tags.map((tag) => names.name(tag)), everyEntry];
  const bare = {
    id,
    tags: [...tags, ownTag + label.toString("base64url")],
    stamp: { ...entry.stamp, time: wholeTime(entry.stamp.time) },
    expiresAt: wholeTime(entry.expiresAt),
    staleUntil: wholeTime(Math.max(entry.expiresAt, entry.staleUntil)),
  };
  const payload = value.seal(entry.payload as Uint8Array, valueContext(entry.id, bare));
  return { ...bare, payload, size: entry.size };
}

/**
 * The entry as it was before.
 * @throws when anything of it is not as it was sealed
 */
export function openEntry(id: string, sealed: CacheEntry, key: EncryptionKey): CacheEntry {
  const { stamp, expiresAt, staleUntil, size } = sealed;
  const payload = key.open(sealed.payload as Uint8Array, valueContext(id, sealed));
  let tags: readonly string[] | undefined;
  return {
    id,
    // Hardly anybody asks. It cannot fail: the label is bound to the value, which has been opened.
    get tags() {
      return (tags ??= readLabel(sealed, key).tags);
    },
    stamp,
    expiresAt,
    staleUntil,
    size,
    payload,
  };
}

/** Which key has sealed the label; undefined when there is none. */
export function labelOf({ tags }: EntryMetadata | CacheEntry): Buffer | undefined {
  const last = tags.at(-1);
  return last?.startsWith(ownTag) ? Buffer.from(last.slice(ownTag.length), "base64url") : undefined;
}

/** @throws when it is not the label of this entry */
export function readLabel(
  sealed: EntryMetadata | CacheEntry,
  key: EncryptionKey,
): { readonly id: string; readonly tags: readonly string[] } {
  const label = key.open(labelOf(sealed) ?? Buffer.alloc(0), labelContext(sealed.id));
  const [id, ...tags] = JSON.parse(label.toString()) as [string, ...string[]];
  return { id, tags };
}

function labelContext(id: string): string {
  return `label 1\n${id}`;
}

function valueContext(
  id: string,
  { tags, stamp, expiresAt, staleUntil }: Omit<EntryMetadata, "id" | "size">,
): string {
  const { epoch, time } = stamp;
  return `value 1\n${JSON.stringify([id, epoch, time, String(expiresAt), String(staleUntil), tags])}`;
}

/** As any storage gives it back. Rounded down: an entry expires, and a load began, rather too early than too late. */
function wholeTime(time: number): number {
  return time >= never ? Infinity : Math.floor(time);
}
