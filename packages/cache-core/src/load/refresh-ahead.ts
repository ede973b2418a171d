import type { CacheParts } from "../cache-parts.ts";
import { messageOf } from "../errors/message-of.ts";
import type { Reading } from "../storage/cache-storage.ts";
import { after } from "../storage/maybe-promise.ts";
import type { OpenStorage } from "../storage/open-storage.ts";
import type { Flights } from "./flights.ts";
import { keepLease } from "./keep-lease.ts";
import type { LoadRequest } from "./load-request.ts";
import { runLoad } from "./run-load.ts";

/** Loads hits again in the background when their time is about to run out. */
export class RefreshAhead {
  readonly #parts: CacheParts;
  readonly #flights: Flights;
  /** What is about to be loaded again, by this process or, as it was told, by another one. */
  readonly #refreshing = new Set<string>();

  constructor(parts: CacheParts, flights: Flights) {
    this.#parts = parts;
    this.#flights = flights;
  }

  /** Somebody has this hit: begins, unless it has time enough, or is being loaded already. */
  consider<Value>(request: LoadRequest<Value>, open: OpenStorage, reading: Reading & { state: "hit" }): void {
    const { refreshAhead = 0 } = request.options;
    const { id } = request;
    if (!isDue(reading, refreshAhead) || this.#flights.get(id) || this.#refreshing.has(id)) return;
    this.#refreshing.add(id);
    // Of this process, too, only one asks: whether somebody else does it, and as of when the load is.
    void after(open.storage.read(id, refreshAhead), (again) => this.#refresh(request, open, again));
  }

  #refresh<Value>(request: LoadRequest<Value>, open: OpenStorage, reading: Reading | undefined): void {
    const { id, options } = request;
    const { events, clock } = this.#parts;
    const lease = reading?.lease;
    const done = (): void => void this.#refreshing.delete(id);
    if (lease?.state === "others") return void clock.after(lease.lapsesAfter, done, { background: true });
    done();
    const underWay = this.#flights.get(id);
    if (underWay !== undefined) return keepLease(this.#parts, lease, underWay);
    const isStillDue = reading?.state === "hit" && isDue(reading, options.refreshAhead ?? 0);
    // Where the entry has gone meanwhile, who has been given the lease loads all the same: others wait for him.
    if (reading === undefined || (!isStillDue && lease === undefined)) return;
    const flight = this.#flights.takeOff(id, { stamp: reading.at, ledger: open });
    keepLease(this.#parts, lease, flight);
    const release = (): void => this.#flights.release(id, flight);
    runLoad(this.#parts, { request, open, ledger: open, reading, flight, release }).catch(
      (error: unknown) => {
        events.emit({ type: "warning", message: `Refreshing ${id} failed: ${messageOf(error)}` });
      },
    );
  }
}

/** Whether a hit has less than so many milliseconds to live. */
function isDue({ entry, at }: Reading & { state: "hit" }, milliseconds: number): boolean {
  return entry.expiresAt - at.time < milliseconds;
}
