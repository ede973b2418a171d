import { momentLife } from "@awsideman/cache-core";
import { answer, opening } from "./opening.ts";
import type { ServerTime } from "./server-time.ts";

/**
 * Moves the moment at `KEYS[2]` on by `ARGV[3]`, from `ARGV[4]` before now at the earliest, unless it is more than `ARGV[5]`
 * ahead. Answers with whether it was moved, and how far ahead it was. What is not moved on for a day is gone.
 */
export function advanceScript(time: ServerTime): string {
  return `
  ${opening(time, "fill")}
  local known = redis.pcall('GET', KEYS[2])
  local from = math.max(type(known) == 'string' and tonumber(known) or 0, now - tonumber(ARGV[4]))
  local moved = from - now <= tonumber(ARGV[5])
  if moved then
    local to = from + tonumber(ARGV[3])
    local life = math.max(to - now, 0) + ${momentLife}
    redis.call('SET', KEYS[2], string.format('%.3f', to), 'PX', string.format('%.0f', life))
  end
  return ${answer("moved and 1 or 0", "string.format('%.3f', from - now)")}
`;
}
