import type { RedisLimits } from "../limits.ts";

/**
 * A lease is one string: its deadline (6 bytes), its owner, and those who wait, 12 characters each. Like everything it is
 * judged by the time of the scripts; its native time to live only gives space back.
 */
export const ownerBytes = 12;
export const headBytes: number = 6 + ownerBytes;

/** The owner of a lease that ended without an entry: until its deadline everybody loads for himself. */
const nobody = "-".repeat(ownerBytes);

export const leaseFunctions: string = `
  local function leaseAt(key)
    local held = redis.pcall('GET', key)
    if type(held) ~= 'string' or #held < ${headBytes} then return nil end
    return held, struct.unpack('>I6', held) - now, string.sub(held, 7, ${headBytes}), string.sub(held, ${headBytes + 1})
  end

  -- A little longer than it is of use.
  local function setLease(key, owner, milliseconds, waiting)
    local value = struct.pack('>I6', now + milliseconds) .. owner .. waiting
    redis.call('SET', key, value, 'PX', string.format('%.0f', milliseconds + 1000))
  end
`;

/**
 * Who is to load what `key` is the lease of: 0 for `owner`, who has it from now on; for how many milliseconds somebody else
 * still has it, who then hears of the end; or -1 when everybody loads for himself.
 */
export function askFunction({ leaseWaiters }: RedisLimits): string {
  return `
  ${leaseFunctions}
  local function ask(key, owner, milliseconds)
    local held, left, holder, waiting = leaseAt(key)
    -- More than there can be left: the clock was set back.
    if not held or left <= 0 or left > milliseconds then
      setLease(key, owner, milliseconds, '')
      return 0
    end
    if holder == '${nobody}' then return -1 end
    if #waiting < ${leaseWaiters * ownerBytes} and not string.find(waiting, owner, 1, true) then
      setLease(key, holder, left, waiting .. owner)
    end
    return left
  end
`;
}

/** Ends a lease, whoever has it, because the entry is there. Answers with those who wait. */
export const dropFunction: string = `
  ${leaseFunctions}
  local function drop(key)
    local held, _, _, waiting = leaseAt(key)
    if not held then return '' end
    redis.call('UNLINK', key)
    return waiting
  end
`;

/** Ends the lease `KEYS[2]`, if it is the owner's (`ARGV[3]`), without an entry, and gives none for `ARGV[4]` milliseconds. */
export const releaseBody: string = `
  ${leaseFunctions}
  local held, _, holder, waiting = leaseAt(KEYS[2])
  if not held or holder ~= ARGV[3] then waiting = ''
  else setLease(KEYS[2], '${nobody}', tonumber(ARGV[4]), '') end
`;

/** Renews the leases `KEYS[2]` and so on, where they are the owner's (`ARGV[3]`), for `ARGV[4]` milliseconds. */
export const renewBody: string = `
  ${leaseFunctions}
  local kept = {}
  for i = 2, #KEYS do
    local held, _, holder, waiting = leaseAt(KEYS[i])
    kept[i - 1] = held and holder == ARGV[3] and 1 or 0
    if kept[i - 1] == 1 then setLease(KEYS[i], holder, tonumber(ARGV[4]), waiting) end
  end
`;
