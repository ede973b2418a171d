import { closeSync, openSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CacheError, type StorageEvent } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { temporaryDirectory } from "../test/support/harness.ts";
import { someFill } from "../test/support/new-database.ts";
import { GenerationDirectory } from "./generation-directory.ts";
import { GenerationKeeper } from "./generation-keeper.ts";
import type { Generation } from "./generation.ts";
import { limitsOf } from "./limits.ts";
import { BrokenDatabase, LedgerIsFull } from "./sqlite-error.ts";

const quarantine = 900_000;

/** Processes that share a folder, and what they tell. */
class Subject {
  readonly clock = new FakeClock(1_000);
  readonly events: StorageEvent[] = [];
  readonly base = temporaryDirectory();
  readonly root = path.join(this.base, "v2");
  readonly directory = new GenerationDirectory(this.base);

  join(): GenerationKeeper {
    const limits = limitsOf({ cacheDirectory: this.base, maximumBytes: 1024 * 1024 });
    const keeper = new GenerationKeeper(new GenerationDirectory(this.base), limits, {
      clock: this.clock,
      random: () => 0.5,
      emit: (event) => this.events.push(event),
    });
    onTestFinished(() => keeper.close());
    return keeper;
  }

  /** Another process ends the generation. */
  endIt(): void {
    this.directory.retractAny();
  }

  get messages(): string[] {
    return this.events.map((event) => ("message" in event ? event.message : event.type));
  }

  get databases(): string[] {
    return readdirSync(this.root).filter((name) => name.endsWith(".db"));
  }
}

const epochIn = (keeper: GenerationKeeper): string => keeper.use(({ epoch }) => epoch);
const quietIn = (keeper: GenerationKeeper): number => keeper.use(({ ledger }) => ledger.quietUntil());
const record = (generation: Generation, tag: string): number =>
  generation.transaction("relaxed", () => generation.ledger.supersede(tag));

/** Fails the first time. */
function failOnce<Result>(error: unknown, then: (generation: Generation) => Result) {
  let isFirst = true;
  return (generation: Generation): Result => {
    if (!isFirst) return then(generation);
    isFirst = false;
    throw error;
  };
}

describe("what is done with the generation in use", () => {
  test("is done once, with the same one until that ends, and then with the next", () => {
    const subject = new Subject();
    const [one, other] = [subject.join(), subject.join()];
    expect(one.opened).toBeUndefined();
    const epoch = epochIn(one);
    expect(one.opened?.epoch).toBe(epoch);
    expect(one.use((generation) => generation)).toBe(one.opened);
    expect(epochIn(other)).toBe(epoch);
    subject.endIt();
    const next = epochIn(one);
    expect(next).not.toBe(epoch);
    expect(epochIn(other)).toBe(next);
    expect(subject.databases).toEqual([`${next}.db`]);
    expect(subject.events).toEqual([]);
  });

  test("fails as it does, when that has nothing to do with the generation", () => {
    const subject = new Subject();
    const keeper = subject.join();
    const epoch = epochIn(keeper);
    const error = new Error("the caller's own");
    expect(() => keeper.use(failOnce(error, () => 1))).toThrow(error);
    expect(epochIn(keeper)).toBe(epoch);
    expect(subject.events).toEqual([]);
  });

  test("is done again with the next one, when the generation is damaged: everybody is told", () => {
    const subject = new Subject();
    const keeper = subject.join();
    const epoch = epochIn(keeper);
    const cause = new BrokenDatabase("a test");
    const next = keeper.use(failOnce(cause, (generation) => generation.epoch));
    expect(next).not.toBe(epoch);
    expect(epochIn(subject.join())).toBe(next);
    expect(subject.events).toMatchObject([{ type: "storage-recovered", cause }]);
    expect(subject.messages).toEqual([
      expect.stringMatching(`^The cache was damaged, and begins anew; what there was is in .*-${epoch}$`),
    ]);
  });

  test("is done again with the next one, when the ledger is full: nothing is damaged", () => {
    const subject = new Subject();
    const keeper = subject.join();
    const epoch = epochIn(keeper);
    const cause = new LedgerIsFull("a test");
    expect(keeper.use(failOnce(cause, (generation) => generation.epoch))).not.toBe(epoch);
    expect(subject.events).toEqual([
      { type: "storage-recovered", message: "The ledger is full, so the cache begins anew", cause },
    ]);
    expect(readdirSync(subject.root).filter((name) => name.startsWith("damaged"))).toEqual([]);
  });

  test("is done again with the next one, when it fails in any way while others end the generation", () => {
    const subject = new Subject();
    const keeper = subject.join();
    const epoch = epochIn(keeper);
    let calls = 0;
    const next = keeper.use((generation) => {
      if (calls++ > 0) return generation.epoch;
      subject.endIt();
      throw new Error("its files are gone");
    });
    expect(next).not.toBe(epoch);
    expect(subject.events).toEqual([]);
  });

  test("fails when it fails with the next one too", () => {
    const subject = new Subject();
    const keeper = subject.join();
    const fail = (): never => {
      throw new BrokenDatabase("again");
    };
    expect(() => keeper.use(fail)).toThrow("again");
    expect(subject.events).toHaveLength(1);
  });

  test("fails when it is closed, which can be done at any time", () => {
    const subject = new Subject();
    const keeper = subject.join();
    keeper.use(() => 1);
    const generation = keeper.opened as Generation;
    keeper.close();
    keeper.close();
    expect(keeper.opened).toBeUndefined();
    const closed = { code: "CACHE_CLOSED", message: "The disk storage is closed" };
    expect(() => keeper.use(() => 1)).toThrow(expect.objectContaining(closed));
    expect(() => generation.ledger.position()).toThrow("database is not open");
    // It is the cache that is closed, and not the generation: others go on with it.
    expect(epochIn(subject.join())).toBe(generation.epoch);
  });

  test("closes the one that ended before it makes another", () => {
    const subject = new Subject();
    const keeper = subject.join();
    const before = keeper.use((generation) => generation);
    subject.endIt();
    keeper.use(() => 1);
    expect(() => before.ledger.position()).toThrow("database is not open");
  });
});

describe("a generation that cannot be opened", () => {
  test("says why, in the cache's own words", () => {
    const subject = new Subject();
    subject.directory.prepare();
    writeFileSync(path.join(subject.root, "current"), "");
    expect(() => epochIn(subject.join())).toThrow(
      expect.objectContaining({
        code: "CACHE_BACKEND_UNAVAILABLE",
        message: expect.stringMatching(/^The cache on disk cannot be opened: ENOTDIR/),
        cause: expect.objectContaining({ code: "ENOTDIR" }),
      }),
    );
    expect(readdirSync(subject.root)).toEqual(["current"]);
  });

  test("says why in the words of whoever knows better", () => {
    const subject = new Subject();
    const keeper = subject.join();
    const error = new CacheError("CACHE_BACKEND_UNAVAILABLE", "It belongs to somebody else");
    const prepare = vi.spyOn(keeper.directory, "prepare").mockImplementation(() => {
      throw error;
    });
    expect(() => epochIn(keeper)).toThrow(error);
    prepare.mockRestore();
    expect(() => epochIn(keeper)).not.toThrow();
  });

  test("says that somebody holds it, as SQLite does, so that it can be tried again", () => {
    const subject = new Subject();
    const epoch = epochIn(subject.join());
    const keeper = subject.join();
    const hasDatabase = vi.spyOn(keeper.directory, "hasDatabase").mockImplementationOnce(() => {
      throw Object.assign(new Error("database is locked"), { errcode: 5 });
    });
    expect(() => epochIn(keeper)).toThrow(
      expect.objectContaining({ errcode: 5, message: "database is locked" }),
    );
    hasDatabase.mockRestore();
    expect(epochIn(keeper)).toBe(epoch);
    expect(subject.events).toEqual([]);
  });

  test("because others end it again and again is told after ten times", () => {
    const subject = new Subject();
    const keeper = subject.join();
    let attempts = 0;
    vi.spyOn(keeper.directory, "found").mockImplementation(() => {
      attempts++;
      subject.endIt();
      return false;
    });
    expect(() => epochIn(keeper)).toThrow(
      "The cache on disk cannot be opened: The cache could not be opened: it was given up again and again by other processes",
    );
    expect(attempts).toBe(10);
  });

  test("because others are quicker to make one is that of the others", () => {
    const subject = new Subject();
    const keeper = subject.join();
    const publish = keeper.directory.publish.bind(keeper.directory);
    let theirs: string | undefined;
    vi.spyOn(keeper.directory, "publish").mockImplementationOnce((epoch) => {
      theirs = epochIn(subject.join());
      return publish(epoch);
    });
    expect(epochIn(keeper)).toBe(theirs);
    // What was made in vain is gone.
    expect(readdirSync(subject.root).toSorted()).toEqual(
      [`${theirs}.db`, `${theirs}.db-shm`, `${theirs}.db-wal`, "current", "founded"].toSorted(),
    );
  });

  test("leaves nothing behind when it cannot be made", () => {
    const subject = new Subject();
    const keeper = subject.join();
    vi.spyOn(keeper.directory, "publish").mockImplementationOnce(() => {
      throw new Error("no");
    });
    expect(() => epochIn(keeper)).toThrow("The cache on disk cannot be opened: no");
    expect(readdirSync(subject.root)).toEqual([]);
  });
});

describe("a generation that is not what its marker says is ended, and the next one is used", () => {
  function replace(file: string): void {
    closeSync(openSync(`${file}.new`, "w", 0o600));
    renameSync(`${file}.new`, file);
  }

  test.each([
    ["its database is gone", (file: string) => rmSync(file), /is missing, or is not the file it was$/],
    ["its database is another file", replace, /is missing, or is not the file it was$/],
  ])("%s", (_, damage, reason) => {
    const subject = new Subject();
    const epoch = epochIn(subject.join());
    const file = subject.directory.databasePath(epoch);
    damage(file);
    expect(epochIn(subject.join())).not.toBe(epoch);
    expect(subject.events).toMatchObject([
      {
        type: "storage-recovered",
        cause: { name: "BrokenDatabase", message: expect.stringMatching(reason) },
      },
    ]);
    expect(subject.messages[0]).toMatch(/^The cache could not be read, and begins anew/);
  });

  test("and an event says where its files are, if there are any", () => {
    const subject = new Subject();
    const damaged = epochIn(subject.join());
    replace(subject.directory.databasePath(damaged));
    const next = epochIn(subject.join());
    rmSync(subject.directory.databasePath(next));
    epochIn(subject.join());
    expect(subject.messages).toEqual([
      expect.stringMatching(`; what there was is in .*-${damaged}$`),
      "The cache could not be read, and begins anew",
    ]);
  });

  test("its database was replaced while it was being opened", () => {
    const subject = new Subject();
    const epoch = epochIn(subject.join());
    const keeper = subject.join();
    const found = keeper.directory.found.bind(keeper.directory);
    vi.spyOn(keeper.directory, "found").mockImplementationOnce(() => {
      replace(keeper.directory.databasePath(epoch));
      return found();
    });
    expect(epochIn(keeper)).not.toBe(epoch);
    expect(subject.events).toMatchObject([{ cause: { message: expect.stringMatching(/ was replaced$/) } }]);
  });

  test("and not when another process has ended it meanwhile: then nobody is told", () => {
    const subject = new Subject();
    const epoch = epochIn(subject.join());
    const keeper = subject.join();
    vi.spyOn(keeper.directory, "hasDatabase").mockImplementationOnce(() => {
      subject.endIt();
      return false;
    });
    expect(epochIn(keeper)).not.toBe(epoch);
    expect(subject.events).toEqual([]);
  });
});

describe("how long nothing is stored", () => {
  test("not at all in the first generation of a folder", () => {
    expect(quietIn(new Subject().join())).toBe(0);
  });

  test("in the first one that another process has invalidated in already, as long as in any other", () => {
    const subject = new Subject();
    const keeper = subject.join();
    const found = vi.spyOn(GenerationDirectory.prototype, "found").mockReturnValue(false);
    const quick = subject.join();
    quick.use((generation) => record(generation, "a"));
    found.mockRestore();
    expect(quietIn(keeper)).toBe(1_000 + quarantine);
    expect(subject.events).toEqual([]);
  });

  test("in the next one until all that was unsettled has settled, whoever makes it", () => {
    const subject = new Subject();
    epochIn(subject.join());
    subject.endIt();
    expect(quietIn(subject.join())).toBe(1_000 + quarantine);
  });

  test("in whatever one a process meets that had another before, even if that calls itself the first", async () => {
    const subject = new Subject();
    const keeper = subject.join();
    epochIn(keeper);
    rmSync(subject.base, { recursive: true });
    const newcomer = subject.join();
    expect(quietIn(newcomer)).toBe(0);
    await subject.clock.advance(500);
    expect(quietIn(keeper)).toBe(1_500 + quarantine);
    expect(quietIn(newcomer)).toBe(1_500 + quarantine);
    // And it is not made longer by the next one who comes like that.
    await subject.clock.advance(500);
    const another = subject.join();
    expect(quietIn(another)).toBe(1_500 + quarantine);
    expect(subject.events).toEqual([]);
  });
});

describe("giving up", () => {
  test("ends whatever there is, here and in other versions, and says so", () => {
    const subject = new Subject();
    const keeper = subject.join();
    const epoch = epochIn(keeper);
    const neighbour = new GenerationDirectory(subject.base, { version: 1 });
    neighbour.prepare();
    neighbour.beginGeneration("000000000000000a");
    neighbour.publish("000000000000000a");
    const cause = new Error("no space left");
    keeper.giveUp("It could not be recorded", cause);
    expect(subject.directory.findMarker()).toBeUndefined();
    expect(neighbour.findMarker()).toBeUndefined();
    expect(subject.events).toEqual([
      { type: "storage-recovered", message: "It could not be recorded", cause },
    ]);
    expect(epochIn(keeper)).not.toBe(epoch);
  });

  test("before there was anything makes the first one wait", () => {
    const subject = new Subject();
    subject.join().giveUp("It could not be recorded", undefined);
    expect(quietIn(subject.join())).toBe(1_000 + quarantine);
  });

  test("needs no folder", () => {
    const subject = new Subject();
    rmSync(subject.base, { recursive: true });
    writeFileSync(subject.base, "a file");
    expect(() => subject.join().giveUp("It could not be recorded", undefined)).not.toThrow();
    expect(subject.messages).toEqual(["It could not be recorded"]);
  });

  test("fails where the marker cannot be taken away", () => {
    const subject = new Subject();
    const keeper = subject.join();
    epochIn(keeper);
    vi.spyOn(keeper.directory, "retract").mockImplementation(() => {
      throw new Error("read-only");
    });
    expect(() => keeper.giveUp("It could not be recorded", undefined)).toThrow("read-only");
    expect(subject.events).toEqual([]);
  });

  test("ends other versions alone where that is wanted", () => {
    const subject = new Subject();
    const keeper = subject.join();
    const epoch = epochIn(keeper);
    const neighbour = new GenerationDirectory(subject.base, { version: 1 });
    neighbour.prepare();
    neighbour.beginGeneration("000000000000000a");
    neighbour.publish("000000000000000a");
    keeper.retractNeighbours();
    expect(neighbour.findMarker()).toBeUndefined();
    expect(epochIn(keeper)).toBe(epoch);
  });
});

describe("a position", () => {
  test("may stay, and grow, and never goes back", () => {
    const generation = new Subject().join().use((current) => current);
    expect([generation.seen(3), generation.seen(3), generation.seen(5)]).toEqual([3, 3, 5]);
    expect(() => generation.seen(4)).toThrow(new BrokenDatabase("the ledger went back from 5 to 4"));
    expect(() => generation.seen(0)).toThrow(new BrokenDatabase("the ledger went back from 5 to 0"));
    expect(generation.seen(5)).toBe(5);
  });

  test("below zero is a damaged number", () => {
    const generation = new Subject().join().use((current) => current);
    expect(() => generation.seen(-1)).toThrow(new BrokenDatabase("the numbers of the ledger are damaged"));
  });

  test("is at least that of what anybody has recorded who has returned", () => {
    const subject = new Subject();
    const [one, other] = [subject.join(), subject.join()].map((keeper) => keeper.use((it) => it));
    for (const tag of ["a", "b"]) record(one as Generation, tag);
    expect(() => other?.seen(1)).not.toThrow();
    expect(other?.isCurrent).toBe(true);
    expect(() => other?.seen(1)).toThrow("the ledger went back from 2 to 1");
  });

  test("that was seen counts even when the marker does not know of it yet", () => {
    const generation = new Subject().join().use((current) => current);
    generation.seen(3);
    expect(generation.isCurrent).toBe(true);
    expect(() => generation.seen(2)).toThrow("the ledger went back from 3 to 2");
  });
});

describe("what a transaction has recorded", () => {
  test("is told to everybody once it is done, as one step each", () => {
    const subject = new Subject();
    const generation = subject.join().use((current) => current);
    const size = (): number => statSync(subject.directory.markerPath(generation.marker)).size;
    expect(size()).toBe(0);
    expect(record(generation, "a")).toBe(1);
    expect(size()).toBe(1);
    generation.transaction("relaxed", () => generation.entries.replace(someFill("a")));
    expect(size()).toBe(1);
    expect(record(generation, "b")).toBe(2);
    expect(size()).toBe(2);
  });

  test("is not told when it fails, then or later", () => {
    const subject = new Subject();
    const generation = subject.join().use((current) => current);
    const fail = (): void =>
      generation.transaction("durable", () => {
        generation.ledger.supersede("a");
        throw new Error("no");
      });
    expect(fail).toThrow("no");
    generation.transaction("relaxed", () => generation.entries.replace(someFill("a")));
    expect(statSync(subject.directory.markerPath(generation.marker)).size).toBe(0);
    expect(record(generation, "a")).toBe(1);
  });
});

describe("what takes space beside the database", () => {
  test("is what was moved aside, which goes first when room is needed, and once", () => {
    const subject = new Subject();
    const keeper = subject.join();
    keeper.use(failOnce(new BrokenDatabase("a test"), () => 1));
    const aside = (): number => readdirSync(subject.root).filter((name) => name.startsWith("damaged")).length;
    const evictor = keeper.use((generation) => generation.evictor);
    expect(aside()).toBe(1);
    expect([evictor.relieve(), aside()]).toEqual([true, 0]);
    expect(evictor.relieve()).toBe(false);
  });

  test("is the marker, which takes a byte for each invalidation", () => {
    const generation = new Subject().join().use((current) => current);
    expect(generation.evictor.isTooLarge).toBe(false);
    generation.seen(1024 * 1024);
    expect(generation.evictor.isTooLarge).toBe(true);
  });
});

test("a generation can be closed twice, damaged or not", () => {
  const generation = new Subject().join().use((current) => current);
  generation.close();
  expect(() => generation.close()).not.toThrow();
});

test("statements of one's own are made in its database", () => {
  const generation = new Subject().join().use((current) => current);
  expect(generation.prepare("select epoch from meta").get()).toEqual([generation.epoch]);
});
