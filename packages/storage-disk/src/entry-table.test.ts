import type { CacheEntry } from "@awsideman/cache-core";
import type { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { newDatabase, someFill } from "../test/support/new-database.ts";
import { EntryTable, footprint, toFill } from "./entry-table.ts";

function make(): { database: DatabaseSync; table: EntryTable } {
  const database = newDatabase();
  return { database, table: new EntryTable(database, "epoch") };
}

/** Sets the position of the ledger. */
function setPosition(database: DatabaseSync, position: number): void {
  database.prepare("update meta set position = ?1, guard = 3 * ?1").run(position);
}

function valueIn(table: EntryTable, id: string, now = 1_000): string | undefined {
  const look = table.read(id, now);
  return look.state === "entry" ? Buffer.from(look.entry.payload as Uint8Array).toString() : undefined;
}

const entry: CacheEntry = {
  id: "scope|user:list:all",
  tags: ["*", "user", "=user:list:all"],
  stamp: { epoch: "epoch", position: 3, time: 500 },
  expiresAt: 2_000,
  staleUntil: 3_000,
  payload: Buffer.from("value"),
  size: 321,
};

describe("an entry", () => {
  test("that was found to hold is held against the ledger again as soon as that moves, or its floor", () => {
    const { database, table } = make();
    setPosition(database, 4);
    table.fill(toFill(entry), 1_000);
    const state = (): string => table.read(entry.id, 1_000).state;
    expect([state(), state()]).toEqual(["entry", "entry"]);
    setPosition(database, 5);
    expect([state(), state()]).toEqual(["entry", "entry"]);
    database.exec("update meta set floor = 4, guard = guard + 20");
    expect(state()).toBe("nothing");
    database.exec("update meta set floor = 0, guard = guard - 20");
    expect(state()).toBe("entry");
    database.exec("insert into ledger values ('user', 6, 0)");
    setPosition(database, 6);
    expect(state()).toBe("nothing");
  });

  test("comes back as it was, with the row that it is in and the position of the ledger", () => {
    const { database, table } = make();
    setPosition(database, 4);
    expect(table.fill(toFill(entry), 1_000)).toBe(4);
    const look = table.read(entry.id, 1_000);
    expect(look).toEqual({
      state: "entry",
      position: 4,
      row: 1,
      entry: { ...entry, payload: Uint8Array.from(Buffer.from("value")) },
    });
    expect(table.read("scope|user:list", 1_000)).toEqual({ state: "nothing", position: 4 });
    expect(table.list(0, 1_000)).toEqual({
      entries: [
        {
          id: entry.id,
          tags: entry.tags,
          stamp: entry.stamp,
          expiresAt: 2_000,
          staleUntil: 3_000,
          size: 321,
        },
      ],
      next: undefined,
    });
    expect(table.count()).toBe(1);
  });

  test("that never expires does not", () => {
    const { table } = make();
    const stamp = { ...entry.stamp, position: 0 };
    table.fill(toFill({ ...entry, stamp, expiresAt: Infinity, staleUntil: Infinity }), 1_000);
    expect(table.read(entry.id, 8e15)).toMatchObject({
      entry: { expiresAt: Infinity, staleUntil: Infinity },
    });
  });

  test("is found until it cannot even be stale, and listed until it expires", () => {
    const { table } = make();
    table.replace(someFill("a", { expires: 2_000, stale: 3_000 }));
    expect([valueIn(table, "a", 2_999), valueIn(table, "a", 3_000)]).toEqual(["value", undefined]);
    expect([table.list(0, 1_999).entries.length, table.list(0, 2_000).entries.length]).toEqual([1, 0]);
  });

  test("of the future is nothing: the clock was set back", () => {
    const { table } = make();
    table.replace(someFill("a", { began: 1_000 }));
    expect([valueIn(table, "a", 1_000), valueIn(table, "a", 999)]).toEqual(["value", undefined]);
    expect(table.read("a", 999)).toEqual({ state: "nothing", position: 0 });
    expect([table.list(0, 1_000).entries.length, table.list(0, 999).entries.length]).toEqual([1, 0]);
  });

  test("of which a bit was flipped is damaged", () => {
    const { database, table } = make();
    setPosition(database, 2);
    for (const [column, value] of Object.entries({
      stamp: 1,
      began: 1,
      expires: 50_000,
      stale: 50_000,
      size: 1,
      checksum: 1,
      tags: '["a"]',
      value: Buffer.from("Value"),
    })) {
      table.replace(someFill(column));
      expect(valueIn(table, column)).toBe("value");
      database.prepare(`update entry set ${column} = ? where id = ?`).run(value, column);
      expect([column, table.read(column, 1_000)]).toEqual([column, { state: "damaged", position: 2 }]);
    }
    table.replace(someFill("id"));
    database.exec("update entry set id = 'another' where id = 'id'");
    expect(table.read("another", 1_000)).toEqual({ state: "damaged", position: 2 });
  });

  test("whose tags were invalidated is nothing, and not listed", () => {
    const { database, table } = make();
    table.replace(someFill("a", { tags: '["x"]' }));
    table.replace(someFill("b"));
    setPosition(database, 1);
    database.exec("insert into ledger values ('x', 1, 0)");
    expect(table.read("a", 1_000)).toEqual({ state: "nothing", position: 1 });
    expect(table.list(0, 1_000).entries.map(({ id }) => id)).toEqual(["b"]);
    expect(table.count()).toBe(2);
  });
});

describe("a fill", () => {
  const present = { stamp: 2, began: 200 };

  test.each([
    ["of a later position", { stamp: 3, began: 100 }, true],
    ["of the same moment", { stamp: 2, began: 200 }, true],
    ["that began later at the same position", { stamp: 2, began: 201 }, true],
    ["that began earlier at the same position", { stamp: 2, began: 199 }, false],
    ["of an earlier position", { stamp: 1, began: 300 }, false],
  ])("%s takes the place of what is there: %o, %s", (_, header, isStored) => {
    const { database, table } = make();
    setPosition(database, 3);
    table.replace(someFill("a", present));
    const position = table.fill(someFill("a", header, Buffer.from("new")), 1_000);
    expect(position).toBe(isStored ? 3 : undefined);
    expect(valueIn(table, "a")).toBe(isStored ? "new" : "value");
    expect(table.count()).toBe(1);
  });

  test("takes the place of what is of the future, and not of what is of the present", () => {
    const { database, table } = make();
    setPosition(database, 3);
    const earlier = someFill("a", { stamp: 1, began: 100 }, Buffer.from("new"));
    table.replace(someFill("a", present));
    expect(table.fill(earlier, 200)).toBeUndefined();
    expect(table.fill(earlier, 199)).toBe(3);
    expect(valueIn(table, "a")).toBe("new");
  });

  test("takes the place of everything about the one before", () => {
    const { table } = make();
    table.replace(someFill("a"));
    const header = { began: 5, expires: 7_000, stale: 8_000, size: 7, tags: '["x"]' };
    table.fill(someFill("a", header, Buffer.from("new")), 1_000);
    expect(table.read("a", 1_000)).toMatchObject({
      entry: { tags: ["x"], stamp: { time: 5 }, expiresAt: 7_000, staleUntil: 8_000, size: 7 },
    });
  });

  test("that the rule forbids is not stored", () => {
    const { database, table } = make();
    setPosition(database, 1);
    database.exec("insert into ledger values ('x', 1, 0)");
    expect(table.fill(someFill("a", { tags: '["x"]' }), 1_000)).toBeUndefined();
    expect(table.count()).toBe(0);
  });

  test("is stored without asking where the caller has asked", () => {
    const { table } = make();
    table.replace(someFill("a", present));
    table.replace(someFill("a", { stamp: 1, began: 1 }, Buffer.from("new")));
    expect(valueIn(table, "a")).toBe("new");
  });
});

test("what is removed is one entry, and only up to a stamp if one is given", () => {
  const { table } = make();
  for (const id of ["a", "b"]) table.replace(someFill(id, { stamp: 2 }));
  table.remove("a", 1);
  expect(table.count()).toBe(2);
  table.remove("a", 2);
  expect([valueIn(table, "a"), valueIn(table, "b")]).toEqual([undefined, "value"]);
  table.remove("b");
  expect(table.count()).toBe(0);
});

test("all are listed, page by page, in the order of their rows", () => {
  const { table } = make();
  const ids = Array.from({ length: 512 }, (_, index) => `a:${index}`);
  for (const id of ids) table.replace(someFill(id));
  const first = table.list(0, 1_000);
  expect([first.entries.length, first.next]).toEqual([256, 256]);
  const second = table.list(256, 1_000);
  expect([second.entries.length, second.next]).toEqual([256, 512]);
  expect([...first.entries, ...second.entries].map(({ id }) => id)).toEqual(ids);
  expect(table.list(512, 1_000)).toEqual({ entries: [], next: undefined });
});

describe("the form in which an entry is stored", () => {
  test("has whole numbers, rather too early than too late and rather too large than too small", () => {
    const stamp = { ...entry.stamp, time: 500.7 };
    const { header } = toFill({ ...entry, stamp, expiresAt: 2_000.9, staleUntil: 3_000.9, size: 320.1 });
    expect(header).toEqual({
      id: entry.id,
      stamp: 3,
      began: 500,
      expires: 2_000,
      stale: 3_000,
      size: 321,
      tags: '["*","user","=user:list:all"]',
    });
  });

  test("is of use for as long as it may be served, whatever is said of being stale", () => {
    expect(toFill({ ...entry, expiresAt: 4_000 }).header).toMatchObject({ expires: 4_000, stale: 4_000 });
  });

  test("is of bytes", () => {
    expect(() => toFill({ ...entry, payload: "text" })).toThrow(
      new TypeError("`payload` must be a Uint8Array for the disk storage"),
    );
  });

  test("takes as much room as its value and its names", () => {
    expect(footprint(someFill("id:a", { tags: '["abc"]' }, Buffer.alloc(1_000)))).toBe(1_011);
  });
});

describe("an entry that was found to hold", () => {
  test("is held against the ledger once for each of its positions, however many there are", () => {
    const { database, table } = make();
    const ids = ["a", "b", "c"];
    for (const id of ids) table.replace(someFill(id, { stamp: 3, tags: '["x"]' }));
    setPosition(database, 4);
    const values = (from: EntryTable): unknown[] => ids.map((id) => valueIn(from, id));
    expect(values(table)).toEqual(["value", "value", "value"]);
    // No ledger does that: whoever has asked does not notice, whoever asks does.
    database.exec("insert into ledger values ('x', 4, 0)");
    expect(values(table)).toEqual(["value", "value", "value"]);
    expect(values(new EntryTable(database, "epoch"))).toEqual([undefined, undefined, undefined]);
    setPosition(database, 5);
    expect(values(table)).toEqual([undefined, undefined, undefined]);
  });
});

test("a clock that was set back since the ledger's time was noted is told, whether there is an entry or not", () => {
  const { database, table } = make();
  table.replace(someFill("a"));
  setPosition(database, 2);
  database.exec("update meta set seen = 100000");
  for (const id of ["a", "b"]) {
    expect(table.read(id, 50_000)).toEqual({ state: "set-back", position: 2 });
    expect(table.read(id, 100_000)).toEqual({ state: "nothing", position: 2 });
  }
});

test("all can be removed at once, and what is known of their use", () => {
  const { database, table } = make();
  for (const id of ["a", "b"]) table.replace(someFill(id));
  database.exec("insert into used values (1, 1), (2, 2)");
  table.removeAll();
  expect(table.count()).toBe(0);
  expect(database.prepare("select count(*) as it from used").get()).toEqual({ it: 0 });
});
