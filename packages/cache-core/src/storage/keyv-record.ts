import type { SimpleRecord } from "./simple-record.ts";

/**
 * A record as one string: serialisers differ in what they make of numbers that are infinite, of bytes, and of strings
 * inside of objects. The id is part of it, because what Keyv or its store makes of a key need not be unique: characters
 * may be left out, or small and capital letters be the same.
 */
export function encodeRecord(id: string, { payload, expiresAt, staleUntil, ...rest }: SimpleRecord): string {
  return JSON.stringify({
    id,
    ...rest,
    expiresAt: finite(expiresAt),
    staleUntil: finite(staleUntil),
    payload: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("base64"),
  });
}

/** The record of an id; undefined when it is another's, or none. */
export function decodeRecord(id: string, text: unknown): SimpleRecord | undefined {
  if (typeof text !== "string") return undefined;
  const record = parse(text);
  if (record?.["id"] !== id || typeof record["payload"] !== "string") return undefined;
  const { id: _, ...rest } = record;
  return {
    ...rest,
    expiresAt: rest["expiresAt"] ?? Infinity,
    staleUntil: rest["staleUntil"] ?? Infinity,
    payload: new Uint8Array(Buffer.from(record["payload"], "base64")),
    // Whether the rest is as it must be is checked by whoever reads a record.
  } as SimpleRecord;
}

/** JSON has no Infinity. */
function finite(time: number): number | null {
  return time === Infinity ? null : time;
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
