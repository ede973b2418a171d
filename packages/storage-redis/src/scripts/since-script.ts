import { answer, opening } from "./opening.ts";
import type { ServerTime } from "./server-time.ts";

/**
 * What was recorded after `ARGV[4]` in the epoch `ARGV[3]`, or nothing when more than `ARGV[5]` steps have been, or not
 * all of them are known. `KEYS[2]` is the feed.
 */
export function sinceScript(time: ServerTime): string {
  return `
  ${opening(time)}
  local from, floor = tonumber(ARGV[4]), tonumber(redis.call('HGET', ledger, 'floor'))
  if ARGV[3] ~= string.sub(life, 1, 12) or from > position or from < floor or position - from > tonumber(ARGV[5]) then
    return ${answer()}
  end
  local function id(number) return string.format('%.0f-0', number) end
  local items = from < position and redis.call('XRANGE', KEYS[2], id(from + 1), id(position)) or {}
  if #items ~= position - from then return ${answer()} end
  local fields = {}
  for i, item in ipairs(items) do fields[i] = item[2] end
  return ${answer("fields")}
`;
}
