import { lifeField } from "./opening.ts";
import type { ServerTime } from "./server-time.ts";

/**
 * Begins a new epoch, unless somebody has done so since `ARGV[2]` was found not to be trusted. `ARGV[1]` is the ledger's
 * life as the caller knows it, `ARGV[3]` the name of the new epoch, `ARGV[4]` for how long it stores nothing: whatever was
 * unsettled before is not known any more. Only the first ledger of a namespace has nothing before it. Answers with the epoch,
 * and whether it is a new one and the first.
 */
export function beginScript({ lua }: ServerTime): string {
  return `
  local ledger, feed = KEYS[1], KEYS[2]
  local life = redis.call('HGET', ledger, '${lifeField}')
  if life and string.sub(life, 1, 12) ~= ARGV[2] then return {string.sub(life, 1, 12), 0, 0} end
  local first = string.sub(ARGV[1], 1, 1) == ' ' and redis.call('EXISTS', ledger, feed) == 0
  redis.call('UNLINK', ledger, feed)
  ${lua}
  local quiet = first and 0 or now + tonumber(ARGV[4])
  redis.call('HSET', ledger, '${lifeField}', ARGV[3] .. (first and 'f' or 'n') .. string.sub(ARGV[1], 14),
    'position', '0', 'floor', '0', 'patterned', '0', 'refs', '0', 'quiet', string.format('%.0f', quiet))
  return {ARGV[3], 1, first and 1 or 0}
`;
}
