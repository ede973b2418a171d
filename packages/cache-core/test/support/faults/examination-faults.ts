import type { CacheStorage, Examination } from "@awsideman/cache-core";
import { good, openMemory, type Fault } from "./fault.ts";

/** Tells what the storage tells, changed. */
function telling(
  storage: CacheStorage,
  change: (seen: Examination) => Partial<Examination>,
): Partial<CacheStorage> {
  return {
    async examine(id, tags) {
      const seen = (await storage.examine?.(id, tags)) as Examination;
      return { ...seen, ...change(seen) };
    },
  };
}

/** What may be wrong with what a storage tells of an id. */
export const examinationFaults: readonly Fault[] = [
  {
    fault: "tells of nothing that is there",
    check: "examinations: an entry is told without its value, and where nothing is there, that",
    spoil: (storage) => telling(storage, () => ({ entry: undefined })),
  },
  {
    fault: "tells only of what could be served",
    check: "examinations: what has expired is there, as long as it is of use when its source fails",
    spoil: (storage) =>
      telling(storage, ({ entry, at }) => ({
        entry: entry && entry.expiresAt > at.time ? entry : undefined,
      })),
  },
  {
    fault: "goes by the tags of what is there alone",
    check: "examinations: what has made an entry invalid is told: when, and what for",
    spoil: (storage) => ({
      examine: (id) => storage.examine?.(id, []) as Examination,
    }),
  },
  {
    fault: "tells the last step of all",
    check: "examinations: what has made an entry invalid is told: when, and what for",
    spoil: (storage) => telling(storage, ({ at }) => ({ lastInvalidation: at.position })),
  },
  {
    fault: "forgets what a step was recorded for",
    check: "examinations: what has made an entry invalid is told: when, and what for",
    spoil: (storage) => ({
      invalidate: (invalidation) => {
        const { cause: _, ...silent } = invalidation;
        return storage.invalidate(silent);
      },
    }),
  },
  {
    fault: "takes every pattern for one that concerns it",
    check: "examinations: a pattern that concerns it is told, and one that does not is not",
    spoil: (storage) => telling(storage, ({ at }) => ({ lastInvalidation: at.position })),
  },
  {
    fault: "does not say what concerned everything",
    check: "examinations: what concerned everything is told at the floor",
    spoil: (storage) => telling(storage, () => ({ floor: 0 })),
  },
  {
    fault: "makes a word up for a step that has none",
    check: "examinations: a step without a word for it is told without one",
    spoil: (storage) =>
      telling(storage, ({ steps }) => ({ steps: steps.map((step) => ({ ...step, cause: "write" })) })),
  },
  {
    fault: "tells of no operation",
    check: "examinations: an operation under way is told, with its deadline, and its end",
    spoil: (storage) =>
      telling(storage, ({ unsettled }) => ({
        unsettled: unsettled.filter(({ kind }) => kind !== "operation"),
      })),
  },
  {
    fault: "tells of what has settled",
    check: "examinations: an operation under way is told, with its deadline, and its end",
    spoil: (storage) => {
      let last: Examination["unsettled"] = [];
      return telling(storage, ({ unsettled }) => {
        if (unsettled.length > 0) last = unsettled;
        return { unsettled: last };
      });
    },
  },
  {
    fault: "tells of operations on something else",
    check: "examinations: an operation on a pattern is told, too, and one on something else is not",
    spoil: (storage) => ({
      examine: (id, tags) => storage.examine?.(id, [...tags, "group"]) as Examination,
    }),
  },
  {
    fault: "tells only what it has recorded itself",
    check: "examinations: what was recorded elsewhere is told as well, and outlives the one who recorded it",
    options: {
      ...good,
      capabilities: { ...good.capabilities, reach: "machine" },
      open: (context) => {
        const storage = openMemory(context);
        return Object.assign(storage, {
          capabilities: { ...good.capabilities, reach: "machine" },
        });
      },
    },
    spoil: () => ({}),
  },
  {
    fault: "removes what has expired",
    check: "examinations: it changes nothing",
    spoil: (storage) => ({
      async examine(id, tags) {
        const seen = (await storage.examine?.(id, tags)) as Examination;
        if (seen.entry && seen.entry.expiresAt <= seen.at.time) await storage.clear({ tags, patterns: [] });
        return seen;
      },
    }),
  },
  {
    fault: "looks, which removes what was invalidated",
    check: "examinations: it changes nothing",
    spoil: (storage) => ({
      async examine(id, tags) {
        const seen = (await storage.examine?.(id, tags)) as Examination;
        await storage.read(id);
        return seen;
      },
    }),
  },
  {
    fault: "tells another step for one that it has forgotten",
    check:
      "examinations: what is remembered of steps is bounded, and a step that is forgotten is not made up",
    spoil: (storage) =>
      telling(storage, ({ lastInvalidation, at, steps }) => ({
        steps:
          steps.length > 0
            ? steps
            : [{ position: lastInvalidation, time: at.time, cause: "B", everything: false }],
      })),
  },
];
