/** What the source has: two users, a group that one of them is a member of, and an assignment. */
export const items = ["u1", "u2", "g1", "a1"] as const;
export type Item = (typeof items)[number];

interface KeyDescription {
  /** What of the source it shows. */
  readonly items: readonly Item[];
  /** What it depends on besides its key. */
  readonly tags: readonly string[];
  /** Made of other keys that are read through the cache. */
  readonly parts?: readonly string[];
  /** Of its parts it takes only what is there, and loads none. */
  readonly looksUp?: boolean;
}

export const catalogue: Readonly<Record<string, KeyDescription>> = {
  "user:describe:u1": { items: ["u1"], tags: ["user-id:u1"] },
  "user:describe:u2": { items: ["u2"], tags: ["user-id:u2"] },
  "user:list:all": { items: ["u1", "u2"], tags: [] },
  "group:members:g1": { items: ["g1"], tags: ["group-id:g1"] },
  "assignment:list:a1:p1": { items: ["a1"], tags: [] },
  "report:of:all": { items: [], tags: [], parts: ["group:members:g1", "user:describe:u1"] },
  "report:of:known": { items: [], tags: [], parts: ["user:describe:u1", "user:list:all"], looksUp: true },
};

export const keys: readonly string[] = Object.keys(catalogue);

/** What a change of an item has to invalidate: by tag, by prefix, and by pattern. */
export const targetsOfChange: Readonly<Record<Item, readonly string[]>> = {
  u1: ["user-id:u1", "user:list:*"],
  u2: ["user-id:u2", "user:list:*"],
  g1: ["group-id:g1"],
  a1: ["assignment:*:a1:*"],
};

/** What anybody may invalidate at any time. */
export const targets: readonly string[] = [
  "user-id:u1",
  "user-id:u2",
  "group-id:g1",
  "user",
  "user:list:*",
  "group:members:g1",
  "*",
  "assignment:*:a1:*",
  "group:*:g1",
  "user:*:u1",
  "*:list:*",
];

/** A group's value names a member, which is known only from the answer. */
export function memberOf(version: number): string {
  return version % 2 === 0 ? "user-id:u1" : "user-id:u2";
}

/** A target as the ledger knows it. */
export function nameOf(target: string): string {
  const name = target.replace(/(?::\*)+$/, "");
  return name === "" ? "*" : name;
}

/** The names that concern a value without its parts, those that are known from the value alone excepted. */
export function namesOf(key: string): readonly string[] {
  return [...namesOfKey(key), ...(catalogue[key]?.tags ?? [])];
}

/** The names that concern a key, whether or not there is a value; worked out apart from the code under test. */
export function namesOfKey(key: string): readonly string[] {
  const segments = key.split(":");
  const prefixes = segments.map((_, index) => segments.slice(0, index + 1).join(":"));
  const patterns = targets
    .map(nameOf)
    .filter((name) => name !== "*" && name.includes("*") && matches(name, segments));
  return [everything, "*", `=${key}`, ...prefixes, ...patterns];
}

/** Stands for an invalidation of whatever there is. */
export const everything = "everything";

function matches(pattern: string, segments: readonly string[]): boolean {
  return pattern.split(":").every((part, index) => part === "*" || part === segments[index]);
}
