/** What may be given as `abortSignal`: a signal of the platform, or one of an older `@smithy/abort-controller`. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  onabort?: unknown;
}

/** Returns the signal as one of the platform. */
export function toAbortSignal(signal: AbortSignalLike | undefined): AbortSignal | undefined {
  if (signal === undefined || signal === null || signal instanceof AbortSignal) return signal ?? undefined;
  const controller = new AbortController();
  if (signal.aborted) {
    controller.abort();
  } else {
    const before = signal.onabort;
    signal.onabort = function (this: unknown, ...event: unknown[]): void {
      if (typeof before === "function") before.apply(this, event);
      controller.abort();
    };
  }
  return controller.signal;
}

/** Throws what the SDK would, if the caller has given up already. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

/** The error that the SDK's HTTP handler rejects with: named `AbortError`, with the reason as its cause. */
export function abortError({ reason }: AbortSignal): Error {
  const error = new Error("Request aborted", { cause: reason });
  error.name = "AbortError";
  return error;
}
