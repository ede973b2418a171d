import type { Clock } from "../clock.ts";
import { describe } from "../key/cache-key.ts";

export interface CircuitBreakerOptions {
  /** So many failures in a row open it. Default 5. */
  readonly failureThreshold?: number;
  /** Milliseconds after which an open breaker admits a probe. Default 60,000. */
  readonly recoveryTimeout?: number;
}

export type CircuitBreakerState =
  | { readonly name: "closed"; readonly failures: number }
  | { readonly name: "open"; readonly since: number }
  /** One probe is under way; everybody else is turned away until it has an outcome. */
  | { readonly name: "half-open"; readonly since: number };

/**
 * Keeps callers away from a backend that fails. Closed, it admits everybody; open, nobody; after the recovery timeout
 * it admits exactly one probe, whose success closes it and whose failure opens it again.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #onChange: (state: CircuitBreakerState) => void;
  #failureThreshold = 5;
  #recoveryTimeout = 60_000;
  #state: CircuitBreakerState = { name: "closed", failures: 0 };
  #turn = 0;

  constructor(clock: Clock, onChange: (state: CircuitBreakerState) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get state(): CircuitBreakerState {
    return this.#state;
  }

  /** Counts the changes. A call that was admitted in an earlier turn says nothing about now. */
  get turn(): number {
    return this.#turn;
  }

  /** @throws RangeError unless the threshold is a positive integer and the timeout a number of milliseconds */
  configure({ failureThreshold, recoveryTimeout }: CircuitBreakerOptions): void {
    if (failureThreshold !== undefined && !(Number.isSafeInteger(failureThreshold) && failureThreshold > 0)) {
      throw new RangeError(
        `\`failureThreshold\` must be a positive integer, received ${describe(failureThreshold)}`,
      );
    }
    if (recoveryTimeout !== undefined && !(Number.isFinite(recoveryTimeout) && recoveryTimeout >= 0)) {
      throw new RangeError(
        `\`recoveryTimeout\` must be milliseconds from 0, received ${describe(recoveryTimeout)}`,
      );
    }
    this.#failureThreshold = failureThreshold ?? this.#failureThreshold;
    this.#recoveryTimeout = recoveryTimeout ?? this.#recoveryTimeout;
  }

  /** Whether a call may go on now. In half-open that makes it the probe: its outcome must be reported. */
  admit(): boolean {
    const state = this.#state;
    if (state.name === "closed") return true;
    // A probe that never reports must not keep the breaker half-open for ever, nor a clock that was set back.
    if (Math.abs(this.#clock.now() - state.since) < this.#recoveryTimeout) return false;
    this.#change({ name: "half-open", since: this.#clock.now() });
    return true;
  }

  /** Begins anew: there is another backend, which has not failed. */
  reset(): void {
    this.#change({ name: "closed", failures: 0 });
  }

  /** @param turn in which the call was admitted; left out for one that has been answered at once */
  succeeded(turn: number = this.#turn): void {
    const state = this.#state;
    if (state.name === "closed" && state.failures === 0) return;
    // Nobody was admitted while it was open: it is somebody's who does not ask.
    if (turn !== this.#turn || state.name === "open") return;
    this.#change({ name: "closed", failures: 0 });
  }

  /** @param turn see {@link succeeded} */
  failed(turn: number = this.#turn): void {
    const state = this.#state;
    if (turn !== this.#turn || state.name === "open") return;
    const failures = state.name === "closed" ? state.failures + 1 : this.#failureThreshold;
    if (failures < this.#failureThreshold) this.#state = { name: "closed", failures };
    else this.#change({ name: "open", since: this.#clock.now() });
  }

  #change(state: CircuitBreakerState): void {
    const before = this.#state;
    this.#state = state;
    if (before.name === "half-open" || before.name !== state.name) this.#turn++;
    if (before.name !== state.name) this.#onChange(state);
  }
}
