import type { Mutants } from "./mutant.ts";

const readThrough = "cache-core/src/load/read-through.ts";
const refreshAhead = "cache-core/src/load/refresh-ahead.ts";
const runLoad = "cache-core/src/load/run-load.ts";
const acceptance = "cache-core/src/load/acceptance.ts";
const loadScope = "cache-core/src/load/load-scope.ts";
const scoped = "cache-core/src/scoped-cache.ts";
const maxAge = "cache-core/src/load/max-age.ts";
const setValue = "cache-core/src/load/set-value.ts";
const memory = "storage-memory/src/memory-storage.ts";

const shared = { backend: "disk", processes: 2, readers: 10, writers: 1 } as const;

/** What decides whether a load, or what is made of it, may be given to others or kept. */
export const mutantsOfLoading: Mutants = {
  arrival: {
    without: "a reader that joins a load is given its result only if nothing came between",
    changes: [
      {
        file: acceptance,
        from: "if (flight.began > reader.began) return true;",
        to: "if (flight.began > 0 || reader.began > 0) return true;",
      },
    ],
    race: { writing: "invalidate", items: 3 },
  },
  "own-look": {
    without: "a reader that joins a load looks at the ledger itself",
    changes: [{ file: readThrough, from: "arrival: reading?.at });", to: "arrival: flight.stamp });" }],
    race: { writing: "invalidate", items: 3, ...shared },
  },
  "joined-late": {
    without: "nobody joins a load whose fill was sent",
    changes: [
      {
        file: runLoad,
        from: `  flight.shut();
  const { stamp }`,
        to: "  const { stamp }",
      },
    ],
    race: {
      writing: "invalidate",
      items: 3,
      delays: 0.5,
      milliseconds: 1_000,
      ...shared,
    },
  },
  calls: {
    without:
      "an invalidation counts from its call for loads under way, and nobody joins one whose fill was sent: each would do",
    changes: [
      {
        file: acceptance,
        from: "const calledBetween = reader.calls.position > flight.calls.position;",
        to: "const calledBetween = false;",
      },
      { file: runLoad, from: "  flight.shut();\n  const { stamp }", to: "  const { stamp }" },
    ],
    race: { writing: "invalidate", items: 5, delays: 0.3 },
  },
  failure: {
    without: "a reader that joins a load is given its failure only if nothing was invalidated in between",
    changes: [
      {
        file: acceptance,
        from: "if (began > reader.began) return true;",
        to: "if (began > 0 || reader.began > 0) return true;",
      },
    ],
    race: { writing: "invalidate", source: "absences", items: 3 },
  },
  stampless: {
    without: "what was loaded without a stamp is not stored",
    changes: [
      {
        file: runLoad,
        from: "const { stamp } = scope;",
        to: "const stamp = scope.stamp ?? (await open?.storage.stamp());",
      },
    ],
    race: { writing: "invalidate", faults: 0.05, delays: 0.1 },
  },
  composite: {
    without: "a value made of others takes over their tags",
    changes: [
      {
        file: loadScope,
        from: "for (const tag of part.tags) this.tags.add(tag);",
        to: "",
      },
    ],
    race: { writing: "invalidate", reading: "composites", items: 6 },
  },
  "composite-hit": {
    without: "a value takes over the tags of the entries that it was made from",
    changes: [{ file: readThrough, from: "currentLoad.scope?.add(partOf(open, entry, at, true));", to: "" }],
    race: { writing: "delete", reading: "lookups", items: 6 },
  },
  "composite-lookup": {
    without: "a value that was made because something was not found depends on that",
    changes: [{ file: scoped, from: "tags: tagsOfKey(key, this.#tagPrefix),", to: "tags: []," }],
    race: { writing: "delete", reading: "lookups", items: 6 },
  },
  "composite-expiry": {
    without: "a value made of others expires with the first of them",
    changes: [
      {
        file: loadScope,
        from: "if (part.expiresAt < this.expiresAt) this.expiresAt = part.expiresAt;",
        to: "",
      },
    ],
    race: { writing: "invalidate", reading: "composites", items: 12, writers: 0, timeToLive: 200 },
  },
  "composite-error": {
    without: "a value that was made of an error is not stored",
    changes: [{ file: readThrough, from: "outer?.spoil();", to: "" }],
    race: { writing: "invalidate", reading: "composites", source: "absences", items: 6 },
  },
  "composite-stale": {
    without: "a value that was made of what had expired is not stored, nor lives longer than that",
    changes: [
      {
        file: readThrough,
        from: "part: partOf(open, entry, at, false),",
        to: "part: partOf(open, { ...entry, expiresAt: Infinity }, at, true),",
      },
    ],
    race: {
      writing: "invalidate",
      reading: "composites",
      source: "failures",
      items: 12,
      writers: 0,
      timeToLive: 100,
      staleIfError: 50,
    },
  },
  "stale-rule": {
    without: "an expired entry is served for a failing source only if the rule holds",
    changes: [
      {
        file: memory,
        from: "if (this.#isValid(held)) {",
        to: "if (at.time >= held.expiresAt || this.#isValid(held)) {",
      },
    ],
    race: { writing: "invalidate", source: "failures", timeToLive: 30, staleIfError: 300 },
  },
  "stale-bound": {
    without: "an expired entry is served for a failing source within a bound",
    changes: [
      { file: memory, from: "hasBegun && at.time < held.staleUntil", to: "hasBegun" },
      { file: readThrough, from: "at.time < entry.expiresAt + staleIfError ?", to: "at.time > 0 ?" },
    ],
    race: {
      writing: "invalidate",
      source: "failures",
      items: 300,
      readers: 10,
      writers: 0,
      timeToLive: 30,
      staleIfError: 30,
    },
  },
  "max-age": {
    without: "what was loaded too long ago for its reader is not served",
    changes: [
      {
        file: maxAge,
        from: "(at.time - stamp.time < maxAge && !isComposite(tags))",
        to: "(maxAge > 0 && !isComposite(tags))",
      },
    ],
    race: { writing: "invalidate", items: 12, writers: 0, maxAge: 20 },
  },
  "max-age-joined": {
    without: "a load that began too long ago for a reader is not joined",
    changes: [
      {
        file: maxAge,
        from: "return age >= 0 && age < maxAge;",
        to: "return age >= 0;",
      },
    ],
    race: { writing: "invalidate", items: 3, writers: 0, maxAge: 2 },
  },
  "refresh-ahead": {
    without: "a refresh takes its stamp before it begins",
    changes: [
      {
        file: refreshAhead,
        from: "const flight = this.#flights.takeOff(id, { stamp: reading.at, ledger: open });",
        to: "const flight = this.#flights.takeOff(id, { stamp: { ...reading.at, get position() { return open.storage.stamp().position; } }, ledger: open });",
      },
    ],
    race: { writing: "invalidate", timeToLive: 200, refreshAhead: 190 },
  },
  delete: {
    without: "a delete is an invalidation",
    changes: [
      {
        file: scoped,
        from: 'await this.#invalidator.invalidate({ tags: [this.#exactTag(key)], patterns: [], cause: "delete" });',
        to: "await this.#invalidator.invalidate({ tags: [], patterns: [] });",
      },
    ],
    race: { writing: "delete" },
  },
  "set-stamp": {
    without: "a value that was read earlier carries the stamp of then, and the calls of then",
    changes: [
      {
        file: setValue,
        from: "const stamp = options.stamp ?? (await open?.storage.stamp());",
        to: "const stamp = await open?.storage.stamp();",
      },
      {
        file: setValue,
        from: "(calledAtRead !== undefined && !calls.allows(tags, calledAtRead))",
        to: "false",
      },
    ],
    race: { writing: "invalidate", reading: "by-hand" },
  },
  "set-late": {
    without: "a value that is set is older than what was invalidated after the call",
    changes: [
      {
        file: setValue,
        from: "const isLate = isLateAlready || !calls.allows(tags, called);",
        to: "const isLate = isLateAlready;",
      },
    ],
    race: { writing: "invalidate", reading: "by-hand", delays: 0.3 },
  },
  outbox: {
    without: "nothing is read while an invalidation waits to be recorded",
    changes: [
      {
        file: "cache-core/src/storage/guarded-storage.ts",
        from: "return this.#backlog.isClear && this.#breaker.admit();",
        to: "return this.#breaker.admit();",
      },
    ],
    race: { writing: "invalidate", faults: 0.05 },
  },
  "outbox-keeps": {
    without: "an invalidation that could not be recorded is kept",
    changes: [
      {
        file: "cache-core/src/storage/outbox.ts",
        from: "stamp === undefined ? this.#keep(invalidation) : undefined,",
        to: "stamp === undefined ? undefined : undefined,",
      },
    ],
    race: { writing: "invalidate", faults: 0.05 },
  },
};
