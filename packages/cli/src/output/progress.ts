import { ProgressMeter, type Service } from "@awsideman/aws-client";
import type { Clock } from "@awsideman/cache-core";
import type { Output } from "./output.ts";
import { formatProgress } from "./progress-line.ts";
import type { Screen } from "./screen.ts";

/** A part of a command's work. */
export interface Step {
  /** Of what: `users`. */
  readonly what: string;
  readonly done: number;
  /** Undefined: nobody knows yet. */
  readonly total?: number | undefined;
}

/** Milliseconds. What is over sooner needs no line. */
const patience = 1_000;
/** Milliseconds between two lines. */
const interval = 200;

/** Calls a second that AWS takes, of one operation at least: https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html */
const quotas: Readonly<Record<Service, number>> = { identitystore: 20, organizations: 5, "sso-admin": 20 };

/**
 * Shows how far a command is that takes more than a second: one line, drawn over several times a second, and taken away when
 * something is printed or the command is done. To be told costs next to nothing, and draws nothing: a timer does.
 */
export class Progress {
  readonly #clock: Clock;
  readonly #findScreen: () => Screen | undefined;
  #meter: ProgressMeter;
  #step: Step | undefined;
  #calls = 0;
  #quota = quotas["sso-admin"];
  #screen: Screen | undefined;
  /** How wide what stands there is. */
  #width = 0;
  #stop: (() => void) | undefined;

  /** @param findScreen called when there is something to be drawn; undefined: nothing ever is */
  constructor(clock: Clock, findScreen: () => Screen | undefined) {
    this.#clock = clock;
    this.#findScreen = findScreen;
    this.#meter = new ProgressMeter(clock);
  }

  /** Requests that AWS has got. */
  get calls(): number {
    return this.#calls;
  }

  /** AWS is asked once more. */
  request(service: Service): void {
    this.#begin();
    this.#calls++;
    this.#quota = quotas[service];
  }

  report(step: Step): void {
    // What another kind of work takes says nothing of this one.
    if (step.what !== this.#step?.what) this.#meter = new ProgressMeter(this.#clock);
    this.#step = step;
    this.#begin();
  }

  /** Takes the line away, until it is drawn again. */
  clear(): void {
    if (this.#width === 0) return;
    this.#screen?.write(`\r${" ".repeat(this.#width)}\r`);
    this.#width = 0;
  }

  /** Takes the line away. It begins anew with whatever it is told next. */
  end(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#step = undefined;
    this.clear();
  }

  #begin(): void {
    if (this.#stop !== undefined) return;
    this.#read();
    this.#wait(patience);
  }

  #wait(milliseconds: number): void {
    this.#stop = this.#clock.after(
      milliseconds,
      () => {
        this.#screen ??= this.#findScreen();
        // Where nobody sees it, nothing is done any more.
        if (this.#screen === undefined) return;
        this.#draw(this.#screen);
        this.#wait(interval);
      },
      { background: true },
    );
  }

  #draw(screen: Screen): void {
    // One less than there are: in the last one, some terminals go to the next line.
    const line = formatProgress(this.#read(), screen.columns - 1);
    screen.write(`\r${line.padEnd(Math.min(this.#width, screen.columns - 1))}`);
    this.#width = line.length;
  }

  #read(): Parameters<typeof formatProgress>[0] {
    const { what, done = 0, total } = this.#step ?? {};
    const state = { done, total, calls: this.#calls };
    return { what, ...state, ...this.#meter.read(state), quota: this.#quota };
  }
}

/** The same output, for which the line makes room. */
export function above(progress: Progress, output: Output): Output {
  return {
    print(text) {
      progress.clear();
      output.print(text);
    },
    note(text) {
      progress.clear();
      output.note(text);
    },
    get terminal() {
      return output.terminal;
    },
  };
}
