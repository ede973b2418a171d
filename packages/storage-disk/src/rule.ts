import type { DatabaseSync } from "node:sqlite";
import { compilePattern, patternConcerns } from "@awsideman/cache-core";

/**
 * The rule in SQL: no tag of the entry `e` was invalidated after its stamp. To be used together with `meta` as `m`;
 * when nothing at all was invalidated since, it costs nothing.
 */
export const entryHolds = `
  e.stamp >= m.floor and (e.stamp >= m.position or (
    not exists (select 1 from json_each(e.tags) j join ledger l on l.tag = j.value where l.last > e.stamp)
    and not exists (select 1 from pattern p where p.last > e.stamp and concerns(p.pattern, e.tags))))`;

/**
 * The rule for a fill that is not stored yet, given as :stamp, :began and :tags: besides, none of its tags was unsettled
 * at any time since it began.
 */
export const fillHolds = `
  :stamp between m.floor and m.position and m.quiet <= :began
  and not exists (select 1 from json_each(:tags) j join ledger l on l.tag = j.value
    where l.last > :stamp or l.until > :began)
  and not exists (select 1 from pattern p
    where (p.last > :stamp or p.until > :began) and concerns(p.pattern, :tags))
  and not exists (select 1 from json_each(:tags) j join mark k on k.kind = 0 and k.target = j.value
    where k.until > :began)
  and not exists (select 1 from mark k
    where k.kind = 1 and k.until > :began and concerns(k.target, :tags))
  and not exists (select 1 from mark k where k.kind = 2 and k.until > :began)`;

/** What there is to say about a fill that the rule kept out. */
export const fillState = `
  select m.position, m.floor,
    max(m.floor,
      coalesce((select max(l.last) from json_each(:tags) j join ledger l on l.tag = j.value), 0),
      coalesce((select max(p.last) from pattern p where concerns(p.pattern, :tags)), 0)) as last,
    m.quiet > :began
      or exists (select 1 from json_each(:tags) j join ledger l on l.tag = j.value where l.until > :began)
      or exists (select 1 from pattern p where p.until > :began and concerns(p.pattern, :tags))
      or exists (select 1 from json_each(:tags) j join mark k on k.kind = 0 and k.target = j.value
           where k.until > :began)
      or exists (select 1 from mark k where k.kind = 1 and k.until > :began and concerns(k.target, :tags))
      or exists (select 1 from mark k where k.kind = 2 and k.until > :began) as unsettled
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
      parsed = JSON.parse(tags as string) as readonly string[];
      parsedText = tags as string;
    }
    let expression = expressions.get(pattern as string);
    if (expression === undefined) {
      if (expressions.size >= patternsRemembered) expressions.clear();
      expression = compilePattern(pattern as string);
      expressions.set(pattern as string, expression);
    }
    return patternConcerns(expression, parsed) ? 1 : 0;
  });
}
