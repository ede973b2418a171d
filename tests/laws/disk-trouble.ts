import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pause } from "./pause.ts";
import type { Scenario } from "./scenario.ts";

/** Milliseconds for which somebody holds the lock: longer than an invalidation waits, with the settings of the race. */
const frozenFor = 60;

/** What happens to the cache in this directory, once. */
export const diskTroubles: Record<
  Exclude<Scenario["trouble"], "none">,
  (directory: string) => Promise<void> | void
> = {
  /** What a process does that could not record an invalidation. */
  "given-up"(directory) {
    for (const marker of markersIn(directory))
      rmSync(join(directory, "v2", "current", marker), { force: true });
  },

  /** A process that stops while it writes. */
  async frozen(directory) {
    const [marker] = markersIn(directory);
    if (marker === undefined) return;
    const database = new DatabaseSync(join(directory, "v2", `${marker.split(".")[0]}.db`), { timeout: 5 });
    try {
      database.exec("begin immediate");
      await pause(frozenFor);
    } catch {
      // Somebody else is writing, or it is not there any more: next time.
    } finally {
      database.close();
    }
  },
};

function markersIn(directory: string): readonly string[] {
  try {
    return readdirSync(join(directory, "v2", "current"));
  } catch {
    // A generation is just being made.
    return [];
  }
}
