import type { Clock } from "@awsideman/cache-core";
import type { ServerTime } from "../../src/scripts/server-time.ts";

/** A server that goes by the clock of the test. */
export function timeOf(clock: Pick<Clock, "now">): ServerTime {
  return { lua: "local now = tonumber(ARGV[#ARGV])", argument: () => `${clock.now()}` };
}
