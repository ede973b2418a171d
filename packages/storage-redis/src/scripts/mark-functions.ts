import type { RedisLimits } from "../limits.ts";

/**
 * What operations under way keep unsettled: a mark for each operation and target, with its own deadline, so that one
 * operation's end does not end another's. A mark that has run out keeps nothing out any more that begins later, but is
 * remembered for a while: an operation that took longer than anybody thought still invalidates what it was on when its
 * end is seen.
 */
export function markFunctions({ markMemory }: RedisLimits): string {
  return `
  local function changeMarks(operation, tags, deadline)
    local marks, set, gone = fieldsOf('m:', tags), {}, {}
    for i = 1, #tags do
      local byOperation = unpacked(marks[i])
      byOperation[operation] = deadline
      if next(byOperation) then
        set[#set + 1], set[#set + 2] = 'm:' .. tags[i], cmsgpack.pack(byOperation)
      else
        gone[#gone + 1] = 'm:' .. tags[i]
      end
    end
    setAll(set)
    for first = 1, #gone, chunk do
      redis.call('HDEL', ledger, unpack(gone, first, math.min(first + chunk - 1, #gone)))
    end
  end

  local function changeWide(operation, mark)
    local wide = unpacked(redis.call('HGET', ledger, 'wide'))
    if not mark and not wide[operation] then return end
    wide[operation] = mark
    if next(wide) then redis.call('HSET', ledger, 'wide', cmsgpack.pack(wide))
    else redis.call('HDEL', ledger, 'wide') end
  end

  local function operationOf(operation)
    local value = redis.call('HGET', ledger, 'o:' .. operation)
    return value and cmsgpack.unpack(value)
  end

  local function closeOperation(operation)
    local known = operationOf(operation)
    if not known then return nil end
    changeMarks(operation, known.tags, nil)
    changeWide(operation, nil)
    redis.call('HDEL', ledger, 'o:' .. operation)
    return known
  end

  -- Looks at the oldest operations, two for each that is opened, so that they do not become more and more.
  local function forgetOperations()
    for _ = 1, 2 do
      local ends = redis.call('HMGET', ledger, 'head', 'tail')
      local head = tonumber(ends[1]) or 0
      if head >= (tonumber(ends[2]) or 0) then return end
      local field = 'q:' .. integer(head + 1)
      local operation = redis.call('HGET', ledger, field)
      local known = operation and operationOf(operation)
      if known and known.number == head + 1 then
        if known.deadline + ${markMemory} > now then return end
        raise('quiet', known.deadline)
        closeOperation(operation)
      end
      redis.call('HDEL', ledger, field)
      redis.call('HSET', ledger, 'head', integer(head + 1))
    end
  end

  local function joined(one, other)
    local all, has = {}, {}
    for _, list in ipairs({one, other}) do
      for _, name in ipairs(list) do
        if not has[name] then all[#all + 1], has[name] = name, true end
      end
    end
    return all
  end

  local function openOperation(operation, tags, patterns, everything, deadline, cause)
    local known = operationOf(operation)
    if not known then
      forgetOperations()
      local number = redis.call('HINCRBY', ledger, 'tail', 1)
      redis.call('HSET', ledger, 'q:' .. integer(number), operation)
      known = {tags = {}, patterns = {}, everything = false, number = number}
    end
    known.tags, known.patterns = joined(known.tags, tags), joined(known.patterns, patterns)
    known.cause = cause or known.cause
    known.everything, known.deadline = known.everything or everything, deadline
    redis.call('HSET', ledger, 'o:' .. operation, cmsgpack.pack(known))
    changeMarks(operation, known.tags, deadline)
    if known.everything or #known.patterns > 0 then
      changeWide(operation, {deadline = deadline, patterns = known.patterns, everything = known.everything})
    end
  end
`;
}
