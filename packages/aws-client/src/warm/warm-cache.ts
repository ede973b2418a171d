import { systemClock, type Clock } from "@awsideman/cache-core";
import { toAbortSignal, type AbortSignalLike } from "../abort.ts";
import type { CachedService } from "../cached-service.ts";
import { tell } from "../events.ts";
import { assertString, mistake } from "../options.ts";
import { AnswerLoader, type AnyService, type WarmService } from "./answer-loader.ts";
import { CallBudget, type WarmBudget } from "./call-budget.ts";
import { ProgressMeter, type ProgressReading, type ProgressState } from "./progress-meter.ts";
import { Tally, type WarmedKind } from "./tally.ts";
import { inOrder, warmKinds, type WarmKind } from "./warm-kind.ts";
import { warmSteps } from "./warm-steps.ts";
import { WarmWork, type WarmPlace } from "./warm-work.ts";

export interface WarmOptions {
  /** Both of the same cache, namespace and caller: those whose reads are to be hits. */
  readonly identityStore: CachedService<"identitystore">;
  readonly ssoAdmin: CachedService<"sso-admin">;
  readonly InstanceArn: string;
  readonly IdentityStoreId: string;
  /** Default: all. The order is always the same: {@link warmKinds}. */
  readonly what?: readonly WarmKind[];
  /** The accounts of the organisation, where they are known: assignments often take fewer calls then. */
  readonly accountIds?: readonly string[];
  /** How much AWS may be asked. Default: as much as it takes, after everybody else. */
  readonly budget?: WarmBudget;
  /** How many questions are asked at once. The quota and the budget say how fast. Default 10. */
  readonly concurrency?: number;
  /** Told after every answer. What it throws is ignored. */
  readonly onProgress?: (progress: WarmProgress) => void;
  /** Ends it: what was loaded stays, and the report says what is left. */
  readonly signal?: AbortSignalLike;
  /** Time, for tests. Default: that of the system. */
  readonly clock?: Clock;
}

/** How far it is: of one kind, but for the calls, which are those of all. */
export interface WarmProgress extends ProgressState, ProgressReading {
  readonly kind: WarmKind;
}

export interface WarmReport {
  /**
   * - `complete`: all is in the cache.
   * - `incomplete`: all but what has failed.
   * - `budget-spent`, `aborted`: it was ended before.
   * - `not-kept`: it has ended itself, because the cache keeps nothing of what is loaded.
   */
  readonly outcome: "complete" | "incomplete" | "budget-spent" | "aborted" | "not-kept";
  /** Requests, retries included; when it was aborted, also those that were just waiting for the quota. */
  readonly calls: number;
  /** Milliseconds. */
  readonly duration: number;
  /** In the order in which they are loaded. */
  readonly kinds: readonly WarmedKind[];
}

/**
 * Loads what is likely to be read into the cache: with the very inputs that ordinary reads have, so that they are hits
 * afterwards. What is there and fresh is not asked for, so a second run costs nothing, and one after a run that was ended
 * goes on where that stopped. Everybody else's requests go first, and no more are made than the budget allows.
 *
 * Errors of AWS do not reject it: they are in the report. A command that fails five times in a row, for want of a
 * permission perhaps, is not asked any more, and the others go on. After throttling it waits, longer each time.
 * @throws TypeError or RangeError for a wrong option
 * @example
 * const report = await warmCache({ identityStore, ssoAdmin, InstanceArn, IdentityStoreId, budget: { calls: 500 } });
 */
export async function warmCache(options: WarmOptions): Promise<WarmReport> {
  const { concurrency = 10, onProgress, accountIds, clock = systemClock } = options;
  const kinds = inOrder(options.what ?? warmKinds);
  const services = servicesOf(options);
  const place: WarmPlace = {
    InstanceArn: text(options.InstanceArn, "InstanceArn"),
    IdentityStoreId: text(options.IdentityStoreId, "IdentityStoreId"),
    accountIds: accountIds && [...accountIds],
    concurrency,
  };
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new RangeError(`\`concurrency\` must be a whole number from 1, received ${String(concurrency)}`);
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw mistake("onProgress", "a function", onProgress);

  const began = clock.monotonic();
  const meter = new ProgressMeter(clock);
  const tallies: Tally[] = [];
  const answered = (): void => {
    const tally = tallies.at(-1);
    if (tally === undefined || onProgress === undefined) return;
    const { kind, done } = tally;
    const state = { done, total: tally.isTotalKnown ? tally.total : undefined, calls: loader.calls };
    tell(onProgress, { kind, ...state, ...meter.read(state) });
  };
  const loader: AnswerLoader = new AnswerLoader({
    services,
    budget: new CallBudget(options.budget ?? {}, clock),
    signal: toAbortSignal(options.signal),
    clock,
    answered,
  });
  const work = new WarmWork(place, loader, services["sso-admin"]);
  for (const kind of kinds) {
    const tally = new Tally(kind);
    tallies.push(tally);
    if (loader.stopped === undefined) await warmSteps[kind](work, tally);
  }

  const warmed = tallies.map((tally) => tally.warmed);
  const isComplete = warmed.every(({ failed }) => failed === 0);
  return {
    outcome: loader.stopped ?? (isComplete ? "complete" : "incomplete"),
    calls: loader.calls,
    duration: clock.monotonic() - began,
    kinds: warmed,
  };
}

function servicesOf({ identityStore, ssoAdmin }: WarmOptions): Readonly<Record<WarmService, AnyService>> {
  if (identityStore?.service !== "identitystore")
    throw mistake("identityStore", "a cached service of identitystore", identityStore);
  if (ssoAdmin?.service !== "sso-admin") throw mistake("ssoAdmin", "a cached service of sso-admin", ssoAdmin);
  return {
    identitystore: identityStore as unknown as AnyService,
    "sso-admin": ssoAdmin as unknown as AnyService,
  };
}

function text(value: unknown, name: string): string {
  assertString(value, name);
  return value;
}
