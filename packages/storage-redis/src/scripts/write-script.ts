import { headerBytes } from "../entry-form.ts";
import type { RedisLimits } from "../limits.ts";
import { entryFunctions, fieldFunctions, lastInvalidationFunctions, patternFunctions } from "./library.ts";
import { dropFunction } from "./lease-functions.ts";
import { answer, noteTime, opening } from "./opening.ts";
import { recordFunctions } from "./record-functions.ts";
import type { ServerTime } from "./server-time.ts";

/**
 * Stores a fill if the rule holds. `KEYS[2]` is the feed, `KEYS[3]` the entry, `KEYS[4]` its lease. `ARGV` from 3: epoch, position and time of
 * the stamp; the tags as JSON; the tag that is superseded, or nothing; the end of its use; the longest time that Redis
 * keeps it; the checksum of all but its position; its stored form, or nothing when it is too large.
 *
 * Answers with epoch, position and time, and when it was kept out, the reason, the position of the last invalidation
 * and whether a tag is unsettled; else null, and those who wait for it.
 */
export function writeScript(time: ServerTime, limits: RedisLimits): string {
  return `
  ${opening(time, "fill")}
  ${fieldFunctions} ${patternFunctions} ${lastInvalidationFunctions} ${entryFunctions} ${recordFunctions(limits)}
  ${dropFunction}
  local present = epoch or string.sub(life, 1, 12)
  local bounds = redis.call('HMGET', ledger, 'floor', 'patterned')
  floor, patterned = tonumber(bounds[1]), tonumber(bounds[2])
  local stampEpoch, stamp, began = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
  local tags, superseded, value = cjson.decode(ARGV[6]), ARGV[7], ARGV[11]

  local function isUnsettled()
    if (tonumber(redis.call('HGET', ledger, 'quiet')) or 0) > began then return true end
    local records, marks = fieldsOf('t:', tags), fieldsOf('m:', tags)
    for i = 1, #tags do
      if untilOf(records[i]) > began then return true end
      for _, deadline in pairs(unpacked(marks[i])) do if deadline > began then return true end end
    end
    local keys = keysOf(tags)
    for _, known in ipairs(unpacked(redis.call('HGET', ledger, 'patterns'))) do
      if known[3] > began and patternConcerns(known[4], keys) then return true end
    end
    for _, mark in pairs(unpacked(redis.call('HGET', ledger, 'wide'))) do
      if mark.deadline > began then
        if mark.everything then return true end
        for _, pattern in ipairs(mark.patterns) do if patternConcerns(split(pattern), keys) then return true end end
      end
    end
    return false
  end

  local unsettled = isUnsettled()
  local function fenced(reason, last) return ${answer("reason", "last", "unsettled and 1 or 0")} end
  if stampEpoch ~= present then return fenced('epoch', -1) end
  if stamp > position then return {present, 'rollback'} end
  if stamp < floor then return fenced('floor', -1) end
  local last = lastInvalidation(tags, stamp)
  if last > stamp then return fenced('invalidated', last) end
  if unsettled then return fenced('unsettled', last) end

  if superseded ~= '' then
    record({superseded}, {}, false, 0)
    value = string.sub(value, 1, 1) .. struct.pack('>I4', (tonumber(ARGV[10]) + position) % 4294967291)
      .. string.sub(value, 6, 17) .. struct.pack('>I6', position) .. string.sub(value, 24)
  else
    local there = redis.pcall('GETRANGE', KEYS[3], 0, ${headerBytes - 1})
    local header = type(there) == 'string' and headerOf(there)
    if header and header.version == 1 and header.epoch == present and header.stamp <= position
      and (header.stamp > stamp or header.stamp == stamp and header.began > began) then
      return ${answer("false", "drop(KEYS[4])")}
    end
  end
  ${noteTime}
  if ARGV[11] == '' then
    redis.call('UNLINK', KEYS[3])
    return ${answer("'too-large'")}
  end
  -- A little longer than it is of use: what has expired is the rule's to say.
  local keep = math.max(math.min(tonumber(ARGV[8]) - now, tonumber(ARGV[9])), 0) + 1000
  redis.call('SET', KEYS[3], value, 'PX', integer(keep))
  return ${answer("false", "drop(KEYS[4])")}
`;
}
