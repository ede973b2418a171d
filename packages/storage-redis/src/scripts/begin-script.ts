import type { ServerTime } from "./server-time.ts";

/**
 * Begins a new epoch, unless somebody has done so since `ARGV[3]` was found not to be trusted. `ARGV[1]` is the server,
 * `ARGV[2]` the latest epoch that the caller knows of, `ARGV[4]` the name of the new epoch, `ARGV[5]` for how long it
 * stores nothing: whatever was unsettled before is not known any more. Only the first ledger of a namespace has nothing
 * before it. Answers with the epoch, and whether it is a new one and the first.
 */
export function beginScript({ lua }: ServerTime): string {
  return `
  local ledger, feed = KEYS[1], KEYS[2]
  local epoch = redis.call('HGET', ledger, 'epoch')
  if epoch and epoch ~= ARGV[3] then return {epoch, 0, 0} end
  local first = ARGV[2] == '' and redis.call('EXISTS', ledger, feed) == 0
  redis.call('UNLINK', ledger, feed)
  local quiet = first and 0 or ${lua} + tonumber(ARGV[5])
  redis.call('HSET', ledger, 'epoch', ARGV[4], 'run', ARGV[1], 'position', '0', 'floor', '0', 'patterned', '0',
    'refs', '0', 'quiet', string.format('%.0f', quiet))
  if first then redis.call('HSET', ledger, 'first', '1') end
  return {ARGV[4], 1, first and 1 or 0}
`;
}
