import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { CacheEvent } from "../../events.ts";
import { withDeadline } from "../maybe-promise.ts";
import type { Waiting, WaitingList } from "../waiting-list.ts";
import type { InvalidationSpool, Spooled } from "./invalidation-spool.ts";
import { afterWaiting, forUnreadable } from "./spooled-form.ts";

export interface SpoolKeeperParts {
  readonly spool: InvalidationSpool;
  readonly list: WaitingList;
  readonly clock: Clock;
  readonly emit: (event: CacheEvent) => void;
}

interface Step {
  readonly name: "look" | "add" | "remove";
  readonly take: () => Promise<void>;
}

/**
 * Keeps a spool and the list of what waits in step: what waits is in the spool, what is no longer waiting is not, and
 * what others have put there waits here too. One step at a time, so that a disk that hangs holds one call up, and
 * nothing piles up behind it. Never fails: an event tells, and it is tried again the next time.
 */
export class SpoolKeeper {
  readonly #spool: InvalidationSpool;
  readonly #list: WaitingList;
  readonly #clock: Clock;
  readonly #emit: (event: CacheEvent) => void;
  /** What is in the spool, and has not been recorded as far as is known here. */
  readonly #names = new Map<Waiting, Spooled>();
  #known = false;
  #lookDue = false;
  #isRunning = false;
  #running: Promise<void> = Promise.resolve();
  #told: string | undefined;

  constructor({ spool, list, clock, emit }: SpoolKeeperParts) {
    this.#spool = spool;
    this.#list = list;
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Whether what others had left there has been seen. Until then the storage may be older than that. */
  get known(): boolean {
    return this.#known;
  }

  /** Brings the spool up to date. Resolves when that is done, has failed, or has taken `patience` milliseconds. */
  async keep(patience: number): Promise<void> {
    try {
      await this.#bring(patience);
    } catch (error) {
      this.#tell("What waits is not known to outlive this process", error);
    }
  }

  /** The same, for who cannot wait until it is certain: that it takes longer is told by whoever waits after him. */
  async begin(patience: number): Promise<void> {
    await this.#bring(patience).catch(() => undefined);
  }

  /** The same, and sees besides what others have put there. */
  look(patience: number): Promise<void> {
    this.#lookDue = true;
    return this.keep(patience);
  }

  /** Rejects when it takes longer, and never for anything else. */
  #bring(patience: number): Promise<void> {
    if (!this.#isRunning) this.#running = this.#run();
    return withDeadline(this.#running, patience, this.#clock, { who: "The outbox's directory" });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    let trouble: { readonly error: unknown } | undefined;
    // As long as there is something to do: more may have come meanwhile.
    for (let step = this.#next(); step !== undefined; step = this.#next()) {
      try {
        await step.take();
      } catch (error) {
        trouble = { error };
        // Where it cannot be seen what others have left, one's own can perhaps be kept: who has joined waits for that.
        if (step.name !== "look") break;
      }
    }
    if (trouble === undefined) this.#told = undefined;
    else this.#tell("The outbox cannot be used", trouble.error);
    // In the same step as the last look at what there is to do: nobody may join a run that is over.
    this.#isRunning = false;
  }

  #next(): Step | undefined {
    if (this.#lookDue) return { name: "look", take: () => this.#look() };
    for (const waiting of this.#list)
      if (!this.#names.has(waiting)) return { name: "add", take: () => this.#add(waiting) };
    // The oldest first: a mark must not be found without what closed it.
    for (const waiting of this.#names.keys())
      if (!this.#list.has(waiting)) return { name: "remove", take: () => this.#remove(waiting) };
    return undefined;
  }

  async #add(waiting: Waiting): Promise<void> {
    const { invalidation } = waiting;
    const keptAt = this.#clock.now();
    const name = await this.#spool.add(invalidation, keptAt);
    this.#names.set(waiting, { name, keptAt, invalidation });
  }

  async #remove(waiting: Waiting): Promise<void> {
    const { name, invalidation } = this.#names.get(waiting) as Spooled;
    await (invalidation ? this.#spool.remove(name) : this.#spool.setAside(name));
    this.#names.delete(waiting);
  }

  async #look(): Promise<void> {
    this.#lookDue = false;
    const now = this.#clock.now();
    const known = new Set([...this.#names.values()].map(({ name }) => name));
    // Looked for each second while a storage is down: what is known is not read again.
    for (const spooled of await this.#spool.list(now, known)) {
      if (!known.has(spooled.name)) this.#adopt(spooled, now - spooled.keptAt);
    }
    this.#known = true;
  }

  #adopt(spooled: Spooled, elapsed: number): void {
    const { name, invalidation, problem } = spooled;
    if (invalidation === undefined) {
      const message = `An invalidation that waited, ${name}, cannot be read (${problem}): everything is invalidated`;
      this.#emit({ type: "outbox-trouble", message });
    }
    const left = invalidation ? afterWaiting(invalidation, elapsed) : forUnreadable(elapsed);
    this.#names.set(this.#list.add(left), spooled);
  }

  /** Once for each trouble, not each time that it is met. */
  #tell(message: string, cause: unknown): void {
    const told = `${message}: ${messageOf(cause)}`;
    if (this.#told === told) return;
    this.#told = told;
    this.#emit({ type: "outbox-trouble", message, cause });
  }
}
