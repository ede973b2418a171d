import { CircuitBreaker, type CircuitBreakerState, type Clock } from "@awsideman/cache-core";
import { isDown } from "./outage.ts";

/**
 * Keeps from a service that is down those who have an expired answer to fall back on: after 5 failures in a row they get
 * it at once, without waiting for another timeout, and one of them asks again after 30 s. Who has none asks in any case.
 * Knows nothing of the cache's own breaker, which is about the storage.
 */
export class SourceBreaker {
  readonly #breaker: CircuitBreaker;
  #last: unknown;

  constructor(clock: Clock, onChange: (state: CircuitBreakerState) => void) {
    this.#breaker = new CircuitBreaker(clock, onChange);
    this.#breaker.configure({ failureThreshold: 5, recoveryTimeout: 30_000 });
  }

  /** @throws the failure that it is open for */
  assertUp(): void {
    if (!this.#breaker.admit()) throw this.#last;
  }

  /** Calls AWS, and learns from how it ends. */
  async watch<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    const { turn } = this.#breaker;
    try {
      const answer = await call();
      this.#breaker.succeeded(turn);
      return answer;
    } catch (error) {
      if (isDown(error)) {
        this.#last = error;
        this.#breaker.failed(turn);
      } else if (isAnswer(error)) this.#breaker.succeeded(turn);
      throw error;
    }
  }
}

/** An error that came from AWS itself: it is there. Others, a caller's own signal for one, say nothing. */
function isAnswer(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  return (error as { $metadata?: { httpStatusCode?: unknown } }).$metadata?.httpStatusCode !== undefined;
}
