import { mistake } from "../options.ts";
import { AuditTally, type AuditReport } from "./audit-report.ts";
import { checkAnswer, type AuditedAnswer, type Verified } from "./check-answer.ts";

export interface AuditOptions {
  /** The share of hits that AWS is asked for again, from 0 to 1: 0.01 is every hundredth. */
  readonly share: number;
  /** How many hits may wait to be compared; what is chosen beyond that is counted, and not compared. Default 100. */
  readonly maxWaiting?: number;
  /** From 0 to 1. Default: Math.random. */
  readonly random?: () => number;
}

/**
 * Asks AWS again for a share of what the cache answers, and compares: so how often an answer is out of date, and for how
 * long, is measured. To be given to any number of clients. One question at a time, each after whoever else waits for the
 * quota; nobody waits for it.
 */
export class Audit {
  readonly #share: number;
  readonly #maxWaiting: number;
  readonly #random: () => number;
  readonly #tally = new AuditTally();
  readonly #waiting = new Map<string, AuditedAnswer>();
  readonly #verified = new Map<string, Verified>();
  readonly #end = new AbortController();
  #working: Promise<void> | undefined;

  /** @throws TypeError or RangeError for a wrong option */
  constructor({ share, maxWaiting = 100, random = Math.random }: AuditOptions) {
    if (typeof share !== "number") throw mistake("share", "a number", share);
    if (!(share >= 0 && share <= 1)) throw new RangeError(`\`share\` must be from 0 to 1, received ${share}`);
    if (!Number.isSafeInteger(maxWaiting) || maxWaiting < 1)
      throw new RangeError(`\`maxWaiting\` must be a positive integer, received ${String(maxWaiting)}`);
    if (typeof random !== "function") throw mistake("random", "a function", random);
    this.#share = share;
    this.#maxWaiting = maxWaiting;
    this.#random = random;
  }

  /** What was found so far. */
  report(): AuditReport {
    return this.#tally.report();
  }

  /** Resolves when nothing waits to be compared any more. */
  async settled(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
  }

  /** Gives up what waits. What is asked now is aborted, and no hit is chosen any more. Idempotent. */
  close(): void {
    this.#waiting.clear();
    this.#end.abort();
  }

  /** @internal A hit: costs a random number, and more only if it is chosen. */
  hit(answer: AuditedAnswer): void {
    this.#tally.count(answer.key, "seen");
    if (this.#random() >= this.#share || this.#end.signal.aborted) return;
    const id = `${answer.cache.scope.namespace}|${answer.cache.scope.caller}|${answer.key}`;
    // One that waits already will say as much.
    if (this.#waiting.size >= this.#maxWaiting || this.#waiting.has(id)) {
      this.#tally.count(answer.key, "skipped");
      return;
    }
    this.#waiting.set(id, answer);
    this.#working ??= this.#work();
  }

  async #work(): Promise<void> {
    // Not within the caller's own turn.
    await Promise.resolve();
    for (const [id, answer] of this.#waiting) {
      const outcome = await checkAnswer(answer, this.#verified, this.#end.signal);
      this.#tally.note(answer.key, outcome);
      this.#waiting.delete(id);
    }
    this.#working = undefined;
  }
}
