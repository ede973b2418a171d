import type { Guard } from "../laws/mutant.ts";
import { members } from "./members.ts";

const opening = "storage-redis/src/scripts/opening.ts";
const writing = "storage-redis/src/scripts/write-script.ts";
const nearLedger = "cache-core/src/tiered/near-ledger.ts";

/** A guard, and the faults in which its absence shows. */
export interface Mutant extends Guard {
  readonly faults: readonly string[];
  readonly victims?: readonly number[];
}

const twice = (fault: string): string[] => [fault, fault];

/**
 * Those that follow within a bound and only read: whose own writes wait to be recorded does not read near, and hides what is
 * missing.
 */
const quiet = [...members.keys()].filter((index) => members[index]?.writes === false);

/** What is taken out of the code that a fleet runs. */
export const mutants: Readonly<Record<string, Mutant>> = {
  fence: {
    without: "a fill is checked, in Redis, against what was invalidated since it began",
    changes: [
      { file: writing, from: "if last > stamp then return fenced('invalidated', last) end", to: "" },
      // What is stored then is as of the moment at which it is: otherwise each read would find out.
      {
        file: writing,
        from: "redis.call('SET', KEYS[3], value, 'PX', integer(keep))",
        to: `value = string.sub(value, 1, 1) .. struct.pack('>I4', (tonumber(ARGV[10]) + position) % 4294967291)
      .. string.sub(value, 6, 17) .. struct.pack('>I6', position) .. string.sub(value, 24)
      redis.call('SET', KEYS[3], value, 'PX', integer(keep))`,
      },
    ],
    faults: twice("the feeds are cut"),
  },
  gap: {
    without: "a gap in what is followed throws away what is near",
    changes: [
      {
        file: nearLedger,
        from: 'if (changes.state === "gap" || at.epoch !== this.#epoch) return this.#begin(at);',
        to: "if (at.epoch !== this.#epoch) return this.#begin(at);\n const { tags = [], patterns = [] } = changes;\n changes = { at, tags, patterns };",
      },
    ],
    faults: twice("an instance is cut off, and not told"),
    victims: quiet,
  },
  bound: {
    without: "what is near is not served when nobody has been heard of for too long",
    changes: [
      {
        file: "cache-core/src/tiered/far-view.ts",
        from: "return this.#underWay === 0 && this.#freshness.isFresh(this.#now);",
        to: "return this.#underWay === 0;",
      },
    ],
    faults: twice("an instance is cut off, and not told"),
    victims: quiet,
  },
  epoch: {
    without: "a ledger of another life of the server, or that is behind what is known, is not to be trusted",
    changes: [
      {
        file: opening,
        from: "if string.sub(life, 14) ~= string.sub(ARGV[1], 14) then return {epoch, 'server'} end",
        to: "",
      },
      {
        file: opening,
        from: "if not position or tonumber(ARGV[2]) > position then",
        to: "if not position then",
      },
    ],
    faults: twice("Redis is killed, and started again with older data"),
  },
};
