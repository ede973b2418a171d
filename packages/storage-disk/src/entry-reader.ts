import type { Reading, StorageContext } from "@awsideman/cache-core";
import type { Look } from "./entry-table.ts";
import { stampOf, type Generation } from "./generation.ts";
import type { Maintenance } from "./maintenance.ts";
import { wasSetBack } from "./seen-time.ts";
import { BrokenDatabase, classifySqliteError } from "./sqlite-error.ts";

/** Reads an entry, and puts right what it finds wrong. */
export class EntryReader {
  readonly #maintenance: Maintenance;
  readonly #context: StorageContext;

  constructor(maintenance: Maintenance, context: StorageContext) {
    this.#maintenance = maintenance;
    this.#context = context;
  }

  /** @throws BrokenDatabase for what cannot be, in a database that is whole */
  read(generation: Generation, id: string, now: number): Reading {
    let look: Look;
    try {
      look = generation.entries.read(id, now);
    } catch (error) {
      if (classifySqliteError(error) !== "damaged-row") throw error;
      look = { state: "damaged", position: generation.ledger.position(), cause: error };
    }
    const at = stampOf(generation, look.position, now);
    if (look.state === "nothing") return { state: "miss", at };
    if (look.state === "set-back") {
      this.#forgetAges(generation, now);
      return { state: "miss", at };
    }
    if (look.state === "damaged") {
      this.#context.emit({
        type: "storage-recovered",
        message: "A damaged entry was removed",
        cause: look.cause,
      });
      this.#maintenance.attempt(() => generation.entries.remove(id));
      return { state: "miss", at };
    }
    const { entry, row } = look;
    if (entry.stamp.position > look.position) {
      throw new BrokenDatabase(
        `an entry is of position ${entry.stamp.position}, the ledger of ${look.position}`,
      );
    }
    if (generation.uses.note(row, now)) this.#maintenance.flush(generation);
    this.#maintenance.wake();
    return { state: entry.expiresAt > now ? "hit" : "stale", entry, at };
  }

  /** Forgets what is there if the clock is behind what the ledger has seen. */
  noticeClock(generation: Generation, seen: number, now: number): void {
    if (wasSetBack(seen, now)) this.#forgetAges(generation, now);
  }

  /** Nobody knows how old what was stored before the clock was set back is: all of it goes, and only once. */
  #forgetAges(generation: Generation, now: number): void {
    const isFirst = generation.transaction("relaxed", () => {
      if (!wasSetBack(generation.ledger.positionAndTime().seen, now)) return false;
      generation.entries.removeAll();
      generation.seenTime.reset(now);
      return true;
    });
    const message = "The clock was set back: what was on disk from before counts as expired";
    if (isFirst) this.#context.emit({ type: "storage-recovered", message });
  }
}
