import { expect, test } from "vitest";
import { ManyKeys } from "./many-keys.ts";

/** A million, with the size of the heap: `pnpm bench leaks`. */
const keys = 20_000;

test.each(["at once", "by promise"] as const)(
  `after ${keys} keys nothing of them is left but what is bounded, in a storage that answers %s`,
  async (kind) => {
    const many = new ManyKeys(kind, 1_000);
    await many.ask(keys);
    const { remembered, entries, ...left } = await many.sizes();
    expect(left).toEqual({ flights: 0, pending: 0, timers: 0, listeners: 0 });
    expect(entries).toBeLessThanOrEqual(1_000);
    expect(remembered).toBeLessThanOrEqual(10_200);
    // And there was something to be forgotten.
    expect(entries).toBeGreaterThan(900);
    expect(remembered).toBeGreaterThan(4_000);
    await many.close();
  },
);
