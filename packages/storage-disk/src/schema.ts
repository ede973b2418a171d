/** Says that a file is ours, see https://sqlite.org/pragma.html#pragma_application_id */
export const applicationId = 0x61776964;

/**
 * The version of the stored form: it rises with every change of the tables. A form that is not this one lives in a
 * directory of its own, and is never touched beyond what `NeighbourDirectories` says.
 */
export const schemaVersion = 2;

/**
 * - `meta`: one row. `floor`: what has a smaller stamp is a miss. `quiet`: until then everything is unsettled. `guard`
 *   is made of these three numbers, see `positionOf`. `seen`: about the latest time at which anything was stored or
 *   invalidated.
 * - `entry`: `row` is what other tables know it by; `began` is the time of the stamp; `tags` is a JSON array of names.
 *   The value comes last, so that reading the others does not have to follow it through its pages.
 * - `used`: when an entry was last read, written in batches. In a table of its own, because an entry may be large.
 * - `ledger`, `pattern`: the position of the last invalidation, and until when it is unsettled.
 * - `mark`: what operations under way keep unsettled. `kind` is one of `targetKind`.
 * - `step`: what the last steps of the ledger were recorded for; nothing but {@link StepTable} asks it.
 * - The indexes called `_copy` hold all that the rule asks of these three once more: see `rule.ts`.
 */
export const createTables = `
  create table meta(
    id integer primary key check (id = 1),
    epoch text not null,
    position integer not null,
    floor integer not null,
    quiet integer not null,
    guard integer not null,
    seen integer not null default 0
  ) strict;
  create table entry(
    row integer primary key,
    id text not null unique,
    stamp integer not null,
    began integer not null,
    expires integer not null,
    stale integer not null,
    size integer not null,
    checksum integer not null,
    tags text not null,
    value blob not null
  ) strict;
  create table used(
    row integer primary key,
    at integer not null
  ) strict;
  create table ledger(
    tag text primary key,
    last integer not null,
    until integer not null
  ) strict, without rowid;
  create index ledger_last on ledger(last);
  create index ledger_copy on ledger(tag, last, until);
  create table pattern(
    pattern text primary key,
    last integer not null,
    until integer not null
  ) strict, without rowid;
  create index pattern_copy on pattern(last, until, pattern);
  create table mark(
    operation text not null,
    kind integer not null,
    target text not null,
    until integer not null,
    primary key (operation, kind, target)
  ) strict, without rowid;
  create index mark_target on mark(kind, target);
  create index mark_copy on mark(kind, target, until);
  create table step(
    position integer primary key,
    at integer not null,
    cause text,
    operation text,
    everything integer not null
  ) strict;
  create table counter(
    name text primary key,
    value real not null
  ) strict, without rowid;
  create table moment(
    name text primary key,
    at real not null
  ) strict, without rowid;
`;

/** What a mark is on. */
export const targetKind = { tag: 0, pattern: 1, everything: 2 } as const;
