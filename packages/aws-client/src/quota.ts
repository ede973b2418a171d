import type { Cache, RateLimiter } from "@awsideman/cache-core";
import type { AttemptObserver, Call } from "./call.ts";
import type { CallerPlace } from "./caller/caller-parts.ts";
import type { Service } from "./catalog/sdk-commands.ts";

/**
 * How many calls a second the services take from this account in this region. Defaults: 20, 20 and 5.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
 */
export interface Quota {
  /** All operations of sso-admin together. */
  readonly ssoAdmin?: number;
  /** Each operation of identitystore on each identity store. */
  readonly identityStore?: number;
  /** Each operation of Organizations, in all regions together. AWS has another number for each, and does not promise them. */
  readonly organizations?: number;
}

export interface ResolvedQuota {
  readonly callsPerSecond: Readonly<Record<Service, number>>;
  readonly background: boolean;
}

/** Where calls count against the same quota. */
export type QuotaPlace = Pick<CallerPlace, "service" | "region" | "endpoint">;

/** What AWS calls it when there were too many calls: the services have the first. */
const refusals: readonly unknown[] = ["ThrottlingException", "TooManyRequestsException", "Throttling"];

/**
 * Returns the same call, whose every attempt waits for what the caller has it wait for, and then until the quota has room
 * for it, where there is one. One budget for all who share the cache's storage.
 */
export function withinQuota(
  call: Call,
  quota: ResolvedQuota | undefined,
  cache: Cache,
  place: () => Promise<QuotaPlace>,
): Call {
  const gate = (
    signal: AbortSignal | undefined,
    attempts: AttemptObserver | undefined,
    detached = false,
  ): AttemptObserver => {
    // Now: the input is the caller's own, and may change.
    const store = String(call.input["IdentityStoreId"]);
    let limiter: RateLimiter | undefined;
    const background = detached || (call.background ?? quota?.background ?? false);
    return {
      async before() {
        if (!detached) await call.beforeRequest?.(signal);
        if (quota) limiter ??= limiterOf(call.command, store, quota.callsPerSecond, cache, await place());
        await limiter?.acquire({ background, signal });
        await attempts?.before();
      },
      failed(error) {
        if (isRefusal(error)) void limiter?.refused();
        attempts?.failed(error);
      },
    };
  };
  return {
    ...call,
    pass: () =>
      call.send(call.input, {
        ...(call.signal && { abortSignal: call.signal }),
        attempts: gate(call.signal, undefined),
      }),
    send: (input, sending) =>
      call.send(input, {
        ...sending,
        attempts: gate(sending.abortSignal, sending.attempts, sending.detached),
      }),
  };
}

function limiterOf(
  command: string,
  store: string,
  callsPerSecond: ResolvedQuota["callsPerSecond"],
  cache: Cache,
  { service, region, endpoint }: QuotaPlace,
): RateLimiter {
  // Organizations is in one place for all regions.
  const parts = ["calls", service, service === "organizations" ? "-" : region, endpoint ?? "-"];
  if (service === "identitystore") parts.push(command, store);
  if (service === "organizations") parts.push(command);
  return cache.rateLimiter(parts.join(" "), { callsPerSecond: callsPerSecond[service] });
}

/** Whether AWS says that there were too many calls. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && refusals.includes(error.name);
}
