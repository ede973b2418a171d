import { systemClock, type Clock } from "@awsideman/cache-core";
import { toAbortSignal, abortError, type AbortSignalLike } from "./abort.ts";
import type { CachedService, CallOptions } from "./cached-service.ts";
import type { CommandOutput } from "./catalog/sdk-commands.ts";
import { mistake } from "./options.ts";
import { isOutage } from "./outage.ts";

/** What AWS says of an assignment that was asked for, or of its removal. */
export type AssignmentStatus = NonNullable<
  CommandOutput<"sso-admin", "CreateAccountAssignment">["AccountAssignmentCreationStatus"]
>;

interface CreationRequest {
  readonly InstanceArn: string;
  readonly AccountAssignmentCreationRequestId: string;
}

interface DeletionRequest {
  readonly InstanceArn: string;
  readonly AccountAssignmentDeletionRequestId: string;
}

/** Which of the two it is: what `CreateAccountAssignment` or `DeleteAccountAssignment` has given an id for. */
export type AssignmentRequest = CreationRequest | DeletionRequest;

export interface WaitOptions {
  /** Milliseconds after which it asks no more; a question under way is waited for. Default 15 minutes. */
  readonly timeout?: number;
  readonly abortSignal?: AbortSignalLike;
  /** Told what AWS says each time it is asked. */
  readonly onStatus?: (status: AssignmentStatus) => void;
  /** Time, for tests. Default: that of the system. */
  readonly clock?: Clock;
}

/** A cached service, or a cached `SSOAdmin`. */
export type AssignmentSource =
  | Pick<CachedService<"sso-admin">, "call">
  | {
      describeAccountAssignmentCreationStatus(
        input: CreationRequest,
        options?: CallOptions,
      ): Promise<CommandOutput<"sso-admin", "DescribeAccountAssignmentCreationStatus">>;
      describeAccountAssignmentDeletionStatus(
        input: DeletionRequest,
        options?: CallOptions,
      ): Promise<CommandOutput<"sso-admin", "DescribeAccountAssignmentDeletionStatus">>;
    };

/** Milliseconds between one question and the next: most assignments take some seconds, and some minutes. */
const firstPause = 500;
const longestPause = 5_000;
const growth = 1.5;
const defaultTimeout = 15 * 60_000;

/**
 * Asks AWS what has become of an assignment, in growing intervals and within the quota, until it has ended. The end, once
 * seen, lets what the assignment touches back into the cache, in every process.
 * Resolves with the last status: `SUCCEEDED`, or `FAILED` with its `FailureReason`; `IN_PROGRESS` when the time was up first.
 * Rejects with AWS's own error, except while AWS is down or takes no more calls, and with an `AbortError`.
 * @example
 * const { AccountAssignmentCreationStatus } = await ssoAdmin.call("CreateAccountAssignment", assignment);
 * const AccountAssignmentCreationRequestId = AccountAssignmentCreationStatus.RequestId;
 * const { Status } = await waitForAssignment(ssoAdmin, { InstanceArn, AccountAssignmentCreationRequestId });
 */
export async function waitForAssignment(
  ssoAdmin: AssignmentSource,
  request: AssignmentRequest,
  options: WaitOptions = {},
): Promise<AssignmentStatus> {
  const { timeout = defaultTimeout, onStatus, clock = systemClock } = options;
  if (typeof timeout !== "number" || !(timeout >= 0)) throw mistake("timeout", "milliseconds", timeout);
  const signal = toAbortSignal(options.abortSignal);
  const end = clock.monotonic() + timeout;
  let latest: AssignmentStatus = { Status: "IN_PROGRESS" };
  for (let pause = firstPause; ; pause = Math.min(pause * growth, longestPause)) {
    const status = await ask(ssoAdmin, request, signal);
    if (status !== undefined) {
      latest = status;
      onStatus?.(status);
    }
    const left = end - clock.monotonic();
    if (latest.Status !== "IN_PROGRESS" || left <= 0) return latest;
    await sleep(Math.min(pause, left), signal, clock);
  }
}

/** @returns undefined when AWS does not say */
async function ask(
  ssoAdmin: AssignmentSource,
  request: AssignmentRequest,
  signal: AbortSignal | undefined,
): Promise<AssignmentStatus | undefined> {
  const options = signal === undefined ? {} : { abortSignal: signal };
  try {
    if ("AccountAssignmentCreationRequestId" in request) {
      const output = await ("call" in ssoAdmin
        ? ssoAdmin.call("DescribeAccountAssignmentCreationStatus", request, options)
        : ssoAdmin.describeAccountAssignmentCreationStatus(request, options));
      return output.AccountAssignmentCreationStatus;
    }
    const output = await ("call" in ssoAdmin
      ? ssoAdmin.call("DescribeAccountAssignmentDeletionStatus", request, options)
      : ssoAdmin.describeAccountAssignmentDeletionStatus(request, options));
    return output.AccountAssignmentDeletionStatus;
  } catch (error) {
    if (isOutage(error)) return undefined;
    throw error;
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
