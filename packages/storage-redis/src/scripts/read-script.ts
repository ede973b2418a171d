import { expiresAt, headerBytes, headerFormat } from "../entry-form.ts";
import type { RedisLimits } from "../limits.ts";
import { askFunction } from "./lease-functions.ts";
import { entryFunctions, fieldFunctions, lastInvalidationFunctions, patternFunctions } from "./library.ts";
import { answer, momentFormat, opening } from "./opening.ts";
import type { ServerTime } from "./server-time.ts";

/** Answers with what was found, in one string where that can be said in one: that is cheaper to send and to take apart. */
const answerFound = `
  if not epoch and type(found) ~= 'table' then return struct.pack('${momentFormat}', position, now) .. (found or '') end
  return ${answer("found")}`;

const lookFunction = `
  -- Most entries are as new as the ledger, or depend on few names: what takes longer is only defined when it is needed.
  local isValidBy
  local function isValidNow(stamp, value, tagsEnd)
    if not isValidBy then
      ${fieldFunctions} ${patternFunctions} ${lastInvalidationFunctions} ${entryFunctions}
      isValidBy = isValid
    end
    return isValidBy(stamp, value, tagsEnd)
  end

  local present = epoch or string.sub(life, 1, 12)
  local function look(key)
    local value = redis.pcall('GET', key)
    if type(value) ~= 'string' then
      -- Something else has that name. Who may not read at all must hear of it.
      if value and not string.find(value.err, 'WRONGTYPE', 1, true) then redis.call('GET', key) end
      return false
    end
    if #value < ${headerBytes} then return {value} end
    local version, _, entryEpoch, stamp, began, _, stale, _, tagsLength = struct.unpack('${headerFormat}', value)
    -- From the future: it was made before the clock was set back, and would live too long.
    if version ~= 1 or entryEpoch ~= present or now >= stale or now < began then return false end
    if stamp == position then return value end
    if stamp > position then return {value} end
    local decided, valid = pcall(isValidNow, stamp, value, ${headerBytes} + tagsLength)
    if not decided then return {value} end
    return valid and value
  end
`;

/** The same in a row of many: 0, and no look, where those before have found too much. */
const lookInRow = ({ bytesAtOnce }: RedisLimits): string => `
  local room = ${bytesAtOnce}
  local function lookInRow(key)
    if room <= 0 then return 0 end
    local found = look(key)
    if found then room = room - #(type(found) == 'table' and found[1] or found) end
    return found
  end`;

/**
 * Looks entries up: `KEYS[2]` and so on. Answers with epoch, position and time, and for each key the stored form, null
 * for a miss, the stored form in an array where the rule could not be applied to it, or 0 where it is to be asked for again.
 */
export function readScript(time: ServerTime, limits: RedisLimits): string {
  return `
  ${opening(time)}
  ${lookFunction}
  if #KEYS == 2 then
    local found = look(KEYS[2])
    ${answerFound}
  end
  ${lookInRow(limits)}
  local found = ${answer()}
  for i = 2, #KEYS do found[i + 2] = lookInRow(KEYS[i]) end
  return found
`;
}

/**
 * The same for a reader (`ARGV[3]`) who loads what has less than `ARGV[5]` milliseconds to live, `ARGV[6]` the next, and so on.
 * Then the answer also says who does: see `askFunction`. The keys are pairs of an entry and its lease; `ARGV[4]` is how long
 * a lease lasts.
 */
export function leadScript(time: ServerTime, limits: RedisLimits): string {
  return `
  ${opening(time)}
  ${lookFunction}
  local function isFound(found, below)
    local left = type(found) == 'string' and struct.unpack('>I6', found, ${expiresAt + 1}) - now or 0
    return type(found) == 'table' or left > 0 and left >= tonumber(below)
  end
  if #KEYS == 3 then
    local found = look(KEYS[2])
    if isFound(found, ARGV[5]) then ${answerFound} end
    ${askFunction(limits)}
    return ${answer("found", "ask(KEYS[3], ARGV[3], tonumber(ARGV[4]))")}
  end
  local all = ${answer()}
  ${askFunction(limits)} ${lookInRow(limits)}
  for i = 2, #KEYS, 2 do
    local found = lookInRow(KEYS[i])
    all[i + 2] = found
    all[i + 3] = (found == 0 or isFound(found, ARGV[4 + i / 2])) and -1 or ask(KEYS[i + 1], ARGV[3], tonumber(ARGV[4]))
  end
  return all
`;
}

/** The same for a list: only what could be served now, and of that only what stands in front of the value. */
export function listScript(time: ServerTime): string {
  return `
  ${opening(time)}
  local present = epoch or string.sub(life, 1, 12)
  ${fieldFunctions} ${patternFunctions} ${lastInvalidationFunctions} ${entryFunctions}
  local function look(key)
    local value = redis.pcall('GETRANGE', key, 0, 4095)
    local header = type(value) == 'string' and headerOf(value)
    if not header or header.version ~= 1 or header.epoch ~= present then return false end
    if now >= header.expires or now < header.began or header.stamp > position then return false end
    value = redis.call('GETRANGE', key, 0, header.tagsEnd - 1)
    local decided, valid = pcall(isValid, header.stamp, value, header.tagsEnd)
    return decided and valid and value
  end

  local found = ${answer()}
  for i = 2, #KEYS do found[i + 2] = look(KEYS[i]) end
  return found
`;
}

/** Until when everything is unsettled, 0 where nothing makes it so. */
export function conditionScript(time: ServerTime): string {
  return `
  ${opening(time)}
  return ${answer("tonumber(redis.call('HGET', ledger, 'quiet')) or 0")}
`;
}

/** The present moment of the ledger. */
export function stampScript(time: ServerTime): string {
  return `
  ${opening(time)}
  return ${answer()}
`;
}

/**
 * Removes those of `KEYS[2]` and so on that a target concerns (`ARGV[3]`), and those that nobody can use. Answers with
 * how many could still have been served.
 */
export function sweepScript(time: ServerTime): string {
  return `
  ${opening(time)}
  local present = epoch or string.sub(life, 1, 12)
  ${fieldFunctions} ${patternFunctions} ${lastInvalidationFunctions} ${entryFunctions}
  local target = cjson.decode(ARGV[3])
  local named = {}
  for _, tag in ipairs(target.tags) do named[tag] = true end
  for i, pattern in ipairs(target.patterns) do target.patterns[i] = split(pattern) end

  local function isConcerned(tags)
    if target.everything then return true end
    for _, tag in ipairs(tags) do if named[tag] then return true end end
    if #target.patterns == 0 then return false end
    local keys = keysOf(tags)
    for _, parts in ipairs(target.patterns) do if patternConcerns(parts, keys) then return true end end
    return false
  end

  -- What becomes of an entry, and whether it could have been served.
  local function judge(key)
    local value = redis.pcall('GETRANGE', key, 0, 4095)
    local header = type(value) == 'string' and headerOf(value)
    if not header or header.version ~= 1 then return false, false end
    if header.epoch ~= present or now >= header.stale or header.stamp > position then return true, false end
    if header.tagsEnd > #value then value = redis.call('GETRANGE', key, 0, header.tagsEnd - 1) end
    local decided, tags = pcall(tagsOf, value, header.tagsEnd)
    if not decided then return true, false end
    local valid = isValid(header.stamp, value, header.tagsEnd)
    return not valid or isConcerned(tags), valid and now < header.expires and now >= header.began
  end

  local live = 0
  for i = 2, #KEYS do
    local goes, counts = judge(KEYS[i])
    if goes then
      if counts then live = live + 1 end
      redis.call('UNLINK', KEYS[i])
    end
  end
  return ${answer("live")}
`;
}

/** How much entries take that are there: `KEYS[2]` and so on. */
export function usageScript(time: ServerTime): string {
  return `
  ${opening(time)}
  local entries, bytes = 0, 0
  for i = 2, #KEYS do
    local length = redis.pcall('STRLEN', KEYS[i])
    if type(length) == 'number' and length >= ${headerBytes} then entries, bytes = entries + 1, bytes + length + #KEYS[i] end
  end
  return ${answer("entries", "bytes")}
`;
}
