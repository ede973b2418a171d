import type { RedisLimits } from "../../packages/storage-redis/src/limits.ts";
import { lease, settle } from "./scenario.ts";

/** What the storage of an instance has otherwise than by default, so that a short test meets it. */
export const limits: Partial<RedisLimits> = {
  // The longest time that anything is unsettled in the fleet.
  quarantine: lease + settle,
  ledgerTags: 400,
  ledgerPatterns: 8,
  changesAtOnce: 30,
  silence: 500,
  connectPatience: 500,
};
