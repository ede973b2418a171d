import type { RedisLimits } from "../limits.ts";
import { fieldFunctions, patternFunctions } from "./library.ts";
import { markFunctions } from "./mark-functions.ts";
import { answer, noteTime, opening } from "./opening.ts";
import { recordFunctions } from "./record-functions.ts";
import type { ServerTime } from "./server-time.ts";

/** Records one step of the ledger: `ARGV[3]`, an invalidation as JSON. `KEYS[2]` is the feed. */
export function invalidateScript(time: ServerTime, limits: RedisLimits): string {
  return `
  ${opening(time)}
  ${fieldFunctions} ${patternFunctions} ${recordFunctions(limits)} ${markFunctions(limits)}
  ${noteTime}
  local step = cjson.decode(ARGV[3])
  local tags, patterns, everything = step.tags, step.patterns, step.everything
  local closed = step.close and closeOperation(step.close)
  if closed then
    tags, patterns = joined(tags, closed.tags), joined(patterns, closed.patterns)
    everything = everything or closed.everything
  else
    tags, patterns = joined(tags, {}), joined(patterns, {})
  end
  -- 0 rather than now: a clock that is set back must not make it last.
  record(tags, patterns, everything, step.settle > 0 and math.ceil(now + step.settle) or 0, step.cause)
  if step.open then
    openOperation(step.open, step.tags, step.patterns, step.everything, math.ceil(now + step.lease), step.cause)
  end
  -- Tags whose feed was evicted are never forgotten one by one.
  if position % 1000 == 0 and redis.call('HLEN', ledger) > ${4 * limits.ledgerTags} then return {string.sub(life, 1, 12), 'overgrown'} end
  return ${answer()}
`;
}
