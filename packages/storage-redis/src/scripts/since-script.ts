import { opening } from "./opening.ts";
import type { ServerTime } from "./server-time.ts";

/**
 * What was recorded after `ARGV[5]` in the epoch `ARGV[4]`, or nothing when more than `ARGV[6]` steps have been, or not
 * all of them are known. `KEYS[2]` is the feed.
 */
export function sinceScript(time: ServerTime): string {
  return `
  ${opening(time, "guarded")}
  local from = tonumber(ARGV[5])
  if ARGV[4] ~= epoch or from > position or from < floor or position - from > tonumber(ARGV[6]) then
    return {epoch, position, now}
  end
  local function id(number) return string.format('%.0f-0', number) end
  local items = from < position and redis.call('XRANGE', KEYS[2], id(from + 1), id(position)) or {}
  if #items ~= position - from then return {epoch, position, now} end
  local fields = {}
  for i, item in ipairs(items) do fields[i] = item[2] end
  return {epoch, position, now, fields}
`;
}
