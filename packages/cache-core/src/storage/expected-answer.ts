import type { Examination } from "../explain/examination.ts";
import type { Advanced } from "../limit/advance.ts";
import type { Reading, Stamp, Verdict } from "./cache-storage.ts";

/*
 * What a storage answers, if it is what the contract says; a TypeError otherwise. Backends are anybody's, and no caller may
 * meet what one of them does wrong: of each answer, what is looked at without asking has to be there.
 */

export function expectReading(reading: Reading): Reading {
  return isReading(reading) ? reading : refuse("Reading");
}

/** One for each that was asked for. */
export function expectReadings(readings: readonly Reading[], count: number): readonly Reading[] {
  return isListOf(isReading, readings) && readings.length === count ? readings : refuse("Reading[]");
}

export function expectStamp(stamp: Stamp): Stamp {
  return isStamp(stamp) ? stamp : refuse("Stamp");
}

export function expectVerdict(verdict: Verdict): Verdict {
  return isVerdict(verdict) ? verdict : refuse("Verdict");
}

export function expectExamination(seen: Examination): Examination {
  return isExamination(seen) ? seen : refuse("Examination");
}

/** Undefined: not now. */
export function expectAdvanced(advanced: Advanced | undefined): Advanced | undefined {
  return advanced === undefined || isAdvanced(advanced) ? advanced : refuse("Advanced");
}

function refuse(name: string): never {
  throw new TypeError(`What the storage answered is no \`${name}\``);
}

function isReading(reading: unknown): boolean {
  if (!isRecord(reading) || !isStamp(reading["at"])) return false;
  return reading["state"] === "miss" || isEntry(reading["entry"]);
}

function isVerdict(verdict: unknown): boolean {
  if (!isRecord(verdict)) return false;
  const { outcome, at, lastInvalidation } = verdict;
  return (
    outcome === "dropped" || (isStamp(at) && (outcome !== "fenced" || typeof lastInvalidation === "number"))
  );
}

function isExamination(seen: unknown): boolean {
  if (!isRecord(seen) || !isStamp(seen["at"])) return false;
  const { entry, steps, unsettled } = seen;
  return (
    (entry === undefined || isEntry(entry)) && isListOf(isRecord, steps) && isListOf(isRecord, unsettled)
  );
}

function isAdvanced(advanced: unknown): boolean {
  return isRecord(advanced) && Number.isFinite(advanced["ahead"]);
}

function isEntry(entry: unknown): boolean {
  return isRecord(entry) && isStamp(entry["stamp"]);
}

function isStamp(stamp: unknown): boolean {
  if (!isRecord(stamp)) return false;
  const { epoch, position, time } = stamp;
  return typeof epoch === "string" && Number.isFinite(position) && Number.isFinite(time);
}

function isListOf(is: (item: unknown) => boolean, list: unknown): boolean {
  return Array.isArray(list) && list.every(is);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
