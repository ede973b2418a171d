import { entryFunctions, fieldFunctions, lastInvalidationFunctions, patternFunctions } from "./library.ts";
import { answer, opening } from "./opening.ts";
import type { ServerTime } from "./server-time.ts";

/**
 * What there is to say of an entry (`KEYS[2]`), and of tags as JSON (`ARGV[3]`) where there is none. `KEYS[3]` is the feed.
 * Answers with what stands in front of its value, or null; the floor; the position of the last invalidation; the items of
 * the feed at these two, or null; and what keeps a fill out now, as JSON.
 */
export function examineScript(time: ServerTime): string {
  return `
  ${opening(time)}
  ${fieldFunctions} ${patternFunctions} ${lastInvalidationFunctions} ${entryFunctions}
  local tags, form = cjson.decode(ARGV[3]), false
  local front = redis.pcall('GETRANGE', KEYS[2], 0, 4095)
  local header = type(front) == 'string' and headerOf(front)
  if header and header.version == 1 then
    form = redis.call('GETRANGE', KEYS[2], 0, header.tagsEnd - 1)
    local decided, own = pcall(tagsOf, form, header.tagsEnd)
    if decided then tags = own end
  end
  local bounds = redis.call('HMGET', ledger, 'floor', 'patterned', 'quiet')
  local quiet = tonumber(bounds[3]) or 0
  floor, patterned = tonumber(bounds[1]) or 0, tonumber(bounds[2]) or 0
  local last = lastInvalidation(tags, -1)

  local function itemAt(number)
    local id = string.format('%.0f-0', number)
    local items = redis.pcall('XRANGE', KEYS[3], id, id)
    return items[1] and items[1][2] or false
  end

  local function causeAt(number)
    local item = itemAt(number) or {}
    for i = 1, #item, 2 do if item[i] == 'cause' then return item[i + 1] end end
  end

  local unsettled, settling = {}, nil
  if quiet > now then unsettled[1] = {kind = 'recovering', ['until'] = quiet} end
  local function settles(at, till)
    if till > now and (not settling or till > settling.till) then settling = {at = at, till = till} end
  end
  local keys = keysOf(tags)
  for _, record in pairs(fieldsOf('t:', tags)) do
    local at, till = string.match(record or '', '^(%d+) (%d+)$')
    if at then settles(tonumber(at), tonumber(till)) end
  end
  for _, known in ipairs(unpacked(redis.call('HGET', ledger, 'patterns'))) do
    if known[3] > now and patternConcerns(known[4], keys) then settles(known[2], known[3]) end
  end
  if settling then
    unsettled[#unsettled + 1] = {kind = 'settling', ['until'] = settling.till, cause = causeAt(settling.at)}
  end

  local marks = {}
  for _, mark in pairs(fieldsOf('m:', tags)) do
    for operation, deadline in pairs(unpacked(mark)) do marks[operation] = deadline end
  end
  for operation, mark in pairs(unpacked(redis.call('HGET', ledger, 'wide'))) do
    local concerns = mark.everything
    for _, pattern in ipairs(mark.patterns) do concerns = concerns or patternConcerns(split(pattern), keys) end
    if concerns then marks[operation] = mark.deadline end
  end
  for operation, deadline in pairs(marks) do
    if deadline > now then
      local known = unpacked(redis.call('HGET', ledger, 'o:' .. operation))
      unsettled[#unsettled + 1] =
        {kind = 'operation', ['until'] = deadline, operation = operation, cause = known.cause}
    end
  end
  return ${answer("form", "floor", "last", "itemAt(floor)", "itemAt(last)", "cjson.encode(unsettled)")}
`;
}
