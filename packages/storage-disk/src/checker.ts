import {
  CacheError,
  type CheckOptions,
  type CheckProblem,
  type CheckReport,
  type MaybePromise,
  type StorageContext,
} from "@awsideman/cache-core";
import { examineDatabase } from "./examine-database.ts";
import type { Generation } from "./generation.ts";
import type { GenerationKeeper } from "./generation-keeper.ts";
import { retryWhileBusy } from "./retry.ts";
import { rowChecksum } from "./row-checksum.ts";

type Found = Omit<CheckProblem, "repaired">;

type StoredRow = readonly [
  row: number,
  id: unknown,
  stamp: number,
  began: number,
  expires: number,
  stale: number,
  size: number,
  checksum: number,
  tags: string,
  value: unknown,
  isPossible: number,
];

/** Entries may be large: a page of them is read in a few milliseconds. */
const pageOfRows = 16;
const mostProblems = 1_000;
const repairPatience = 5_000;
/** Other processes may end the generation that is being looked at. That they do so each time is hardly possible. */
const mostAttempts = 5;

/** Looks at everything that a generation holds, and at the files around it. */
export class Checker {
  readonly #keeper: GenerationKeeper;
  readonly #context: StorageContext;

  constructor(keeper: GenerationKeeper, context: StorageContext) {
    this.#keeper = keeper;
    this.#context = context;
  }

  /**
   * Looks at the generation in use, and at the next one when it ends meanwhile.
   * @throws CacheError when there is none, or it cannot be looked at
   */
  async check({ repair = false }: CheckOptions = {}): Promise<CheckReport> {
    for (let attempt = 1; attempt <= mostAttempts; attempt++) {
      const generation = await this.#current();
      try {
        const report = await this.#examine(generation, repair);
        if (report !== undefined) return report;
      } catch (error) {
        // One that has ended fails in any way: its files may be gone.
        if (!generation.isCurrent) continue;
        throw unavailable(`The cache on disk could not be checked: ${(error as Error).message}`, error);
      }
    }
    throw unavailable("The cache on disk could not be checked: others begin it anew again and again");
  }

  /** Undefined when the generation has ended before all was seen. */
  async #examine(generation: Generation, repair: boolean): Promise<CheckReport | undefined> {
    const { storage, ledger, leftovers } = await examineDatabase(
      this.#keeper.directory.databasePath(generation.epoch),
    );
    const broken: Found[] = [
      ...storage.map((message) => ({ kind: "storage" as const, message })),
      ...ledger.map((message) => ({ kind: "ledger" as const, message })),
    ].map((found) => ({ ...found, subject: generation.epoch }));
    const problems: CheckProblem[] = [];
    let entries = 0;
    const take = (found: Found, repaired: boolean): void => {
      if (problems.length < mostProblems) problems.push({ ...found, repaired });
    };

    if (broken.length > 0) {
      if (!generation.isCurrent) return undefined;
      // This one, and not what others may have begun since.
      if (repair) {
        const message = "A check found the cache damaged, so it begins anew";
        this.#keeper.condemn(generation, message, broken[0]?.message);
      }
      for (const found of broken) take(found, repair);
    } else {
      for await (const { rows, damaged } of this.#pages(generation)) {
        entries += rows;
        const removed =
          repair &&
          damaged.length > 0 &&
          (await this.#remove(
            generation,
            damaged.map(({ row }) => row),
          ));
        for (const { id } of damaged) {
          const message = "what is stored is not what was written";
          take({ kind: "entry", subject: id, message }, removed);
        }
      }
      const tidied = repair && leftovers.length > 0 && (await this.#forgetUses(generation));
      for (const message of leftovers) take({ kind: "leftover", subject: generation.epoch, message }, tidied);
      if (!generation.isCurrent) return undefined;
    }
    for (const found of this.#keeper.directory.inspect()) take(found, repair);
    if (repair) this.#keeper.directory.tidy();
    return { entries, problems };
  }

  #current(): MaybePromise<Generation> {
    const { clock, random } = this.#context;
    return retryWhileBusy(() => this.#keeper.use((current) => current), {
      clock,
      random,
      patience: repairPatience,
      giveUp: (error) => {
        throw unavailable("The cache on disk is locked", error);
      },
    });
  }

  /** All entries, a page at a time; others have their turn in between. */
  async *#pages(
    generation: Generation,
  ): AsyncGenerator<{ readonly rows: number; readonly damaged: readonly { row: number; id: string }[] }> {
    const page = generation.prepare(
      `select row, id, stamp, began, expires, stale, size, checksum, tags, value, stamp <= (select position from meta)
       from entry where row > ? order by row limit ${pageOfRows}`,
    );
    let from: number | undefined = Number.MIN_SAFE_INTEGER;
    while (from !== undefined && generation.isCurrent) {
      const rows = page.all(from);
      const damaged = rows
        .filter((row) => !isWhole(row))
        .map((row) => ({ row: row[0] as number, id: String(row[1]) }));
      yield { rows: rows.length, damaged };
      from = rows.length < pageOfRows ? undefined : (rows.at(-1)?.[0] as number);
      await new Promise<void>((resolve) => void setImmediate(resolve));
    }
  }

  #remove(generation: Generation, rows: readonly number[]): Promise<boolean> {
    return this.#eventually(() => generation.transaction("relaxed", () => generation.evictor.remove(rows)));
  }

  #forgetUses(generation: Generation): Promise<boolean> {
    const forget = generation.prepare(
      "delete from used where not exists (select 1 from entry e where e.row = used.row)",
    );
    return this.#eventually(() => void forget.run());
  }

  async #eventually(action: () => void): Promise<boolean> {
    const { clock, random } = this.#context;
    const done = (): boolean => {
      action();
      return true;
    };
    return retryWhileBusy(done, { clock, random, patience: repairPatience, giveUp: () => false });
  }
}

function unavailable(message: string, cause?: unknown): CacheError {
  return new CacheError("CACHE_BACKEND_UNAVAILABLE", message, { cause });
}

function isWhole(row: readonly unknown[]): boolean {
  const [, id, stamp, began, expires, stale, size, checksum, tags, value, isPossible] =
    row as unknown as StoredRow;
  if (isPossible !== 1 || typeof id !== "string" || !(value instanceof Uint8Array)) return false;
  return rowChecksum({ id, stamp, began, expires, stale, size, tags }, value) === checksum;
}
