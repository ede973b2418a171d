import type { WarmKind } from "./warm-kind.ts";

/** What AWS did not answer. */
export interface WarmProblem {
  readonly command: string;
  /** The first of them. */
  readonly error: unknown;
  readonly times: number;
}

/** What has become of one kind. An answer is what one command is answered with: of a list, a page. */
export interface WarmedKind {
  readonly kind: WarmKind;
  /** Answers that AWS has given. */
  readonly loaded: number;
  /** Answers that were there. */
  readonly fresh: number;
  /** Answers that could not be had, with those that were not asked for any more because of that. */
  readonly failed: number;
  /** Answers that were not asked for. Undefined: some, and nobody knows how many. */
  readonly left: number | undefined;
  /** By command. */
  readonly problems: readonly WarmProblem[];
}

/** Counts the answers of one kind. */
export class Tally {
  readonly kind: WarmKind;
  /** Of how many answers it is known that they belong to it. */
  total = 0;
  /** Whether that is all. */
  isTotalKnown = false;
  #loaded = 0;
  #fresh = 0;
  #failed = 0;
  readonly #problems = new Map<string, { readonly error: unknown; times: number }>();

  constructor(kind: WarmKind) {
    this.kind = kind;
  }

  get done(): number {
    return this.#loaded + this.#fresh + this.#failed;
  }

  get warmed(): WarmedKind {
    return {
      kind: this.kind,
      loaded: this.#loaded,
      fresh: this.#fresh,
      failed: this.#failed,
      left: this.isTotalKnown ? this.total - this.done : undefined,
      problems: [...this.#problems].map(([command, { error, times }]) => ({ command, error, times })),
    };
  }

  /** So many more answers belong to it, and now that is all. */
  expect(answers: number): void {
    this.total += answers;
    this.isTotalKnown = true;
  }

  loaded(): void {
    this.#loaded++;
  }

  fresh(): void {
    this.#fresh++;
  }

  failed(command: string, error: unknown): void {
    this.#failed++;
    const problem = this.#problems.get(command);
    if (problem === undefined) this.#problems.set(command, { error, times: 1 });
    else problem.times++;
  }
}
