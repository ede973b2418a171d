import type { PlannedCall } from "../../changes/planned-call.ts";
import type { CommandContext } from "../../command-context.ts";
import {
  waitForAssignmentRequest,
  type AssignmentRequest,
} from "../../identity-center/assignment-requests.ts";
import type { ChosenAccount } from "../../identity-center/chosen-accounts.ts";
import type { IdentityCenter } from "../../identity-center/identity-center.ts";
import { mapBounded } from "../../identity-center/map-bounded.ts";

export type AssignmentChange = "assign" | "revoke";

/** What is to be asked for in an account. */
export interface AccountRequest extends ChosenAccount {
  readonly call: PlannedCall<AssignmentRequest | undefined>;
}

/** What is known of a request that was sent. */
export interface Outcome {
  /** As AWS has told of it last; without an ID, AWS has not said that it has taken it. */
  readonly request: AssignmentRequest;
  /** Why AWS has not taken it, or why no more is known of it. */
  readonly error?: unknown;
}

export interface SentRequests {
  /** By account. One that is not in it was not sent. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly isInterrupted: boolean;
}

/**
 * Sends requests, some at a time, and with `wait` follows each to its end before the next is sent: AWS takes only so many at
 * once. Resolves also when it is interrupted: AWS goes on with what was sent, and what it is called must not be lost.
 */
export async function sendRequests(
  context: CommandContext,
  center: IdentityCenter,
  change: AssignmentChange,
  requests: readonly AccountRequest[],
  wait: boolean,
): Promise<SentRequests> {
  const signal = context.interruption();
  const outcomes = new Map<string, Outcome>();
  let done = 0;
  const send = async ({ id, call }: AccountRequest): Promise<void> => {
    if (signal.aborted) return;
    let request: AssignmentRequest = { TargetId: id, Status: "IN_PROGRESS" };
    outcomes.set(id, { request });
    try {
      request = (await call.send(center)) ?? request;
      outcomes.set(id, { request });
      if (wait && request.Status === "IN_PROGRESS" && request.RequestId !== undefined)
        request = await waitForAssignmentRequest(center, change, request.RequestId, signal);
      outcomes.set(id, { request });
    } catch (error) {
      if (!signal.aborted) outcomes.set(id, { request, error });
    }
    done += 1;
    context.progress.report({ what: "accounts", done, total: requests.length });
  };
  const interrupted = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await Promise.race([mapBounded(requests, send), interrupted]);
  return { outcomes, isInterrupted: signal.aborted };
}
