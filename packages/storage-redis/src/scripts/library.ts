import { exactTag } from "@awsideman/cache-core";
import { headerBytes, headerFormat } from "../entry-form.ts";

/**
 * What the scripts have in common, each a piece of Lua that only defines local functions. A script is put together from the
 * pieces that it needs: what it does not need costs something every time it runs.
 */

/** Wildcards, exactly as `compilePattern` and `widenPattern` have them. Bytes stand for characters: UTF-8 allows that. */
export const patternFunctions: string = `
  local function split(text)
    local parts = {}
    for part in string.gmatch(text .. ':', '([^:]*):') do parts[#parts + 1] = part end
    return parts
  end

  -- What stands between two wildcards is taken where it comes first; a wildcard spans neither ':' nor '|'.
  local function segmentMatches(pattern, segment)
    local star = string.find(pattern, '*', 1, true)
    if not star then return pattern == segment end
    if string.sub(segment, 1, star - 1) ~= string.sub(pattern, 1, star - 1) then return false end
    local at = star
    for piece, last in string.gmatch(string.sub(pattern, star), '%*+([^*]*)()') do
      local found, bar
      if last > #pattern - star + 1 then
        found = #segment - #piece + 1
        if found < at or string.sub(segment, found) ~= piece then return false end
      else
        found = string.find(segment, piece, at, true)
        if not found then return false end
      end
      bar = string.find(segment, '|', at, true)
      if bar and bar < found then return false end
      at = found + #piece
    end
    return true
  end

  local function patternMatches(parts, segments)
    if #segments < #parts then return false end
    for i = 1, #parts do
      if parts[i] ~= segments[i] and not segmentMatches(parts[i], segments[i]) then return false end
    end
    return true
  end

  -- The keys among the tags, taken apart once for all patterns.
  local function keysOf(tags)
    local keys = {}
    for i = 1, #tags do
      if string.sub(tags[i], 1, 1) == '${exactTag}' then keys[#keys + 1] = split(string.sub(tags[i], 2)) end
    end
    return keys
  end

  local function patternConcerns(parts, keys)
    for i = 1, #keys do
      if patternMatches(parts, keys[i]) then return true end
    end
    return false
  end

  local function firstOf(segment) return string.find(segment, '*', 1, true) and '*' or segment end

  local function widen(pattern)
    local bar = string.find(pattern, '|', 1, true) or 0
    local prefix, rest = string.sub(pattern, 1, bar), string.sub(pattern, bar + 1)
    local star = string.find(rest, '*', 1, true)
    local front = star and string.match(string.sub(rest, 1, star - 1), '^(.*):')
    return prefix .. (front or '*')
  end
`;

/** Records of tags: their fields in the ledger, many at a time, within what Lua's stack can hold. */
export const fieldFunctions: string = `
  local chunk = 1000

  local function fieldsOf(prefix, names)
    local found = {}
    for first = 1, #names, chunk do
      local fields = {}
      for i = first, math.min(first + chunk - 1, #names) do fields[#fields + 1] = prefix .. names[i] end
      local values = redis.call('HMGET', ledger, unpack(fields))
      for i = 1, #fields do found[first + i - 1] = values[i] end
    end
    return found
  end

  local function integer(number) return string.format('%.0f', number) end

  local function unpacked(value) return value and cmsgpack.unpack(value) or {} end
`;

/**
 * The position of the last invalidation that concerns any of `tags`; of those by patterns only where one is later than
 * `from`. Most patterns begin with another resource than the entry's: those are not even looked at.
 */
export const lastInvalidationFunctions: string = `
  local floor, patterned

  local function isPatterned(keys, from)
    local names = {'*'}
    for i = 1, #keys do names[i + 1] = keys[i][1] end
    local positions = fieldsOf('x:', names)
    for i = 1, #names do
      if positions[i] and tonumber(positions[i]) > from then return true end
    end
    return false
  end

  local function lastInvalidation(tags, from)
    local last = 0
    local records = fieldsOf('t:', tags)
    for i = 1, #tags do
      local record = records[i]
      if record then
        local at = tonumber(record) or tonumber(string.match(record, '^%d+'))
        if at > last then last = at end
      end
    end
    if patterned > from then
      local keys = keysOf(tags)
      if isPatterned(keys, from) then
        for _, known in ipairs(unpacked(redis.call('HGET', ledger, 'patterns'))) do
          if known[2] > last and patternConcerns(known[4], keys) then last = known[2] end
        end
      end
    end
    return last
  end
`;

/** Whether the rule lets an entry be served, with the floor and the position of the last pattern, read once. */
export const entryFunctions: string = `
  local function headerOf(value)
    if not value or #value < ${headerBytes} then return nil end
    local version, _, entryEpoch, stamp, began, expires, stale, _, tagsLength = struct.unpack('${headerFormat}', value)
    return {
      version = version, epoch = entryEpoch, stamp = stamp, began = began, expires = expires, stale = stale,
      tagsEnd = ${headerBytes} + tagsLength,
    }
  end

  local function tagsOf(value, tagsEnd)
    return cjson.decode(string.sub(value, ${headerBytes + 1}, tagsEnd))
  end

  local function isValid(stamp, value, tagsEnd)
    if stamp >= position then return true end
    if not floor then
      local bounds = redis.call('HMGET', ledger, 'floor', 'patterned')
      floor, patterned = tonumber(bounds[1]), tonumber(bounds[2])
    end
    if stamp < floor then return false end
    return lastInvalidation(tagsOf(value, tagsEnd), stamp) <= stamp
  end
`;
