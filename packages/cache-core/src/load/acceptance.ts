import type { LocalLedger } from "../ledger/local-ledger.ts";
import type { Stamp } from "../storage/cache-storage.ts";
import type { Flight, Landing } from "./flight.ts";
import { isComposite } from "./max-age.ts";

/** A reader that has joined a flight. */
export interface JoinedReader {
  /** Its place in the order of begins in this process. */
  readonly began: number;
  /** How many invalidations had been called in this process when it began. */
  readonly calls: Stamp;
  /** Of the storage that it was given; undefined when there was none. */
  readonly ledger: object | undefined;
  /** What its own look said of the ledger; undefined when the storage did not answer. */
  readonly arrival: Stamp | undefined;
  /** How many milliseconds old at most what he is given may be. */
  readonly maxAge: number;
}

/**
 * Whether a reader that joined a load may be given its result. A load that began after the reader did is always good.
 * Otherwise it must not have expired when the reader arrived, and the fill must have been stored, or nothing that
 * concerns it may have been recorded after the load's stamp by the time the reader arrived, and no tag of it been
 * unsettled.
 * @param calls the invalidations called in this process, recorded by the storage or not
 */
export function mayUse(
  flight: Flight,
  landing: Landing & { kind: "loaded" },
  reader: JoinedReader,
  calls: LocalLedger,
): boolean {
  if (flight.began > reader.began) return true;
  if (reader.maxAge < Infinity && isComposite(landing.tags)) return false;
  // What one ledger says of a fill, another may know better: the storage was replaced meanwhile.
  if (flight.ledger !== reader.ledger) return false;
  const calledBetween = reader.calls.position > flight.calls.position;
  if (calledBetween && !calls.allows(landing.tags, flight.calls)) return false;

  const { verdict, expiresAt = Infinity } = landing;
  // A load may take longer than what it loads is good for. Who knows no arrival came before the fill was judged, at least.
  const came = reader.arrival ?? (verdict?.outcome === "dropped" ? undefined : verdict?.at);
  if (came && came.time >= expiresAt) return false;
  switch (verdict?.outcome) {
    case "stored":
    case "too-large":
      return true;
    case "fenced": {
      const { stamp } = flight;
      const { arrival } = reader;
      if (verdict.reason === "epoch" || verdict.unsettled || stamp === undefined || arrival === undefined)
        return false;
      if (arrival.epoch !== stamp.epoch) return false;
      return verdict.lastInvalidation <= stamp.position || arrival.position <= stamp.position;
    }
    case "dropped":
    case undefined:
      return false;
  }
}

/**
 * Whether a reader that joined a load may be given its failure. An error is an answer too, "there is no such user" for
 * one, and nobody knows what it depends on: nothing at all may have been invalidated between the load's begin and the
 * reader's.
 */
export function mayFailWith({ began, calls, stamp }: Flight, reader: JoinedReader): boolean {
  if (began > reader.began) return true;
  const { arrival } = reader;
  if (reader.calls.position > calls.position || stamp === undefined || arrival === undefined) return false;
  return arrival.epoch === stamp.epoch && arrival.position <= stamp.position;
}
