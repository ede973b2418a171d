import type { CacheEntry } from "./cache-storage.ts";

/** What a simple store keeps for an entry. */
export interface SimpleRecord {
  readonly version: 1;
  readonly epoch: string;
  readonly position: number;
  readonly time: number;
  readonly tags: readonly string[];
  readonly expiresAt: number;
  readonly staleUntil: number;
  readonly size: number;
  readonly payload: Uint8Array;
}

export function toRecord({ tags, stamp, expiresAt, staleUntil, size, payload }: CacheEntry): SimpleRecord {
  const { epoch, position, time } = stamp;
  return {
    version: 1,
    epoch,
    position,
    time,
    tags,
    expiresAt,
    staleUntil,
    size,
    payload: payload as Uint8Array,
  };
}

/** The entry of a record; undefined when it is none, is damaged, or is of another ledger. */
export function parseRecord(id: string, record: unknown, epoch: string): CacheEntry | undefined {
  if (typeof record !== "object" || record === null) return undefined;
  const { version, tags, payload, ...rest } = record as Partial<SimpleRecord>;
  if (version !== 1 || rest.epoch !== epoch || !(payload instanceof Uint8Array)) return undefined;
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === "string")) return undefined;
  const { position, time, expiresAt, staleUntil, size } = rest;
  if (!isNumber(position) || !isNumber(time) || !isNumber(size)) return undefined;
  if (!isNumber(expiresAt) || !isNumber(staleUntil)) return undefined;
  return {
    id,
    tags: tags as string[],
    stamp: { epoch, position, time },
    expiresAt,
    staleUntil,
    size,
    payload,
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && !Number.isNaN(value);
}
