import { crc32 } from "./crc32.ts";

/** What a row says about its value, as it is stored. */
export interface RowHeader {
  readonly id: string;
  readonly stamp: number;
  readonly began: number;
  readonly expires: number;
  readonly stale: number;
  readonly size: number;
  readonly tags: string;
}

/**
 * A checksum over all of a row. SQLite has none of its own: a flipped bit in a value, a tag or a time would go unnoticed.
 */
export function rowChecksum(header: RowHeader, value: Uint8Array): number {
  const { id, stamp, began, expires, stale, size, tags } = header;
  const text = `${id}\n${stamp}\n${began}\n${expires}\n${stale}\n${size}\n${tags}\n`;
  return crc32(value, crc32(text));
}
