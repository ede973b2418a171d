import type { RedisLimits } from "../limits.ts";

/**
 * How a step is recorded in the ledger. Its fields, besides `life`, `position` and `floor`:
 *
 * | field | what |
 * |---|---|
 * | `quiet` | until then everything is unsettled |
 * | `patterned` | the position of the last invalidation of a pattern |
 * | `patterns` | pattern, position, end of the unsettled time and segments of each, oldest first |
 * | `x:` and a first segment | the position of the last pattern that begins so, `*` for those that begin with a wildcard |
 * | `refs` | how many names there are in the feed |
 * | `t:` and a tag | the position of its last invalidation, and the end of its unsettled time if there is one |
 * | `m:` and a tag | the deadlines of the marks on it, by operation |
 * | `wide` | the marks that are on patterns or everything, by operation |
 * | `o:` and an operation | its deadline, and what its marks are on |
 * | `head`, `tail`, `q:` and a number | the operations in the order in which they were opened |
 *
 * The feed has an item for every position, with the time and with what the step was recorded for. So it also tells which
 * tags are the oldest: with an item that is dropped go the tags that were not invalidated again since.
 */
export function recordFunctions({ ledgerTags, ledgerPatterns }: RedisLimits): string {
  return `
  local feed = KEYS[2]


  local function setAll(fields)
    for first = 1, #fields, 2 * chunk do
      redis.call('HSET', ledger, unpack(fields, first, math.min(first + 2 * chunk - 1, #fields)))
    end
  end

  local function raise(field, value)
    local known = tonumber(redis.call('HGET', ledger, field)) or 0
    if value > known then redis.call('HSET', ledger, field, integer(value)) end
  end

  local function untilOf(record)
    return record and tonumber(string.match(record, ' (%d+)$')) or 0
  end

  local function recordTags(tags, settled)
    local records, fields = fieldsOf('t:', tags), {}
    for i = 1, #tags do
      local till = math.max(settled, untilOf(records[i]))
      fields[2 * i - 1] = 't:' .. tags[i]
      fields[2 * i] = till > 0 and integer(position) .. ' ' .. integer(till) or integer(position)
    end
    setAll(fields)
  end

  -- Adds the tags that patterns become when there are too many of them.
  local function recordPatterns(patterns, settled, tags)
    if #patterns == 0 then return end
    local fresh = {}
    for _, pattern in ipairs(patterns) do fresh[pattern] = settled end
    local kept = {}
    for _, known in ipairs(unpacked(redis.call('HGET', ledger, 'patterns'))) do
      if fresh[known[1]] then fresh[known[1]] = math.max(fresh[known[1]], known[3]) else kept[#kept + 1] = known end
    end
    for _, pattern in ipairs(patterns) do
      if fresh[pattern] then
        kept[#kept + 1] = {pattern, position, fresh[pattern], split(pattern)}
        fresh[pattern] = nil
      end
    end
    local till = settled
    while #kept > ${ledgerPatterns} do
      local oldest = table.remove(kept, 1)
      tags[#tags + 1] = widen(oldest[1])
      till = math.max(till, oldest[3])
    end
    redis.call('HSET', ledger, 'patterns', cmsgpack.pack(kept), 'patterned', integer(position))
    for _, pattern in ipairs(patterns) do
      redis.call('HSET', ledger, 'x:' .. firstOf(split(pattern)[1]), integer(position))
    end
    return till
  end

  local function publish(tags, patterns, everything, cause)
    local item = {}
    if #tags > 0 then item[#item + 1], item[#item + 2] = 'tags', cjson.encode(tags) end
    if #patterns > 0 then item[#item + 1], item[#item + 2] = 'patterns', cjson.encode(patterns) end
    if everything or #item == 0 then item[#item + 1], item[#item + 2] = 'everything', everything and '1' or '0' end
    item[#item + 1], item[#item + 2] = 'at', integer(now)
    if cause then item[#item + 1], item[#item + 2] = 'cause', cause end
    local id = integer(position) .. '-0'
    -- Evicted: what it held is not counted any more.
    if redis.call('EXISTS', feed) == 0 then redis.call('HSET', ledger, 'refs', '0') end
    if type(redis.pcall('XADD', feed, id, unpack(item))) == 'table' then
      -- Of another life: nothing in it can be used.
      redis.call('UNLINK', feed)
      redis.call('HSET', ledger, 'refs', '0')
      redis.call('XADD', feed, id, unpack(item))
    end
    return redis.call('HINCRBY', ledger, 'refs', #tags + 1)
  end

  local function forget(tags, recorded)
    local records, fields, quiet = fieldsOf('t:', tags), {}, 0
    for i = 1, #tags do
      if records[i] and string.match(records[i], '^%d+') == recorded then
        fields[#fields + 1] = 't:' .. tags[i]
        quiet = math.max(quiet, untilOf(records[i]))
      end
    end
    if #fields == 0 then return end
    for first = 1, #fields, chunk do
      redis.call('HDEL', ledger, unpack(fields, first, math.min(first + chunk - 1, #fields)))
    end
    raise('floor', tonumber(recorded))
    raise('quiet', quiet)
  end

  local function prune(refs)
    while refs > ${ledgerTags} do
      local items = redis.call('XRANGE', feed, '-', '+', 'COUNT', 16)
      if #items < 2 then return end
      for i = 1, #items do
        if refs <= ${ledgerTags} or i == #items then break end
        local id, names = items[i][1], {}
        if items[i][2][1] == 'tags' then names = cjson.decode(items[i][2][2]) end
        forget(names, string.match(id, '^%d+'))
        redis.call('XDEL', feed, id)
        refs = redis.call('HINCRBY', ledger, 'refs', -(#names + 1))
      end
    end
  end

  local function record(tags, patterns, everything, settled, cause)
    position = redis.call('HINCRBY', ledger, 'position', 1)
    local widened = {}
    local till = recordPatterns(patterns, settled, widened)
    recordTags(tags, settled)
    recordTags(widened, till or 0)
    if everything then
      redis.call('HSET', ledger, 'floor', integer(position))
      raise('quiet', settled)
    end
    for _, tag in ipairs(widened) do tags[#tags + 1] = tag end
    prune(publish(tags, patterns, everything, cause))
  end
`;
}
