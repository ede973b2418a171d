import type { MaybePromise } from "../storage/cache-storage.ts";

/**
 * The measurements behind these are in docs/decisions, and `pnpm bench compression` repeats them.
 *
 * Below a page of a database there is little to gain: what a read pays for it is as much as the look itself.
 */
const compressAbove = 4_096;
/** From here on the threadpool costs less than the event loop would lose. */
const compressLaterAbove = 131_072;
/** As small as any on what is cached here, and the quickest. */
const level = 1;

/**
 * Nothing that was stored grows by more than this when it is read, or beyond this size: a damaged or hostile form must
 * not take the memory. What compresses better is kept as it is.
 */
const mostGrowth = 100;
const smallestBound = 1_048_576;
const largestBound = 268_435_456;

/**
 * Compresses what is worth it, large payloads in the threadpool.
 * @returns undefined for what had better stay as it is, and where this Node has no zstd. Never fails.
 */
export function compress(payload: Uint8Array): MaybePromise<Uint8Array | undefined> {
  if (payload.length <= compressAbove) return undefined;
  const { zstdCompress, zstdCompressSync, constants } = zlib();
  if (typeof zstdCompress !== "function") return undefined;
  const options = { params: { [constants.ZSTD_c_compressionLevel]: level } };
  const judge = (compressed: Uint8Array): Uint8Array | undefined =>
    compressed.length < payload.length && payload.length <= boundOf(compressed) ? compressed : undefined;
  if (payload.length <= compressLaterAbove) return judge(zstdCompressSync(payload, options));
  return new Promise((resolve) => {
    zstdCompress(payload, options, (error, compressed) => resolve(error ? undefined : judge(compressed)));
  });
}

/**
 * @returns undefined where this Node has no zstd
 * @throws when the payload is damaged, or would become larger than anything that `compress` makes
 */
export function decompress(payload: Uint8Array): Uint8Array | undefined {
  const { zstdDecompressSync } = zlib();
  if (typeof zstdDecompressSync !== "function") return undefined;
  return zstdDecompressSync(payload, { maxOutputLength: boundOf(payload) });
}

function boundOf({ length }: Uint8Array): number {
  return Math.min(largestBound, Math.max(smallestBound, mostGrowth * length));
}

// Loaded when a value needs it: a process that lives for one read has a millisecond more.
const zlib = () => process.getBuiltinModule("node:zlib");
