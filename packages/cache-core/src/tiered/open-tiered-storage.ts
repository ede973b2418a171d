import { assertMilliseconds } from "../load/load-options.ts";
import { describe } from "../key/cache-key.ts";
import { assertTierConfiguration } from "../storage/storage-configuration.ts";
import type { StorageFactory, Tier, TierConfiguration } from "../storage/storage-factory.ts";
import { TieredStorage, type Coherence } from "./tiered-storage.ts";

/** What the `tiered` backend takes. */
export interface TieredStorageConfig {
  /** What the memory storage takes that stands in front. */
  readonly near?: Readonly<Record<string, unknown>> | undefined;
  /** The storage that is shared, with the ledger. */
  readonly far: TierConfiguration;
  /**
   * `bounded`: what another process has invalidated may be served from near until that is known here, and no longer than
   * `maxStaleness`. `strict`: the far ledger is asked at every read. Default: strict where the far storage is on this
   * machine, which costs microseconds; bounded where it is not.
   */
  readonly coherence?: Coherence["kind"] | undefined;
  /** Milliseconds. Default 1,000. */
  readonly maxStaleness?: number | undefined;
}

const names: readonly string[] = [
  "near",
  "far",
  "coherence",
  "maxStaleness",
] satisfies readonly (keyof TieredStorageConfig)[];

/** Less than that could hardly be kept, and more is not what anybody means. */
const smallestStaleness = 20;
const largestStaleness = 3_600_000;

/** The `tiered` backend: memory in front of another one. */
export const createTieredStorage: StorageFactory = async (config, context) => {
  const { near, far, coherence, maxStaleness } = resolveConfig(config);
  const { clock, emit, openTier } = context;
  if (openTier === undefined) throw new TypeError("A tiered storage can only be opened by a cache");
  const farTier = await openTier(far);
  let nearTier: Tier;
  try {
    nearTier = await openTier({ backend: "memory", config: near });
  } catch (error) {
    await farTier.storage.close();
    throw error;
  }
  const kind = coherence ?? (farTier.storage.capabilities.reach === "fleet" ? "bounded" : "strict");
  const kept: Coherence = kind === "bounded" ? { kind, maxStaleness } : { kind };
  return new TieredStorage({ near: nearTier, far: farTier, coherence: kept, clock, emit });
};

interface ResolvedConfig {
  readonly near: Readonly<Record<string, unknown>>;
  readonly far: TierConfiguration;
  /** Undefined: as suits the far storage. */
  readonly coherence: Coherence["kind"] | undefined;
  readonly maxStaleness: number;
}

function resolveConfig(config: Readonly<Record<string, unknown>>): ResolvedConfig {
  for (const name of Object.keys(config)) {
    if (!names.includes(name)) {
      throw new TypeError(`Options of the tiered storage must be ${names.join(", ")}, received \`${name}\``);
    }
  }
  const { near = {}, far, coherence, maxStaleness = 1_000 } = config;
  if (!isRecord(near)) throw new TypeError(`\`near\` must be an object, received ${describe(near)}`);
  assertTierConfiguration(far, "`far`");
  if (coherence !== undefined && coherence !== "bounded" && coherence !== "strict") {
    throw new TypeError(`\`coherence\` must be "bounded" or "strict", received ${describe(coherence)}`);
  }
  assertMilliseconds(maxStaleness, "maxStaleness");
  if (maxStaleness < smallestStaleness || maxStaleness > largestStaleness) {
    throw new RangeError(
      `\`maxStaleness\` must be from ${smallestStaleness} to ${largestStaleness} milliseconds, received ${maxStaleness}`,
    );
  }
  return { near, far, coherence, maxStaleness };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
