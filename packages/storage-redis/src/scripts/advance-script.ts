import { answer, opening } from "./opening.ts";
import type { ServerTime } from "./server-time.ts";

/**
 * Moves the moment `ARGV[3]` in the hash `KEYS[2]` on by `ARGV[4]`, from `ARGV[5]` before now at the earliest, unless it is
 * more than `ARGV[6]` ahead. Answers with whether it was moved, and how far ahead it was.
 */
export function advanceScript(time: ServerTime): string {
  return `
  ${opening(time, "fill")}
  local from = math.max(tonumber(redis.call('HGET', KEYS[2], ARGV[3])) or 0, now - tonumber(ARGV[5]))
  local moved = from - now <= tonumber(ARGV[6])
  if moved then redis.call('HSET', KEYS[2], ARGV[3], string.format('%.3f', from + tonumber(ARGV[4]))) end
  return ${answer("moved and 1 or 0", "string.format('%.3f', from - now)")}
`;
}
