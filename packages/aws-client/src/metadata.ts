import type { Answer } from "@awsideman/cache-core";

/** Where an answer came from that did not come from AWS for this caller. */
export interface CacheMetadata {
  /** True when it was there; false when it was shared with a caller who was just asking for the same. */
  readonly hit: boolean;
  /** `cache`: stored before. `flight`: answered by AWS to another caller, who had asked first. `stale`: expired. */
  readonly source: "cache" | "flight" | "stale";
  /** Milliseconds since AWS was asked. */
  readonly age: number;
}

/** `$metadata` of an answer that did not come from AWS for this caller. It has no request id: there was no request. */
export interface CachedResponseMetadata {
  readonly httpStatusCode: 200;
  readonly attempts: 0;
  readonly totalRetryDelay: 0;
  readonly cache: CacheMetadata;
}

/** Makes the `$metadata` of one hit; undefined for what was loaded for this caller and has AWS's own. */
export function metadataOf({ source, age }: Answer<unknown>): CachedResponseMetadata | undefined {
  if (source === "load") return undefined;
  return {
    httpStatusCode: 200,
    attempts: 0,
    totalRetryDelay: 0,
    cache: { hit: source !== "flight", source, age },
  };
}

/**
 * Tells whether an output came from the cache, and how old it is.
 * @returns undefined for AWS's own answer
 * @example
 * const output = await client.send(new ListUsersCommand({ IdentityStoreId }));
 * console.error(cacheMetadata(output)?.hit ? "cached" : "from AWS");
 */
export function cacheMetadata(output: { readonly $metadata: object }): CacheMetadata | undefined {
  return (output.$metadata as Partial<CachedResponseMetadata>).cache;
}
