import type { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { newDatabase, someFill } from "../test/support/new-database.ts";
import { EntryTable } from "./entry-table.ts";
import { Evictor, type EvictorContext } from "./evictor.ts";
import { limitsOf } from "./limits.ts";

const limit = 1024 * 1024;
const high = 0.97 * limit;
const low = 0.93 * limit;
const brim = 0.995 * limit;

/** A database within a limit of 1 MB, at the time of 1,000. */
class Subject {
  readonly database: DatabaseSync = newDatabase();
  readonly entries = new EntryTable(this.database, "epoch");
  readonly evicted: [entries: number, reason: string][] = [];
  readonly evictor = this.another();
  /** What takes space beside the database, and whether that can be spared. */
  aside = 0;
  canSpare = false;
  #stored = 0;

  /** That of another process, as it were. */
  another(maximumBytes = limit): Evictor {
    let turn = 0;
    const context: EvictorContext = {
      // A sample is one of 64 places: evenly from everywhere.
      random: () => (turn++ % 64) / 64,
      now: () => 1_000,
      onEvicted: (entries, reason) => this.evicted.push([entries, reason]),
    };
    return new Evictor(this.database, limitsOf({ cacheDirectory: "", maximumBytes }), context, {
      bytes: () => this.aside,
      free: () => {
        if (!this.canSpare) return false;
        this.aside = 0;
        this.canSpare = false;
        return true;
      },
    });
  }

  store(size: number, header: Parameters<typeof someFill>[1] = {}): void {
    this.entries.replace(someFill(`a:${this.#stored++}`, header, Buffer.alloc(size)));
  }

  /** Stores until there is as much as that. */
  storeUpTo(bytes: number, size: number): void {
    while (this.evictor.bytes() < bytes) this.store(size);
  }

  /** What is stored, by one column. */
  all(column: string): unknown[] {
    return this.database
      .prepare(`select ${column} as it from entry order by row`)
      .all()
      .map(({ it }) => it);
  }

  use(row: number, at: number): void {
    this.database.prepare("insert into used values (?, ?)").run(row, at);
  }

  get uses(): number {
    return this.database.prepare("select count(*) as it from used").get()?.["it"] as number;
  }

  get fileSize(): number {
    return (this.database.prepare("pragma page_count").get()?.["page_count"] as number) * 4_096;
  }
}

describe("what the database takes", () => {
  test("is counted without the pages that are free", () => {
    const subject = new Subject();
    const empty = subject.evictor.bytes();
    expect(empty).toBe(subject.fileSize);
    subject.store(100_000);
    const full = subject.evictor.bytes();
    expect(full - empty).toBeGreaterThan(95_000);
    expect(full).toBe(subject.fileSize);
    subject.evictor.remove([1]);
    expect(subject.evictor.bytes()).toBeLessThan(empty + 5_000);
    expect(subject.fileSize).toBe(full);
  });
});

describe("making room", () => {
  test("removes nothing while there is enough", () => {
    const subject = new Subject();
    subject.storeUpTo(0.9 * limit, 10_000);
    expect(subject.evictor.makeRoom(1_000)).toBe(true);
    expect(subject.evicted).toEqual([]);
  });

  test("says no when there is none to be made", () => {
    const { evictor } = new Subject();
    expect(evictor.makeRoom(1.1 * limit)).toBe(false);
    expect(evictor.makeRoom(0.5 * limit)).toBe(true);
  });

  test("counts what is needed", () => {
    const subject = new Subject();
    subject.storeUpTo(0.8 * limit, 4_000);
    expect(subject.evictor.makeRoom(0.25 * limit)).toBe(true);
    expect(subject.evicted.length).toBeGreaterThan(0);
    expect(subject.evictor.bytes()).toBeLessThanOrEqual(brim - 0.25 * limit);
  });

  test("looks at every eighth fill whether others have filled too, and not in between", () => {
    const subject = new Subject();
    expect(subject.evictor.makeRoom(1_000)).toBe(true);
    subject.storeUpTo(high + 5_000, 5_000);
    for (let fill = 1; fill < 8; fill++) {
      subject.evictor.makeRoom(1_000);
      expect([fill, subject.evicted]).toEqual([fill, []]);
    }
    expect(subject.evictor.makeRoom(1_000)).toBe(true);
    expect(subject.evicted).toHaveLength(1);
  });

  test("looks at once when its own fills come near the limit", () => {
    const subject = new Subject();
    const empty = subject.evictor.bytes();
    expect(subject.evictor.makeRoom(1_000)).toBe(true);
    subject.storeUpTo(0.5 * limit, 5_000);
    // Believed to take nearly nothing, but with this one nearly all.
    const needed = high - empty;
    expect(subject.evictor.makeRoom(needed)).toBe(true);
    expect(subject.evictor.bytes()).toBeLessThanOrEqual(brim - needed);
  });

  test("knows after a look how much there is, and not only what it has filled itself", () => {
    const subject = new Subject();
    subject.storeUpTo(0.9 * limit, 5_000);
    expect(subject.evictor.makeRoom(1_000)).toBe(true);
    subject.storeUpTo(high, 5_000);
    expect(subject.evictor.makeRoom(0.08 * limit)).toBe(true);
    expect(subject.evicted.length).toBeGreaterThan(0);
    expect(subject.evictor.bytes()).toBeLessThanOrEqual(brim - 0.08 * limit);
  });

  test("removes a little at a time, until there is room for a while", () => {
    const subject = new Subject();
    subject.storeUpTo(high + 3_000, 2_000);
    let calls = 0;
    for (; subject.evictor.bytes() > low - 100; calls++) {
      const before = subject.evicted.length;
      expect(subject.evictor.makeRoom(100)).toBe(true);
      expect(subject.evicted.length).toBe(before + 1);
    }
    expect(calls).toBeGreaterThan(1);
    const { length } = subject.evicted;
    for (let fill = 0; fill < 20; fill++) expect(subject.evictor.makeRoom(100)).toBe(true);
    expect(subject.evicted).toHaveLength(length);
  });

  test("removes at once what is above the brim", () => {
    const subject = new Subject();
    subject.storeUpTo(1.05 * limit, 2_000);
    expect(subject.evictor.makeRoom(100)).toBe(true);
    expect(subject.evictor.bytes()).toBeLessThanOrEqual(brim);
  });

  test("gives up when many small entries would have to go for a large one, and stays within bounds", () => {
    const subject = new Subject();
    subject.database.exec("begin");
    for (let index = 0; index < 6_000; index++) subject.store(10);
    subject.database.exec("commit");
    const before = subject.all("row").length;
    const evictor = subject.another(0.3 * limit);
    expect(evictor.makeRoom(0.29 * limit)).toBe(false);
    const rounds = subject.evicted.length;
    expect(rounds).toBe(64);
    expect(before - subject.all("row").length).toBe(subject.evicted.reduce((sum, [some]) => sum + some, 0));
  });

  test("removes something as soon as it is told that there was less room than it believed", () => {
    const subject = new Subject();
    subject.storeUpTo(0.95 * limit, 2_000);
    expect(subject.evictor.makeRoom(100)).toBe(true);
    expect(subject.evicted).toEqual([]);
    subject.evictor.expectShortage();
    expect(subject.evictor.makeRoom(100)).toBe(true);
    expect(subject.evicted).toHaveLength(1);
  });

  test("keeps the pages that are free for what is stored next", () => {
    const subject = new Subject();
    subject.storeUpTo(0.9 * limit, 100_000);
    subject.evictor.remove(subject.all("row") as number[]);
    const before = subject.fileSize;
    expect(subject.evictor.makeRoom(100)).toBe(true);
    expect(subject.fileSize).toBe(before);
  });

  test("makes a file smaller that is too large", () => {
    const subject = new Subject();
    subject.storeUpTo(3 * limit, 100_000);
    subject.evictor.remove(subject.all("row") as number[]);
    const before = subject.fileSize;
    // 256 pages at a time.
    expect(subject.evictor.makeRoom(100)).toBe(true);
    expect(before - subject.fileSize).toBe(limit);
    expect(subject.evicted).toEqual([]);
  });
});

describe("what is removed", () => {
  test("nothing of nothing", () => {
    const subject = new Subject();
    expect(subject.evictor.evict()).toBe(false);
    expect(subject.evicted).toEqual([]);
  });

  test("all in the sample that cannot be served any more, and nothing else when that is enough", () => {
    const subject = new Subject();
    for (let index = 0; index < 6; index++) {
      subject.store(10);
      subject.store(10, { expires: 900, stale: 1_000 });
      subject.store(10, { tags: '["dead"]' });
    }
    subject.database.exec(
      "insert into ledger values ('dead', 1, 0); update meta set position = 1, guard = 3",
    );
    // Wherever the rows begin.
    subject.database.exec("update entry set row = row + 1000");
    expect(subject.evictor.evict()).toBe(true);
    expect(new Set(subject.all("tags"))).toEqual(new Set(['["*"]']));
    expect(subject.all("row")).toHaveLength(6);
    expect(subject.evicted).toEqual([
      [6, "expired"],
      [6, "invalidated"],
    ]);
  });

  test("what expired is kept while it may serve as stale", () => {
    const subject = new Subject();
    for (let index = 0; index < 9; index++) subject.store(10, { expires: 900, stale: 1_001 });
    expect(subject.evictor.evict()).toBe(true);
    expect(subject.evicted).toEqual([[3, "size"]]);
  });

  test("of what is good a quarter, rounded up, and what was used the longest time ago", () => {
    const subject = new Subject();
    for (let index = 0; index < 9; index++) subject.store(10, { began: 500 });
    // The others were used when they were loaded.
    for (const [row, at] of [
      [2, 400],
      [4, 450],
      [6, 499],
      [7, 501],
      [8, 900],
    ] as const)
      subject.use(row, at);
    expect(subject.evictor.evict()).toBe(true);
    expect(subject.all("row")).toEqual([1, 3, 5, 7, 8, 9]);
    expect(subject.evicted).toEqual([[3, "size"]]);
  });

  test("what is dead counts for the quarter", () => {
    const subject = new Subject();
    for (let index = 0; index < 7; index++) subject.store(10, { began: index + 1 });
    subject.store(10, { began: 0, expires: 1, stale: 1 });
    expect(subject.evictor.evict()).toBe(true);
    expect(subject.evicted).toEqual([
      [1, "size"],
      [1, "expired"],
    ]);
    expect(subject.all("row")).toEqual([2, 3, 4, 5, 6, 7]);
  });

  test("is taken from everywhere", () => {
    const subject = new Subject();
    for (let index = 0; index < 200; index++) subject.store(10, { began: index < 100 ? 1 : 0 });
    subject.evictor.evict();
    // The first half was used later: it can only be spared if the second half is in the sample.
    const rows = subject.all("row") as number[];
    expect(rows).toHaveLength(200 - 16);
    expect(rows.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  test("what is known of its use goes with it", () => {
    const subject = new Subject();
    for (let row = 1; row <= 4; row++) {
      subject.store(10);
      subject.use(row, row);
    }
    subject.evictor.remove([1, 3]);
    expect([subject.all("row"), subject.uses]).toEqual([[2, 4], 2]);
  });
});

describe("a file that is larger than the limit", () => {
  test("is made smaller a little at a time, by removing entries and giving back pages", () => {
    const subject = new Subject();
    subject.database.exec("begin");
    subject.storeUpTo(4 * limit, 2_000);
    subject.database.exec("commit");
    expect(subject.evictor.isTooLarge).toBe(true);
    const rounds: number[] = [];
    let isMore = true;
    while (isMore) {
      const before = subject.evicted.length;
      isMore = subject.evictor.reclaim();
      rounds.push(subject.evicted.length - before);
    }
    expect(rounds.length).toBeGreaterThan(3);
    expect([rounds[0], Math.max(...rounds)]).toEqual([8, 8]);
    expect(subject.evictor.isTooLarge).toBe(false);
    expect(subject.fileSize).toBeLessThan(brim);
    // No more than necessary.
    expect(subject.evictor.bytes()).toBeGreaterThan(0.9 * limit);
  });

  test("is not, when it is within the limit: nothing is removed, and there is no more to do", () => {
    const subject = new Subject();
    subject.storeUpTo(0.9 * limit, 5_000);
    expect(subject.evictor.isTooLarge).toBe(false);
    expect(subject.evictor.reclaim()).toBe(false);
    expect(subject.evicted).toEqual([]);
  });

  test("of which nothing is in use is given back to the file system", () => {
    const subject = new Subject();
    subject.storeUpTo(1.5 * limit, 100_000);
    subject.evictor.remove(subject.all("row") as number[]);
    expect(subject.evictor.shrink()).toBe(true);
    expect(subject.evictor.shrink()).toBe(false);
    expect(subject.fileSize).toBe(subject.evictor.bytes());
  });

  test("that cannot be made smaller, because nothing in it can be removed, is the end of it", () => {
    const subject = new Subject();
    const evictor = subject.another(4_096);
    expect(evictor.isTooLarge).toBe(true);
    expect(evictor.reclaim()).toBe(false);
  });
});

describe("what takes space beside the database", () => {
  test("counts within the limit, and is not what the database takes", () => {
    const subject = new Subject();
    subject.storeUpTo(0.7 * limit, 2_000);
    const before = subject.evictor.bytes();
    subject.aside = 0.3 * limit;
    expect(subject.evictor.bytes()).toBe(before);
    expect(subject.evictor.isTooLarge).toBe(true);
    expect(subject.evictor.makeRoom(100)).toBe(true);
    expect(subject.evicted).not.toEqual([]);
    expect(subject.evictor.bytes()).toBeLessThanOrEqual(brim - subject.aside);
  });

  test("goes first, if it can be spared, when a fill needs room", () => {
    const subject = new Subject();
    subject.storeUpTo(0.7 * limit, 2_000);
    subject.aside = 0.3 * limit;
    subject.canSpare = true;
    expect(subject.evictor.makeRoom(100)).toBe(true);
    expect([subject.aside, subject.evicted]).toEqual([0, []]);
  });

  test("goes first in upkeep", () => {
    const subject = new Subject();
    subject.storeUpTo(0.7 * limit, 2_000);
    subject.aside = 0.3 * limit;
    subject.canSpare = true;
    expect(subject.evictor.reclaim()).toBe(false);
    expect([subject.aside, subject.evicted]).toEqual([0, []]);
  });

  test("makes upkeep remove entries, where it cannot be spared", () => {
    const subject = new Subject();
    subject.storeUpTo(0.7 * limit, 2_000);
    subject.aside = 0.3 * limit;
    while (subject.evictor.reclaim());
    expect(subject.evictor.isTooLarge).toBe(false);
    expect(subject.evictor.bytes()).toBeLessThanOrEqual(high - subject.aside);
  });
});

describe("relief for what is not a fill", () => {
  test("is both what can be spared beside the database and some entries", () => {
    const subject = new Subject();
    subject.store(10);
    subject.aside = 1_000;
    subject.canSpare = true;
    expect(subject.evictor.relieve()).toBe(true);
    expect([subject.aside, subject.evicted]).toEqual([0, [[1, "size"]]]);
  });

  test.each([
    [true, false],
    [false, true],
    [false, false],
  ])("is there when either is: entries %s, beside %s", (hasEntries, canSpare) => {
    const subject = new Subject();
    if (hasEntries) subject.store(10);
    subject.canSpare = canSpare;
    expect(subject.evictor.relieve()).toBe(hasEntries || canSpare);
    expect(subject.evicted).toHaveLength(hasEntries ? 1 : 0);
  });
});
