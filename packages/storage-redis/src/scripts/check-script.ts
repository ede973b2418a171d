import { fieldFunctions } from "./library.ts";
import type { ServerTime } from "./server-time.ts";

/** What scripts do, tried on a key that nothing else uses. After each `UNLINK` it is of another type. */
const commands: readonly string[] = [
  "'SET', KEYS[3], 'a'",
  "'GET', KEYS[3]",
  "'GETRANGE', KEYS[3], 0, 1",
  "'STRLEN', KEYS[3]",
  "'EXISTS', KEYS[3]",
  "'UNLINK', KEYS[3]",
  "'HSET', KEYS[3], 'a', '1'",
  "'HGET', KEYS[3], 'a'",
  "'HMGET', KEYS[3], 'a'",
  "'HLEN', KEYS[3]",
  "'HINCRBY', KEYS[3], 'a', 1",
  "'HDEL', KEYS[3], 'a'",
  "'XADD', KEYS[3], '1-0', 'a', 'b'",
  "'XRANGE', KEYS[3], '-', '+'",
  "'XDEL', KEYS[3], '1-0'",
  "'PEXPIRE', KEYS[3], 1000",
  "'UNLINK', KEYS[3]",
];

/**
 * Looks at the ledger `KEYS[1]` and at the last `ARGV[1]` items of its feed `KEYS[2]`, and tries whether scripts may do what
 * they have to. Answers with epoch and position, where there are any, the commands that were refused, and what is wrong with
 * the ledger.
 *
 * Where `ARGV[2]` says so, a ledger with which something is wrong makes way for one that is begun anew, and that does not
 * take itself for the first of its namespace.
 */
export function checkScript({ lua }: ServerTime): string {
  return `
  local ledger, feed = KEYS[1], KEYS[2]
  ${lua}
  ${fieldFunctions}
  local refused, wrong = {}, {}
  local function try(name, ...)
    local answer = redis.pcall(name, ...)
    local failure = type(answer) == 'table' and answer.err or ''
    if string.find(failure, 'NOPERM', 1, true) or string.find(failure, 'permission', 1, true)
      or string.find(failure, "can't run this command", 1, true) then refused[#refused + 1] = name end
  end
  ${commands.map((command) => `try(${command})`).join("\n  ")}

  local epoch, position, floor, patterned
  local function check(holds, message)
    if not holds and #wrong < 100 then wrong[#wrong + 1] = message end
    return holds
  end
  local function count(text)
    local number = tonumber(text)
    return number and number >= 0 and number % 1 == 0 and number
  end

  local function checkNumbers(state)
    check(state[1] and #state[1] > 13 and string.find('fn', string.sub(state[1], 13, 13), 1, true), 'it does not say whose it is')
    epoch, position = string.sub(state[1] or '', 1, 12), count(state[2])
    floor, patterned = count(state[3]), count(state[4])
    if not check(position and floor and patterned and count(state[5]), 'its numbers are damaged') then return end
    check(floor <= position and patterned <= position, 'its numbers are ahead of its position')
    check(tonumber(state[5]) - now < 24 * 3600000, 'nothing is to be stored for more than a day')
  end

  local function checkPacked(packed, what)
    if not packed then return {} end
    local read, list = pcall(cmsgpack.unpack, packed)
    check(read and type(list) == 'table', what .. ' cannot be read')
    return read and type(list) == 'table' and list or {}
  end

  local function checkTag(tag, record, at)
    local last = record and tonumber(string.match(record, '^%d+'))
    if not last then check(floor >= at and not record, 'what was invalidated is not recorded: ' .. tag)
    else
      check(last >= at, 'what was invalidated is not recorded: ' .. tag)
      check(last <= position, 'ahead of its position: ' .. tag)
    end
  end

  local function checkFeed()
    local function id(number) return string.format('%.0f-0', number) end
    local items = redis.pcall('XRANGE', feed, id(math.max(position - tonumber(ARGV[1]), 0) + 1), id(position))
    if not check(not items.err, 'its feed is something else') then return end
    check(#redis.call('XRANGE', feed, id(position + 1), '+', 'COUNT', 1) == 0, 'its feed is ahead of its position')
    for _, item in ipairs(items) do
      local at, fields = tonumber(string.match(item[1], '^%d+')), item[2]
      for i = 1, #fields, 2 do
        if fields[i] == 'tags' then
          local read, tags = pcall(cjson.decode, fields[i + 1])
          if check(read and type(tags) == 'table', 'its feed cannot be read at ' .. at) then
            local records = fieldsOf('t:', tags)
            for n = 1, #tags do checkTag(tags[n], records[n], at) end
          end
        end
      end
    end
  end

  local state = redis.pcall('HMGET', ledger, 'life', 'position', 'floor', 'patterned', 'quiet', 'patterns', 'wide')
  if #refused > 0 then
    -- Who may not look sees nothing.
  elseif state.err then
    check(false, 'it is something else')
  elseif redis.call('HLEN', ledger) > 0 then
    checkNumbers(state)
    for _, known in ipairs(checkPacked(state[6], 'the patterns')) do
      check(type(known) == 'table' and count(known[2]) and known[2] <= (position or 0), 'a pattern is damaged, or ahead of its position')
    end
    checkPacked(state[7], 'what is under way')
    if #wrong == 0 then checkFeed() end
  end
  if #wrong > 0 and ARGV[2] == 'repair' then
    redis.call('UNLINK', ledger, feed)
    redis.call('HSET', ledger, 'damaged', '1')
  end
  return {epoch or false, position or 0, refused, wrong}
`;
}
