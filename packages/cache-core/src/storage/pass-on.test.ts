import { expect, test } from "vitest";
import type { CacheStorage } from "./cache-storage.ts";
import { passOn } from "./pass-on.ts";

class Counting implements Pick<CacheStorage, "addCounters" | "counters"> {
  readonly #counted = { hits: 3 };

  addCounters(): void {
    this.#counted.hits++;
  }

  counters(): { readonly hits: number } {
    return this.#counted;
  }
}

test("passes on what is named and is there, and calls it on the storage it belongs to", async () => {
  const storage = new Counting() as unknown as CacheStorage;
  const passed = passOn(storage, ["counters", "check"]);
  expect(Object.keys(passed)).toEqual(["counters"]);
  expect(await passed.counters?.()).toEqual({ hits: 3 });
});
