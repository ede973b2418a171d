import { describe, expect, test } from "vitest";
import { HeldEntries } from "./held-entries.ts";
import { HeldEntry } from "./held-entry.ts";

function held(
  id: string,
  size = 1,
  times: { readonly began?: number; readonly expiresAt?: number } = {},
): HeldEntry {
  const { began = 1_000, expiresAt = Infinity } = times;
  const stamp = { epoch: "e", position: 0, time: began };
  const entry = { id, tags: [], stamp, expiresAt, staleUntil: expiresAt, payload: undefined, size };
  return new HeldEntry(entry, 0, 1_000);
}

function make(ids: readonly string[], maxEntries: number): HeldEntries {
  const entries = new HeldEntries({ maxBytes: 100, maxEntries });
  for (const id of ids) entries.put(held(id));
  return entries;
}

const idsOf = (entries: HeldEntries): string[] => [...entries].map(({ id }) => id);

describe("room", () => {
  test("is made by what has been there longest, if nothing was read", () => {
    const entries = make(["a", "b", "c"], 3);
    expect(entries.put(held("d"))).toBe(1);
    expect(entries.put(held("e"))).toBe(1);
    expect(idsOf(entries)).toEqual(["c", "d", "e"]);
  });

  test("is not made by what was read since room was last looked for, and by that the next time", () => {
    const entries = make(["a", "b", "c"], 3);
    entries.get("a")?.use();
    entries.put(held("d"));
    expect(idsOf(entries)).toEqual(["a", "c", "d"]);
    entries.put(held("e"));
    expect(idsOf(entries)).toEqual(["a", "d", "e"]);
    entries.put(held("f"));
    expect(idsOf(entries)).toEqual(["d", "e", "f"]);
  });

  test("is found where everything was read", () => {
    const entries = make(["a", "b", "c"], 3);
    for (const entry of entries) entry.use();
    entries.put(held("d"));
    expect(idsOf(entries)).toEqual(["b", "c", "d"]);
  });

  test("is not looked for everywhere where there are many, all of which were read", () => {
    const entries = new HeldEntries({ maxBytes: 1_000_000, maxEntries: 5_000 });
    for (let id = 0; id < 5_000; id++) entries.put(held(`k${id}`));
    for (const entry of entries) entry.use();
    entries.put(held("new"));
    expect([...entries].filter(({ isUsed }) => isUsed)).toHaveLength(3_999);
  });

  test("is made by as many as it takes, and never by what is put in", () => {
    const entries = make(["a", "b", "c"], 10);
    expect(entries.put(held("d", 98))).toBe(1);
    expect(idsOf(entries)).toEqual(["b", "c", "d"]);
    expect(entries.bytes).toBe(100);
    expect(entries.put(held("e", 100))).toBe(3);
    expect(idsOf(entries)).toEqual(["e"]);
  });

  test("goes on in the right order after what was next to go is deleted, or put in anew", () => {
    const entries = make(["a", "b", "c", "d"], 4);
    entries.delete(entries.get("a") as HeldEntry);
    entries.put(held("b"));
    entries.put(held("e"));
    entries.put(held("f"));
    expect(idsOf(entries)).toEqual(["d", "b", "e", "f"]);
    for (const entry of entries) entries.delete(entry);
    expect([entries.size, entries.bytes]).toEqual([0, 0]);
    for (const id of ["g", "h", "i", "j", "k"]) entries.put(held(id));
    expect(idsOf(entries)).toEqual(["h", "i", "j", "k"]);
  });

  test("is all there after everything was cleared", () => {
    const entries = make(["a", "b"], 2);
    entries.clear();
    expect([entries.put(held("c")), entries.put(held("d")), entries.put(held("e"))]).toEqual([0, 0, 1]);
    expect(idsOf(entries)).toEqual(["d", "e"]);
  });
});

describe("an entry is alive", () => {
  test("from when it began until it expires", () => {
    const entry = held("a", 1, { began: 1_010, expiresAt: 1_020 });
    expect([9, 10, 19, 20].map((time) => entry.isAlive(time))).toEqual([false, true, true, false]);
  });

  test("never longer than that, if its times are no whole numbers", () => {
    const entry = held("a", 1, { began: 1_010.5, expiresAt: 1_020.5 });
    expect([10, 11, 19, 20].map((time) => entry.isAlive(time))).toEqual([false, true, true, false]);
  });

  test("as far as that can be told by small numbers", () => {
    const entry = held("a", 1, { expiresAt: Infinity });
    expect([2 ** 31 - 2, 2 ** 31 - 1].map((time) => entry.isAlive(time))).toEqual([true, false]);
    const late = held("a", 1, { began: 2 ** 40, expiresAt: Infinity });
    expect([2 ** 31 - 1, 2 ** 41].map((time) => late.isAlive(time))).toEqual([false, false]);
  });
});
