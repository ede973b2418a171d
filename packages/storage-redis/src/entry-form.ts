import { crc32 } from "node:zlib";
import type { CacheEntry, EntryMetadata } from "@awsideman/cache-core";

/**
 * The stored form of an entry: a header, the tags as JSON, the payload. Numbers are big-endian. The header:
 *
 * | bytes | what |
 * |---|---|
 * | 1 | version |
 * | 4 | checksum |
 * | 12 | epoch |
 * | 6 | position of the stamp |
 * | 6 each | time of the stamp, expiry, end of staleness |
 * | 4 | size |
 * | 4 | length of the tags |
 */
export const entryVersion = 1;
export const headerBytes = 49;
/** The same for Lua's `struct.unpack`. */
export const headerFormat = ">BI4c12I6I6I6I6I4I4";
export const epochBytes = 12;
/** Where the expiry stands. */
export const expiresAt = 29;

const checksumAt = 1;
const epochAt = 5;
const positionAt = 17;
const beganAt = 23;
/** Larger than every time. */
export const never: number = 2 ** 48 - 1;
/** The largest prime below 2^32: every bit of a position counts. */
const modulus = 4_294_967_291;

/** What the storage has found in Redis. */
export type DecodedEntry =
  | { readonly state: "entry"; readonly entry: CacheEntry }
  | { readonly state: "damaged" };

/** The stored form of an entry. Its checksum covers all of it, and the id. */
export function encodeEntry(
  { id, tags, stamp, expiresAt, staleUntil, size }: EntryMetadata,
  payload: Uint8Array,
): Buffer {
  const names = Buffer.from(tagsText(tags));
  const form = Buffer.allocUnsafe(headerBytes + names.length + payload.length);
  form[0] = entryVersion;
  form.write(stamp.epoch.padEnd(epochBytes).slice(0, epochBytes), epochAt, epochBytes, "latin1");
  form.writeUIntBE(stamp.position, positionAt, 6);
  form.writeUIntBE(storedTime(stamp.time), beganAt, 6);
  form.writeUIntBE(storedTime(expiresAt), beganAt + 6, 6);
  form.writeUIntBE(storedTime(Math.max(expiresAt, staleUntil)), beganAt + 12, 6);
  form.writeUInt32BE(Math.min(Math.ceil(size), 0xffffffff), beganAt + 18);
  form.writeUInt32BE(names.length, beganAt + 22);
  names.copy(form, headerBytes);
  form.set(payload, headerBytes + names.length);
  form.writeUInt32BE((restChecksum(id, form) + stamp.position) % modulus, checksumAt);
  return form;
}

/** Tags as they are stored: what is no Unicode would not come back from UTF-8. */
export function tagsText(tags: readonly string[]): string {
  return JSON.stringify(tags.map((tag) => tag.toWellFormed()));
}

export function decodeEntry(id: string, form: Buffer): DecodedEntry {
  const metadata = decodeMetadata(id, form);
  if (metadata === undefined) return { state: "damaged" };
  const checksum = (restChecksum(id, form) + metadata.stamp.position) % modulus;
  if (checksum !== form.readUInt32BE(checksumAt)) return { state: "damaged" };
  const payload = form.subarray(headerBytes + form.readUInt32BE(beganAt + 22));
  return { state: "entry", entry: { ...metadata, payload } };
}

/** What stands in front of the payload, unchecked; undefined where it cannot be read. */
export function decodeMetadata(id: string, form: Buffer): EntryMetadata | undefined {
  if (form.length < headerBytes || form[0] !== entryVersion) return undefined;
  const length = form.readUInt32BE(beganAt + 22);
  if (headerBytes + length > form.length) return undefined;
  let tags: unknown;
  try {
    tags = JSON.parse(form.toString("utf8", headerBytes, headerBytes + length));
  } catch {
    return undefined;
  }
  if (!Array.isArray(tags)) return undefined;
  return {
    id,
    tags: tags as string[],
    stamp: {
      epoch: form.toString("latin1", epochAt, epochAt + epochBytes),
      position: form.readUIntBE(positionAt, 6),
      time: form.readUIntBE(beganAt, 6),
    },
    expiresAt: readTime(form.readUIntBE(beganAt + 6, 6)),
    staleUntil: readTime(form.readUIntBE(beganAt + 12, 6)),
    size: form.readUInt32BE(beganAt + 18),
  };
}

/**
 * The checksum of all but the position, which is added to it: a script that gives the entry a new position can then give it
 * the right checksum too.
 */
export function restChecksum(id: string, form: Buffer): number {
  return crc32(form.subarray(beganAt), crc32(form.subarray(epochAt, positionAt), crc32(id)));
}

/** Rounded down: an entry expires, and a load began, rather too early than too late. */
export function storedTime(time: number): number {
  return Math.max(0, Math.min(Math.floor(time), never));
}

function readTime(time: number): number {
  return time === never ? Infinity : time;
}
