import type { DatabaseSync } from "node:sqlite";
import { compilePattern, patternConcerns } from "@awsideman/cache-core";
import { targetKind } from "./schema.ts";
import { BrokenDatabase } from "./sqlite-error.ts";

/** Whether the row of `meta` is what was written: SQLite has no checksums, and everything hangs on these numbers. */
const metaIsWhole = (m: string): string => `${m}guard = 3 * ${m}position + 5 * ${m}floor + 7 * ${m}quiet`;

/** The position as it can be trusted: -1, which no ledger ever had, when the row is damaged. */
export const positionOf = (m = ""): string => `iif(${metaIsWhole(m)}, ${m}position, -1)`;

/**
 * The facts of the ledger are kept twice, in b-trees of different pages, and the rule asks both: a row that a flipped bit
 * has changed, or hidden, keeps nothing out any more, and nothing would tell that it is missing. See `createTables`.
 */
const copies = {
  ledger: ["sqlite_autoindex_ledger_1", "ledger_copy"],
  pattern: ["sqlite_autoindex_pattern_1", "pattern_copy"],
  mark: ["mark_target", "mark_copy"],
} as const;

/** Whether either copy of a table has a row, called `name`, for which a condition is true. */
function either(table: keyof typeof copies, name: string, condition: string): string {
  const [first, second] = copies[table].map(
    (copy) => `exists (select 1 from ${table} ${name} indexed by ${copy} where ${condition})`,
  );
  return `(${first} or ${second})`;
}

/** The same where the condition is about one of some tags, `j.value`. */
function anyOf(tags: string, condition: string): string {
  return `exists (select 1 from json_each(${tags}) j where ${condition})`;
}

/**
 * The rule in SQL: no tag of the entry `e` was invalidated after its stamp. To be used together with `meta` as `m`;
 * when nothing at all was invalidated since, it costs nothing.
 * @param known a position for which it was found to hold; then, too, it costs nothing until the ledger moves
 */
export const entryHoldsSince = (known: string): string => `
  e.stamp >= m.floor and (e.stamp >= m.position or ${known} >= m.position or (
    not ${anyOf("e.tags", either("ledger", "l", "l.tag = j.value and l.last > e.stamp"))}
    and not ${either("pattern", "p", "p.last > e.stamp and concerns(p.pattern, e.tags)")}))`;

/** The same where nothing is known before. */
export const entryHolds: string = entryHoldsSince("-1");

/** Whether one of :tags is unsettled at a time, or was after it. */
const unsettledAfter = (time: string): string => `(m.quiet > ${time}
  or ${anyOf(
    ":tags",
    `${either("ledger", "l", `l.tag = j.value and l.until > ${time}`)}
     or ${either("mark", "k", `k.kind = ${targetKind.tag} and k.target = j.value and k.until > ${time}`)}`,
  )}
  or ${either("pattern", "p", `p.until > ${time} and concerns(p.pattern, :tags)`)}
  or ${either("mark", "k", `k.kind = ${targetKind.pattern} and k.until > ${time} and concerns(k.target, :tags)`)}
  or ${either("mark", "k", `k.kind = ${targetKind.everything} and k.until > ${time}`)})`;

/**
 * The rule for a fill that is not stored yet, given as :stamp, :began and :tags: besides, none of its tags was unsettled
 * at any time since it began.
 */
export const fillHolds: string = `
  ${metaIsWhole("m.")} and :stamp between m.floor and m.position
  and not ${anyOf(":tags", either("ledger", "l", "l.tag = j.value and l.last > :stamp"))}
  and not ${either("pattern", "p", "p.last > :stamp and concerns(p.pattern, :tags)")}
  and not ${unsettledAfter(":began")}`;

/** What there is to say about a fill that the rule kept out. Nothing can be unsettled after :latest. */
export const fillState: string = `
  select ${positionOf("m.")}, m.floor,
    max(m.floor, ${[
      ...copies.ledger.map(
        (copy) =>
          `coalesce((select max(l.last) from json_each(:tags) j join ledger l indexed by ${copy} on l.tag = j.value), 0)`,
      ),
      ...copies.pattern.map(
        (copy) =>
          `coalesce((select max(p.last) from pattern p indexed by ${copy} where concerns(p.pattern, :tags)), 0)`,
      ),
    ].join(",\n      ")}) as last,
    ${unsettledAfter(":began")} as unsettled,
    ${unsettledAfter(":latest")} as impossible
  from meta m`;

/** More than any ledger keeps; what is compiled beyond that is compiled again. */
const patternsRemembered = 1_000;

/** Makes `concerns(pattern, tags)` known to a connection: the same matching as everywhere else, not a second one in SQL. */
export function registerRule(database: DatabaseSync): void {
  const expressions = new Map<string, RegExp>();
  let parsedText = "[]";
  let parsed: readonly string[] = [];

  database.function("concerns", { deterministic: true, directOnly: true }, (pattern, tags) => {
    // One entry is matched against every pattern in turn.
    if (tags !== parsedText) {
      parsed = parseTags(tags as string);
      parsedText = tags as string;
    }
    if (typeof pattern !== "string") throw new BrokenDatabase("a pattern in the ledger is damaged");
    let expression = expressions.get(pattern);
    if (expression === undefined) {
      if (expressions.size >= patternsRemembered) expressions.clear();
      expression = compilePattern(pattern);
      expressions.set(pattern, expression);
    }
    return patternConcerns(expression, parsed) ? 1 : 0;
  });
}

function parseTags(text: string): readonly string[] {
  const tags: unknown = JSON.parse(text);
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === "string")) return tags;
  throw new SyntaxError("The tags of an entry are no list of names");
}
