import type { CacheParts } from "../cache-parts.ts";
import type { LoadLease } from "../storage/load-lease.ts";
import type { Flight } from "./flight.ts";

/** Keeps the lease that its reader was given, if he was, until the flight has landed. */
export function keepLease({ events }: CacheParts, lease: LoadLease | undefined, flight: Flight): void {
  if (lease?.state !== "yours") return;
  // It then lapses by itself.
  const failed = (error: unknown): void =>
    events.emit({ type: "storage-failed", operation: "keep a lease", error });
  try {
    const end = lease.keep();
    flight.landed
      .then((landing) => end(landing.kind === "loaded" && landing.verdict?.outcome === "stored"))
      .catch(failed);
  } catch (error) {
    failed(error);
  }
}
