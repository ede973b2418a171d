import { systemClock, type Clock } from "@awsideman/cache-core";
import { abortError, toAbortSignal, type AbortSignalLike } from "./abort.ts";
import { tell } from "./events.ts";
import { mistake } from "./options.ts";

/** What AWS says of something that it works on. */
export interface OperationStatus {
  readonly Status?: "IN_PROGRESS" | "SUCCEEDED" | "FAILED" | undefined;
}

export interface WaitOptions<Status extends OperationStatus> {
  /** Milliseconds after which it asks no more; a question under way is waited for. Default 15 minutes. */
  readonly timeout?: number;
  readonly abortSignal?: AbortSignalLike;
  /** Told what AWS says each time it is asked. What it throws is ignored. */
  readonly onStatus?: (status: Status) => void;
  /** Time, for tests. Default: that of the system. */
  readonly clock?: Clock;
}

/** Milliseconds between one question and the next: most assignments take some seconds, and some minutes. */
const firstPause = 500;
const longestPause = 5_000;
const growth = 1.5;
const defaultTimeout = 15 * 60_000;

/**
 * Asks in growing intervals until it has ended, or the time is up. Resolves with the last status.
 * @param ask resolves with undefined when AWS does not say
 */
export async function waitForStatus<Status extends OperationStatus>(
  ask: (signal: AbortSignal | undefined) => Promise<Status | undefined>,
  options: WaitOptions<Status>,
): Promise<Status> {
  const { timeout = defaultTimeout, onStatus, clock = systemClock } = options;
  if (typeof timeout !== "number" || !(timeout >= 0)) throw mistake("timeout", "milliseconds", timeout);
  const signal = toAbortSignal(options.abortSignal);
  const end = clock.monotonic() + timeout;
  let latest = { Status: "IN_PROGRESS" } as Status;
  for (let pause = firstPause; ; pause = Math.min(pause * growth, longestPause)) {
    const status = await ask(signal);
    if (status !== undefined) {
      latest = status;
      tell(onStatus, status);
    }
    const left = end - clock.monotonic();
    if (latest.Status !== "IN_PROGRESS" || left <= 0) return latest;
    await sleep(Math.min(pause, left), signal, clock);
  }
}

async function sleep(milliseconds: number, signal: AbortSignal | undefined, clock: Clock): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const cancel = clock.after(milliseconds, done);
    function stop(): void {
      cancel();
      reject(abortError(signal as AbortSignal));
    }
    function done(): void {
      signal?.removeEventListener("abort", stop);
      resolve();
    }
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
