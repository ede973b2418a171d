import { systemClock, type Clock } from "@awsideman/cache-core";
import { throwIfAborted, toAbortSignal, type AbortSignalLike } from "./abort.ts";
import type { CallOptions } from "./cached-service.ts";
import { tell } from "./events.ts";
import { mistake } from "./options.ts";
import { isOutage } from "./outage.ts";
import { pause } from "./pause.ts";

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
 * Asks in growing intervals until it has ended, or the time is up. Resolves with the last status. Goes on while AWS is down
 * or takes no more calls.
 */
export async function waitForStatus<Status extends OperationStatus>(
  ask: (options: CallOptions) => Promise<Status | undefined>,
  options: WaitOptions<Status>,
): Promise<Status> {
  const { timeout = defaultTimeout, onStatus, clock = systemClock } = options;
  if (typeof timeout !== "number" || !(timeout >= 0)) throw mistake("timeout", "milliseconds", timeout);
  const signal = toAbortSignal(options.abortSignal);
  const asking = signal === undefined ? {} : { abortSignal: signal };
  const end = clock.monotonic() + timeout;
  let latest = { Status: "IN_PROGRESS" } as Status;
  for (let wait = firstPause; ; wait = Math.min(wait * growth, longestPause)) {
    const status = await unlessDown(ask(asking));
    if (status !== undefined) {
      latest = status;
      tell(onStatus, status);
    }
    const left = end - clock.monotonic();
    if (latest.Status !== "IN_PROGRESS" || left <= 0) return latest;
    await pause(clock, Math.min(wait, left), signal).catch(() => throwIfAborted(signal));
  }
}

/** Undefined when AWS does not come to answering. */
async function unlessDown<Status>(asked: Promise<Status>): Promise<Status | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isOutage(error)) return undefined;
    throw error;
  }
}
