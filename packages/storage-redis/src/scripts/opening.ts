import type { ServerTime } from "./server-time.ts";

/**
 * The field of the ledger that says whose it is: the epoch, `f` for the first of its namespace or `n` for a later one, and
 * the life of the server that has written it.
 */
export const lifeField = "life";

/** Milliseconds: by less a clock may be put right without being set back. */
const setBack = 10_000;

/**
 * How every script begins: with the ledger, its epoch and position and the present time. `KEYS[1]` is the ledger;
 * `ARGV[1]` is the ledger's life as the caller knows it, with spaces where he knows no epoch, and `ARGV[2]` the latest
 * position that he knows of.
 *
 * It answers with the epoch and a reason when the ledger is not to be trusted: it is not there, another life of the server
 * has written it, or it is behind what is known.
 *
 * Where the server's clock was set back, what had expired would come to life again: then everything that was stored before
 * is gone.
 *
 * A server that accepts no invalidations must not answer reads either: HDEL of a field that never exists changes nothing
 * and goes to no replica, but it is a write, which a replica refuses, and a master that is cut off from its replicas or
 * cannot save (before Redis 7 not always, see `guarded`). And once a script has written, memory that is full does not stop it any more: so it also lets invalidations
 * through. Fills, which memory that is full is to stop, do without: they write anyway.
 */
export function opening({ lua }: ServerTime, kind: "guarded" | "fill" = "guarded"): string {
  return `
  local ledger = KEYS[1]
  ${kind === "guarded" ? "redis.call('HDEL', ledger, '')" : ""}
  ${lua}
  local state = redis.call('HMGET', ledger, '${lifeField}', 'position', 'seen')
  local life, position, seen, epoch = state[1], tonumber(state[2]), tonumber(state[3]) or 0
  if life == ARGV[1] then
    if not position or tonumber(ARGV[2]) > position then return {string.sub(life, 1, 12), 'rollback'} end
  else
    epoch = life and string.sub(life, 1, 12) or ''
    if not (life and position) then return {epoch, 'missing'} end
    if string.sub(life, 14) ~= string.sub(ARGV[1], 14) then return {epoch, 'server'} end
    if string.sub(life, 13, 13) == 'f' and string.sub(ARGV[1], 1, 1) ~= ' ' then return {epoch, 'not-first'} end
  end
  if now < seen - ${setBack} then
    position, seen = position + 1, now
    redis.call('HSET', ledger, 'position', position, 'floor', position, 'seen', now)
  end
`;
}

/** Notes the time now and then, in scripts that store or record: by that a clock that is set back is noticed. */
export const noteTime = `
  if now > seen + 60000 then redis.call('HSET', ledger, 'seen', now) end
`;

/** What a script answers: epoch and kind, where the caller does not know them, position and time, and then what it has found. */
export const answer = (...rest: readonly string[]): string =>
  `{epoch and string.sub(life, 1, 13) or false, position, now${rest.map((one) => `, ${one}`).join("")}}`;

/** A moment of the ledger, its position and time, in front of what is answered as one string: for `struct.pack`. */
export const momentFormat = ">I6I6";
export const momentBytes = 12;
