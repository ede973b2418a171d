import type { Invalidation } from "@awsideman/cache-core";
import { fence, good, stampOf, type Fault } from "./fault.ts";

/** What may be wrong with what an invalidation concerns, and with whom it keeps out. */
export const invalidationFaults: readonly Fault[] = [
  {
    fault: "takes tags for the same that differ in case",
    check: "tags: tags are any text, and each is only itself",
    spoil: (storage) => ({
      write: (entry) => storage.write({ ...entry, tags: entry.tags.map((tag) => tag.toLowerCase()) }),
      invalidate: (given) =>
        storage.invalidate({ ...given, tags: given.tags.map((tag) => tag.toLowerCase()) }),
    }),
  },
  {
    fault: "looks at the first tags of an entry only",
    check: "tags: an entry may have many tags, or none",
    spoil: (storage) => ({
      write: (entry, supersedes) => storage.write({ ...entry, tags: entry.tags.slice(0, 100) }, supersedes),
    }),
  },
  {
    fault: "takes everything for the unnamed namespace",
    check: "tags: everything is everything, in every namespace",
    spoil: (storage) => ({
      invalidate: ({ everything, ...given }) =>
        storage.invalidate(everything === true ? { ...given, tags: ["*"] } : given),
    }),
  },
  {
    fault: "has each handle see its own invalidations only",
    check: "tags: what one invalidates is a miss for the other",
    options: { ...good, capabilities: { ...good.capabilities, reach: "machine" } },
    spoil: (storage) => ({ capabilities: { ...storage.capabilities, reach: "machine" } }),
  },
  {
    fault: "invalidates username with user",
    check:
      "prefixes: a prefix concerns what lies below it at every depth, and nothing that only begins with the same letters",
    spoil: (storage) => ({
      write: (entry, supersedes) => storage.write({ ...entry, tags: lettersOf(entry.tags) }, supersedes),
    }),
  },
  {
    fault: "forgets patterns",
    check: "wildcards: a pattern concerns the keys that it matches, and no others",
    spoil: (storage) => ({ invalidate: (given) => storage.invalidate({ ...given, patterns: [] }) }),
  },
  {
    fault: "lets a wildcard cross the borders of segments",
    check: "wildcards: it concerns exactly what its words say",
    spoil: (storage) => ({
      invalidate: (given) =>
        storage.invalidate({
          ...given,
          patterns: given.patterns.flatMap((pattern) => [pattern, pattern.replace(":*:", ":*")]),
        }),
    }),
  },
  {
    fault: "remembers the last ten patterns only",
    check: "wildcards: more patterns than anybody remembers make more stale, never less",
    spoil: (storage) => ({
      invalidate: (given) => storage.invalidate({ ...given, patterns: given.patterns.slice(-10) }),
    }),
  },
  {
    fault: "does not care for the fence",
    check: fence("an invalidation of its tag"),
    spoil: (storage) => ({
      write: (entry, supersedes) => storage.write({ ...entry, stamp: stampOf(storage) }, supersedes),
    }),
  },
  {
    fault: "clears, and lets loads under way store what was cleared",
    check: fence("a clear of its prefix"),
    spoil: (storage) => {
      let cleared = 0;
      return {
        clear: (given) => {
          const count = storage.clear(given);
          cleared = stampOf(storage).position;
          return count;
        },
        write: (entry, supersedes) =>
          storage.write(
            entry.stamp.position < cleared
              ? { ...entry, stamp: { ...entry.stamp, position: cleared } }
              : entry,
            supersedes,
          ),
      };
    },
  },
  {
    fault: "tells a fence the present position",
    check: "fences: a fence tells the latest invalidation that concerns the entry, and no other",
    spoil: (storage) => ({
      write: async (entry) => {
        const verdict = await storage.write(entry);
        return verdict.outcome === "fenced" ? { ...verdict, lastInvalidation: verdict.at.position } : verdict;
      },
    }),
  },
  {
    fault: "removes what is there when a fill is kept out",
    check: "fences: a fence changes nothing: what was there and is good stays",
    spoil: (storage) => ({
      write: async (entry) => {
        const verdict = await storage.write(entry);
        if (verdict.outcome === "fenced") await storage.clear({ tags: ["a"], patterns: [] });
        return verdict;
      },
    }),
  },
  {
    fault: "checks the fence, and stores a moment later",
    check: "concurrency: no fill slips by an invalidation that is called at the same time",
    spoil: (storage) => ({
      write: async (entry) => {
        if (stampOf(storage).position !== entry.stamp.position) return storage.write(entry);
        await new Promise((resolve) => setImmediate(resolve));
        return storage.write({ ...entry, stamp: stampOf(storage) });
      },
    }),
  },
  {
    fault: "does not look at what is unsettled",
    check: "unsettled tags: a settle time is not shortened by a later one",
    spoil: (storage) => ({ invalidate: (given) => storage.invalidate({ ...given, settle: 0 }) }),
  },
  {
    fault: "opens no operation",
    check:
      "unsettled tags: a pattern: an open operation keeps fills out until it is closed, and what is closed is invalidated again",
    spoil: (storage) => ({ invalidate: (given) => storage.invalidate(withoutMarks(given)) }),
  },
  {
    fault: "lets one operation close the mark of another",
    check: "unsettled tags: one operation's end does not end another's on the same tag",
    spoil: (storage) => ({
      invalidate: ({ open, close, ...given }) =>
        storage.invalidate({
          ...given,
          ...(open && { open: { ...open, operation: "one for all" } }),
          ...(close !== undefined && { close: "one for all" }),
        }),
    }),
  },
  {
    fault: "forgets an operation with its lease",
    check:
      "unsettled tags: a tag: an operation whose end is seen after its lease still invalidates what it was on",
    spoil: (storage) => ({
      invalidate: (given) =>
        storage.invalidate({
          ...withoutMarks(given),
          settle: given.open?.lease ?? given.settle ?? 0,
        }),
    }),
  },
];

function withoutMarks({ tags, patterns, everything = false, settle = 0 }: Invalidation): Invalidation {
  return { tags, patterns, everything, settle };
}

/** Every text that a tag begins with: what takes prefixes for letters, not for segments. */
function lettersOf(tags: readonly string[]): readonly string[] {
  return tags.flatMap((tag) => Array.from(tag, (_, end) => tag.slice(0, end + 1)));
}
