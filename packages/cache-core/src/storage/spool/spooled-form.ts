import { longestUnsettled } from "../../load/load-options.ts";
import type { Invalidation } from "../cache-storage.ts";

const version = 1;

/** Names a text by what it says, so that no part of it can be read as something else. */
export type Digest = (text: string) => string;

/** The file of an invalidation: its version and digest, and a line of JSON, so that one can look into it. */
export function encodeSpooled(invalidation: Invalidation, keptAt: number, digest: Digest): string {
  const body = JSON.stringify({ keptAt, invalidation });
  return `awsideman-invalidation ${version} ${digest(body)}\n${body}\n`;
}

/** @throws Error that says what is wrong with it */
export function parseSpooled(
  text: string,
  digest: Digest,
): { readonly keptAt: number; readonly invalidation: Invalidation } {
  const [head = "", body = ""] = text.split("\n", 2);
  const [kind, readVersion, readDigest] = head.split(" ");
  if (kind !== "awsideman-invalidation") throw new Error("it is no invalidation");
  if (readVersion !== String(version)) throw new Error(`it is of version ${readVersion}`);
  if (readDigest !== digest(body)) throw new Error("it is damaged");
  const { keptAt, invalidation } = JSON.parse(body) as { keptAt?: unknown; invalidation?: unknown };
  if (typeof keptAt !== "number" || !isInvalidation(invalidation))
    throw new Error("it holds something else than an invalidation");
  return { keptAt, invalidation };
}

function isInvalidation(value: unknown): value is Invalidation {
  if (!isRecord(value) || !("tags" in value) || !("patterns" in value)) return false;
  return Object.entries(value).every(
    ([name, field]) => Object.hasOwn(fields, name) && fields[name]?.(field) === true,
  );
}

const fields: Readonly<Record<string, (value: unknown) => boolean>> = {
  tags: isTexts,
  patterns: isTexts,
  everything: (value) => typeof value === "boolean",
  open: (value) => isRecord(value) && typeof value["operation"] === "string" && isTime(value["lease"]),
  close: (value) => typeof value === "string",
  settle: isTime,
  cause: (value) => typeof value === "string",
};

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}

function isTime(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= longestUnsettled;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * What another process has to record of an invalidation after `elapsed` milliseconds. A mark keeps what is left of its
 * lease: whoever opened it may be gone, and nobody will close it; begun anew each time, it would never end. What settles
 * does so from the moment of the record: nobody knows since when, and longer is safe. A clock that was set back
 * leaves the mark as it was.
 */
export function afterWaiting(invalidation: Invalidation, elapsed: number): Invalidation {
  const { open, ...rest } = invalidation;
  if (open === undefined || elapsed <= 0) return invalidation;
  const lease = open.lease - elapsed;
  return lease > 0 ? { ...rest, open: { ...open, lease } } : rest;
}

/** What has to be recorded for one that cannot be read: it may have concerned anything, with the longest mark there is. */
export function forUnreadable(elapsed: number): Invalidation {
  const settle = Math.max(0, longestUnsettled - Math.max(0, elapsed));
  return { tags: [], patterns: [], everything: true, settle };
}
