import type { LocalLedger } from "../ledger/local-ledger.ts";
import { Flight, type FlightOptions } from "./flight.ts";

/** The loads under way that readers may join, by id, and the order in which all readers and loads of a cache begin. */
export class Flights {
  readonly #calls: LocalLedger;
  readonly #flights = new Map<string, Flight>();
  #begins = 0;

  /** @param calls the invalidations that were called in this process */
  constructor(calls: LocalLedger) {
    this.#calls = calls;
  }

  get size(): number {
    return this.#flights.size;
  }

  get(id: string): Flight | undefined {
    return this.#flights.get(id);
  }

  /** The place of who begins now in the order of begins. */
  begin(): number {
    return ++this.#begins;
  }

  /**
   * A load begins.
   * @param id under which others may join it; undefined: nobody may
   */
  takeOff(id: string | undefined, options: Omit<FlightOptions, "began" | "calls">): Flight {
    const flight = new Flight({ began: this.begin(), calls: this.#calls.stamp(0), ...options });
    if (id !== undefined) this.#flights.set(id, flight);
    return flight;
  }

  /** Nobody joins it any more. */
  release(id: string, flight: Flight): void {
    if (this.#flights.get(id) === flight) this.#flights.delete(id);
  }

  /** Gives up those that nobody waits for. */
  giveUp(reason: unknown): void {
    for (const flight of this.#flights.values()) flight.giveUp(reason);
  }
}
