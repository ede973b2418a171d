import type { Invalidation } from "../storage/cache-storage.ts";
import type { LedgerStep } from "./examination.ts";

/** How many steps of a ledger are remembered, for whoever asks what has made an entry invalid. */
export const stepsRemembered = 1_000;

/** The last steps of a ledger in memory. The rule does not ask it. */
export class StepHistory {
  readonly #steps: LedgerStep[] = [];

  note(position: number, time: number, { cause, everything = false }: Invalidation): void {
    this.#steps[position % stepsRemembered] = { position, time, cause, everything };
  }

  /** Undefined: it is not remembered any more. */
  find(position: number): LedgerStep | undefined {
    const step = this.#steps[position % stepsRemembered];
    return step?.position === position ? step : undefined;
  }
}
