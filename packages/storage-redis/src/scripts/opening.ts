import type { ServerTime } from "./server-time.ts";

/**
 * How every script begins: with the ledger, its position, floor and the present time. `KEYS[1]` is the ledger;
 * `ARGV[1]` the server that the caller believes to talk to, `ARGV[2]` and `ARGV[3]` the latest epoch and position that
 * he knows of.
 *
 * It answers with the epoch and a reason when the ledger is not to be trusted: it is not there, another life of the server
 * has written it, or it is behind what is known.
 *
 * A ledger whose server accepts no invalidations must not answer reads either: HDEL of a field that never exists changes
 * nothing and goes to no replica, but it is a write, which a replica, a master that is cut off from its replicas, or one
 * that cannot save, refuses. And once a script has written, memory that is full does not stop it any more: so it also lets
 * invalidations through.
 */
export function opening({ lua }: ServerTime, kind: "guarded" | "plain"): string {
  return `
  local ledger = KEYS[1]
  ${kind === "guarded" ? "redis.call('HDEL', ledger, '')" : ""}
  local now = ${lua}
  local state = redis.call('HMGET', ledger, 'epoch', 'run', 'position', 'floor', 'patterned', 'first')
  local epoch, position, floor, patterned = state[1], tonumber(state[3]), tonumber(state[4]), tonumber(state[5])
  if not (epoch and position and floor and patterned) then return {epoch or '', 'missing'} end
  if state[2] ~= ARGV[1] then return {epoch, 'server'} end
  if ARGV[2] == epoch then
    if tonumber(ARGV[3]) > position then return {epoch, 'rollback'} end
  elseif state[6] and ARGV[2] ~= '' then
    return {epoch, 'not-first'}
  end
`;
}
