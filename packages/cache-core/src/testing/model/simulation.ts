import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock } from "../../clock.ts";
import type { Random } from "./random.ts";

/** Whose step it is. */
export interface Actor {
  /** For the trace. */
  readonly name: string;
  readonly random: Random;
  readonly process: SimulatedProcess | undefined;
}

/** A process that may be killed: what it has not done by then, it never does. */
export interface SimulatedProcess {
  readonly name: string;
  alive: boolean;
}

interface Step {
  readonly at: number;
  readonly order: number;
  readonly actor: Actor | undefined;
  readonly action: () => void;
}

/** After so many milliseconds of real time there will be no answer. */
const longestTurns = 10_000;

/** Turns of the event loop after which a call that does not settle is taken for one that waits for the outside world. */
const turnsToSettle = 20;

/** Who acts, across awaits. One for all runs: before Node 24, every promise goes through all that there ever were. */
const actors = new AsyncLocalStorage<Actor>();

/**
 * Time and the order of all that happens, under control: nothing goes on but by a step, one step is taken at a time, and
 * after each everything runs on that can. The same plan gives the same run.
 */
export class Simulation {
  readonly trace: { readonly at: number; readonly text: string }[] = [];
  readonly #steps: Step[] = [];
  #time = 0;
  #order = 0;
  #ticks = 0;
  #wallOffset = 1_700_000_000_000;
  /** Calls into the code under test that have not settled, and those of them that wait for a step. */
  #calls = 0;
  #waiting = 0;

  /** Whether a trace is kept. */
  readonly #tells: boolean;

  constructor({ tells }: { readonly tells: boolean }) {
    this.#tells = tells;
  }

  /** Milliseconds since the beginning. */
  get time(): number {
    return this.#time;
  }

  /** The time for the history: no two moments are the same, and it never jumps. */
  moment(): number {
    return this.#time + ++this.#ticks * 1e-6;
  }

  /** The wall clock that all processes share, with timers that are steps. */
  get clock(): Clock {
    return {
      now: () => this.#wallOffset + this.#time,
      monotonic: () => this.#time,
      after: (milliseconds, action) => {
        const step = this.#add(Math.max(0, Math.ceil(milliseconds)), AsyncLocalStorage.bind(action));
        return () => this.#remove(step);
      },
    };
  }

  /** A clock whose timers hold up calls into the storage that made them, see {@link call}. */
  get storageClock(): Clock {
    const { clock } = this;
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (milliseconds, action, options) => {
        if (options?.background === true) return clock.after(milliseconds, action, options);
        this.#waiting++;
        let isDone = false;
        const done = (): void => {
          if (!isDone) this.#waiting--;
          isDone = true;
        };
        const cancel = clock.after(milliseconds, () => {
          done();
          action();
        });
        return () => {
          done();
          cancel();
        };
      },
    };
  }

  /** Somebody changes the time of day. */
  jump(milliseconds: number): void {
    this.#wallOffset += milliseconds;
  }

  /** Runs something as somebody, also whatever comes of it. */
  as<Result>(actor: Actor, action: () => Result): Result {
    return actors.run(actor, action);
  }

  /** The present actor's own random numbers. */
  get random(): Random {
    const actor = actors.getStore();
    if (actor === undefined) throw new Error("Nobody acts");
    return actor.random;
  }

  tell(text: string): void {
    if (!this.#tells) return;
    const name = actors.getStore()?.name ?? "";
    const line = `${this.#time.toString().padStart(6)}  ${name.padEnd(14)}  ${text}`;
    this.trace.push({ at: this.#time, text: line });
  }

  /** Does something after so many milliseconds. */
  schedule(delay: number, action: () => void): void {
    this.#add(delay, AsyncLocalStorage.bind(action));
  }

  /** Waits for a step of the present actor's. Never resolves when its process is killed before. */
  step(delay: number = this.random.delay()): Promise<void> {
    return new Promise((resolve) => void this.#add(delay, resolve));
  }

  /** The same inside of a storage, where a call is under way. */
  async pause(): Promise<void> {
    this.#waiting++;
    await this.step();
    this.#waiting--;
  }

  /** Runs something that goes on, whatever becomes of the present actor's process. */
  surviving<Result>(action: () => Result): Result {
    const actor = actors.getStore();
    return actor === undefined ? action() : this.as({ ...actor, process: undefined }, action);
  }

  /** Calls a storage: no other step is taken until that has settled, or waits for a step or a timer. */
  async call<Result>(action: () => Result | Promise<Result>): Promise<Result> {
    this.#calls++;
    try {
      return await action();
    } finally {
      this.#calls--;
    }
  }

  /** Takes one step after the other, up to a time or until there is none. */
  async run(end: number): Promise<void> {
    await this.#settle();
    for (;;) {
      const step = this.#steps[0];
      if (step === undefined || step.at > end) return;
      this.#steps.shift();
      this.#time = Math.max(this.#time, step.at);
      if (step.actor?.process?.alive === false) continue;
      step.action();
      await this.#settle();
    }
  }

  async #settle(): Promise<void> {
    for (let turn = 0; turn === 0 || (this.#calls > 0 && this.#waiting === 0); turn++) {
      if (turn > longestTurns) throw new Error("A call to the storage does not end, and waits for no timer");
      await new Promise<void>((resolve) => {
        // What waits for a disk or a network needs time, not turns.
        if (turn < turnsToSettle) setImmediate(resolve);
        else setTimeout(resolve, 1);
      });
    }
  }

  #add(delay: number, action: () => void): Step {
    const actor = actors.getStore();
    const step = { at: this.#time + delay, order: this.#order++, actor, action };
    let index = this.#steps.length;
    while (index > 0 && isBefore(step, this.#steps[index - 1] as Step)) index--;
    this.#steps.splice(index, 0, step);
    return step;
  }

  #remove(step: Step): void {
    const index = this.#steps.indexOf(step);
    if (index >= 0) this.#steps.splice(index, 1);
  }
}

function isBefore(step: Step, other: Step): boolean {
  return step.at < other.at || (step.at === other.at && step.order < other.order);
}
