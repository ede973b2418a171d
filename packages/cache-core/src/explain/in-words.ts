import type { FenceReason } from "../storage/cache-storage.ts";
import type { LedgerStep, Unsettled } from "./examination.ts";
import type { NotKeptReason } from "./fill-history.ts";
import type { MissReason } from "./key-explanation.ts";

/**
 * Says a reason in a sentence, without its full stop.
 * @param now milliseconds, by the ledger's clock; undefined: times are said, but not how long ago
 */
export function inWords(reason: MissReason, now: number | undefined): string {
  switch (reason.kind) {
    case "disabled":
      return "the cache is switched off";
    case "unavailable":
      return `the storage cannot be used: ${reason.why}`;
    case "expired":
      return `it expired ${when(reason.at, now)}`;
    case "invalidated":
      return reason.by === undefined
        ? "it was invalidated, by what and when is not kept any more"
        : `it was invalidated ${byStep(reason.by, now)}`;
    case "older-than-ledger":
      return "it is older than what the ledger remembers, so nobody knows whether it was invalidated";
    case "other-ledger":
      return "it was stored in another life of the ledger, which was lost since";
    case "clock-set-back":
      return "it was loaded at a time that is still to come: the clock was set back";
    case "unsettled":
      return `what is loaded now is not stored: ${unsettled(reason.by, now)}`;
    case "fenced":
      return `what was loaded ${when(reason.at, now)} was not stored: ${fences[reason.reason]}`;
    case "not-kept":
      return `what was loaded ${when(reason.at, now)} was not kept: ${refusals[reason.reason]}`;
    case "evicted":
      return `it was loaded ${when(reason.storedAt, now)}, and is gone although it was good: room was needed`;
    case "other-scope":
      return `other callers or namespaces have it: ${reason.scopes.map(({ caller }) => caller || "the unnamed one").join(", ")}`;
    case "never-stored":
      return "it was never stored";
    case "not-there":
      return `nothing is there: it was never stored, or has expired, or was evicted or invalidated, which is not kept${last(reason.last, now)}`;
  }
}

const fences: Readonly<Record<FenceReason, string>> = {
  epoch: "the ledger was lost meanwhile",
  floor: "everything was invalidated meanwhile",
  invalidated: "something that it depends on was invalidated meanwhile",
  unsettled: "something that it depends on was being written",
};

const refusals: Readonly<Record<NotKeptReason, string>> = {
  busy: "the storage was busy",
  full: "the storage was full",
  "too-large": "it is too large",
  "not-storable": "it cannot be stored",
  "no-time-to-live": "it lives for no time",
  "no-stamp": "the storage did not answer before it was loaded",
};

function unsettled(by: Unsettled, now: number | undefined): string {
  const until = `until ${time(by.until)}${distance(by.until, now)}`;
  const write = by.kind === "recovering" || by.cause === undefined ? "a write" : by.cause;
  switch (by.kind) {
    case "recovering":
      return `the storage has begun anew, and waits ${until}`;
    case "settling":
      return `${write} settles ${until}`;
    case "operation":
      return `${write} is under way, ${until} at most`;
  }
}

function byStep({ cause, time: at }: LedgerStep, now: number | undefined): string {
  return `${when(at, now)}${cause === undefined ? "" : `, by ${cause}`}`;
}

function last(step: LedgerStep | undefined, now: number | undefined): string {
  return step === undefined ? "" : `; the last invalidation that concerns it was ${byStep(step, now)}`;
}

function when(at: number, now: number | undefined): string {
  return `at ${time(at)}${distance(at, now)}`;
}

function time(at: number): string {
  return new Date(at).toISOString();
}

function distance(at: number, now: number | undefined): string {
  if (now === undefined) return "";
  const seconds = Math.round(Math.abs(now - at) / 1000);
  return at <= now ? ` (${seconds} s ago)` : ` (in ${seconds} s)`;
}
