import type { CacheParts } from "../cache-parts.ts";
import type { NotKeptReason } from "../explain/fill-history.ts";
import { valueFormFor, type Packed } from "../value/value-form.ts";
import { after } from "../storage/maybe-promise.ts";
import type { MaybePromise, Stamp, Verdict } from "../storage/cache-storage.ts";
import { entryOverhead } from "../storage/entry-overhead.ts";
import type { OpenStorage } from "../storage/open-storage.ts";

/** A value on its way into the cache. */
export interface FillRequest {
  readonly id: string;
  readonly value: unknown;
  readonly tags: readonly string[];
  /** Undefined: it must not be stored, because nobody knows of when it is. */
  readonly stamp: Stamp | undefined;
  /** By the ledger's clock. Not stored unless it is later than the stamp. */
  readonly expiresAt: number;
  readonly staleFor: number;
  /** See `CacheStorage.write`. */
  readonly supersedes?: string;
}

export interface Fill {
  /** Undefined when nothing was sent, or no answer came. */
  readonly verdict: MaybePromise<Verdict | undefined>;
  /** Makes a copy for another caller; undefined when that is impossible. */
  readonly share: (() => unknown) | undefined;
}

const privateCopies = valueFormFor("copies", false);

/** Puts a value into storable form and sends it. Never fails: a value that cannot be stored is an event. */
export function fill(parts: CacheParts, open: OpenStorage | undefined, request: FillRequest): Fill {
  const { id, tags, stamp, expiresAt, staleFor, supersedes } = request;
  // Without a storage, too, everybody who waits for the load gets a copy of his own.
  const values = open?.values ?? privateCopies;
  let packed: Packed;
  try {
    packed = values.pack(request.value);
  } catch (error) {
    parts.events.emit({ type: "not-storable", id, error });
    note(parts, id, "not-storable");
    return { verdict: undefined, share: undefined };
  }
  const { payload } = packed;
  const share = (): unknown => values.unpack(payload)?.value;
  if (open === undefined || stamp === undefined || expiresAt <= stamp.time) {
    note(parts, id, stamp === undefined || open === undefined ? "no-stamp" : "no-time-to-live");
    return { verdict: undefined, share };
  }

  const send = ({ payload, size }: Packed): MaybePromise<Verdict | undefined> => {
    const entry = { id, tags, stamp, expiresAt, staleUntil: expiresAt + staleFor, payload };
    return open.storage.write({ ...entry, size: size + entryOverhead(id, tags) }, supersedes);
  };
  const verdict = after(values.compress?.(packed) ?? packed, send);
  return { verdict: after(verdict, (answer) => report(parts, request, answer)), share };
}

function report(
  parts: CacheParts,
  { id, tags, stamp, expiresAt }: FillRequest,
  verdict: Verdict | undefined,
): Verdict | undefined {
  const { stats, events, fills } = parts;
  switch (verdict?.outcome) {
    case "stored":
      stats.count("sets", id);
      if (stamp !== undefined) fills.note(id, { outcome: "stored", stamp, tags, expiresAt });
      if (events.hears("stored")) events.emit({ type: "stored", id });
      break;
    case "fenced":
      stats.count("fenced", id);
      fills.note(id, { outcome: "fenced", time: verdict.at.time, reason: verdict.reason });
      if (events.hears("fenced")) events.emit({ type: "fenced", id, reason: verdict.reason });
      break;
    case "too-large":
      events.emit({ type: "not-kept", id, reason: "too-large" });
      note(parts, id, "too-large");
      break;
    case "dropped":
      events.emit({ type: "not-kept", id, reason: verdict.reason });
      note(parts, id, verdict.reason);
      break;
    case undefined:
      break;
  }
  return verdict;
}

function note({ fills, clock }: CacheParts, id: string, reason: NotKeptReason): void {
  fills.note(id, { outcome: "not-kept", time: clock.now(), reason });
}
