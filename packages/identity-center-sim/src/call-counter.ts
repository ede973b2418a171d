/** Counts of calls to one operation, or to all. */
export interface CallCounts {
  /** Calls that came in, whatever became of them. A call that the SDK tries three times counts three times. */
  readonly received: number;
  /** Those that were answered with ThrottlingException because of the rate, or of a fault of that kind. */
  readonly throttled: number;
  /** Those that an injected fault changed. */
  readonly faulted: number;
  /** Those that the service itself answered with an error: not found, conflict, validation. */
  readonly failed: number;
}

export interface CallSnapshot extends CallCounts {
  /** Operations that were called at least once. */
  readonly operations: Readonly<Record<string, CallCounts>>;
}

const none: CallCounts = { received: 0, throttled: 0, faulted: 0, failed: 0 };

/** Counts the calls that come over the network. Calls through the handle or the control interface are not counted. */
export class CallCounter {
  #operations = new Map<string, CallCounts>();

  /** All calls that came in. */
  get total(): number {
    return this.#sum("received");
  }

  /** The counts of one operation; all zero if it was not called. */
  of(operation: string): CallCounts {
    return this.#operations.get(operation) ?? none;
  }

  snapshot(): CallSnapshot {
    return {
      received: this.total,
      throttled: this.#sum("throttled"),
      faulted: this.#sum("faulted"),
      failed: this.#sum("failed"),
      operations: Object.fromEntries(this.#operations),
    };
  }

  /** Begins again at zero. */
  reset(): void {
    this.#operations = new Map();
  }

  /** @internal */
  count(operation: string, what: keyof CallCounts): void {
    const counts = this.of(operation);
    this.#operations.set(operation, { ...counts, [what]: counts[what] + 1 });
  }

  #sum(what: keyof CallCounts): number {
    let sum = 0;
    for (const counts of this.#operations.values()) sum += counts[what];
    return sum;
  }
}
