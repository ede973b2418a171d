import { exactTag } from "./tags.ts";

/**
 * Compiles a pattern with wildcards. It concerns a key when each of its segments matches the key's segment at that
 * place, where `*` stands for any run of characters within one segment. The key may go on after that, because what is
 * filed under a key depends on the same thing.
 * @param pattern a normalised pattern, namespace included, as `parseTarget` makes it
 * @returns an expression to be tested against keys, namespace included
 */
export function compilePattern(pattern: string): RegExp {
  let groups = 0;
  // What stands between two wildcards of a segment is taken where it comes first, for good: that is enough, and it keeps
  // the time linear.
  const expressionOf = (segment: string): string => {
    const [first, ...pieces] = segment.split(/\*+/).map(escapeExpression);
    const last = pieces.pop();
    if (last === undefined) return first as string;
    const between = pieces.map((piece) => `(?=(?<g${++groups}>[^:|]*?${piece}))\\k<g${groups}>`);
    return `${first}${between.join("")}[^:|]*${last}`;
  };
  return new RegExp(`^${pattern.split(":").map(expressionOf).join(":")}(?:$|:)`);
}

/**
 * Returns whether a pattern concerns an entry. It is matched against the tags that name exact keys: the entry's own,
 * and those of the parts of a composite.
 */
export function patternConcerns(expression: RegExp, tags: readonly string[]): boolean {
  return tags.some((tag) => tag.startsWith(exactTag) && expression.test(tag.slice(exactTag.length)));
}

/** The tag that covers all that a pattern can match: its segments before the first wildcard, or the root. */
export function widenPattern(pattern: string): string {
  const bar = pattern.indexOf("|") + 1;
  const prefix = pattern.slice(0, bar);
  const segments = pattern.slice(bar).split(":");
  const wild = segments.findIndex((segment) => segment.includes("*"));
  return prefix + (wild <= 0 ? "*" : segments.slice(0, wild).join(":"));
}

function escapeExpression(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
