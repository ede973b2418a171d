import { pythonTime } from "./python-json.ts";

/** An entry as the predecessor kept it, with times in milliseconds. */
export interface LegacyEntry {
  readonly key: string;
  /** `describe_account` */
  readonly operation: string;
  readonly data: unknown;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Milliseconds to live. */
  readonly ttl: number;
}

/** Whether it could still be served, by the predecessor's own rule. What is from the future could not. */
export function isFresh({ createdAt, ttl }: Pick<LegacyEntry, "createdAt" | "ttl">, now: number): boolean {
  return createdAt <= now && now - createdAt <= ttl;
}

/** The text of its file. Times inside the data are written as Python's `str` shows them, as the predecessor did. */
export function encodeLegacyEntry({ data, createdAt, ttl, key, operation }: LegacyEntry): string {
  const file = { data, created_at: createdAt / 1000, ttl: ttl / 1000, key, operation };
  return JSON.stringify(
    file,
    function replace(this: Record<string, unknown>, name: string, value: unknown): unknown {
      const own = this[name];
      return own instanceof Date ? pythonTime(own) : value;
    },
    2,
  );
}

/** Reads the text of a file, or says what is wrong with it. */
export function parseLegacyEntry(text: string): LegacyEntry | { readonly problem: string } {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return { problem: "is no JSON" };
  }
  if (typeof file !== "object" || file === null) return { problem: "is no entry" };
  if (!("data" in file)) return { problem: "has no data" };
  const head = parseLegacyHead(file);
  return "problem" in head ? head : { ...head, data: file.data };
}

/** The members that describe an entry; they stand before encrypted ones, too. */
export function parseLegacyHead(members: object): Omit<LegacyEntry, "data"> | { readonly problem: string } {
  const { key, operation, created_at, ttl } = members as Partial<Record<string, unknown>>;
  if (typeof key !== "string" || typeof operation !== "string") return { problem: "has no key or operation" };
  if (!isCount(created_at) || !isCount(ttl)) return { problem: "has no times" };
  return { key, operation, createdAt: created_at * 1000, ttl: ttl * 1000 };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
