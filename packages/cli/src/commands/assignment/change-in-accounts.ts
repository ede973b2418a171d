import type { PlannedCall } from "../../changes/planned-call.ts";
import type { CommandContext } from "../../command-context.ts";
import { classify } from "../../errors/classify.ts";
import { CliError } from "../../errors/cli-error.ts";
import { exitCodes } from "../../errors/exit-code.ts";
import {
  waitForAssignmentRequest,
  type AssignmentRequest,
} from "../../identity-center/assignment-requests.ts";
import type { ChosenAccount } from "../../identity-center/chosen-accounts.ts";
import type { IdentityCenter } from "../../identity-center/identity-center.ts";
import { mapBounded } from "../../identity-center/map-bounded.ts";
import { plural } from "../../output/quantity.ts";
import { table } from "../../output/view.ts";

/** What is to be asked for in an account. */
export interface AccountRequest extends ChosenAccount {
  readonly call: PlannedCall<AssignmentRequest | undefined>;
}

/** What has become of it; `error` is there when AWS has not taken the request, or does not tell of it. */
interface Outcome {
  readonly request: AssignmentRequest;
  readonly error?: unknown;
}

/**
 * Sends the requests, some at a time, and follows each to its end before the next is sent: AWS takes only so many at once.
 * Shows a row for each account, also when it is interrupted.
 * @throws CliError when it was interrupted, or some have failed
 */
export async function changeInAccounts(
  context: CommandContext,
  center: IdentityCenter,
  change: "assign" | "revoke",
  requests: readonly AccountRequest[],
): Promise<void> {
  const signal = context.interruption();
  const outcomes = new Map<string, Outcome>();
  let done = 0;
  const send = async ({ id, call }: AccountRequest): Promise<void> => {
    if (signal.aborted) return;
    let request: AssignmentRequest = { TargetId: id, Status: "IN_PROGRESS" };
    outcomes.set(id, { request });
    try {
      request = { ...request, ...(await call.send(center)) };
      outcomes.set(id, { request });
      if (request.Status === "IN_PROGRESS" && request.RequestId !== undefined)
        request = await waitForAssignmentRequest(center, change, request.RequestId);
      outcomes.set(id, { request });
    } catch (error) {
      const isTaken = request.RequestId !== undefined;
      const failed = { ...request, ...(isTaken ? {} : { Status: "FAILED" as const }) };
      outcomes.set(id, { request: { ...failed, FailureReason: classify(error).message }, error });
    }
    done += 1;
    context.progress.report({ what: "accounts", done, total: requests.length });
  };
  const interrupted = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await Promise.race([mapBounded(requests, send), interrupted]);
  show(context, requests, outcomes);
  if (signal.aborted)
    throw new CliError("interrupted", {
      advice: "AWS goes on with what was sent",
      exitCode: exitCodes.interrupted,
    });
  assertAllSucceeded([...outcomes.values()]);
}

function show(
  context: CommandContext,
  requests: readonly AccountRequest[],
  outcomes: ReadonlyMap<string, Outcome>,
): void {
  const rows = requests.map(({ id, name }) => ({
    ...(outcomes.get(id)?.request ?? { TargetId: id, Status: "NOT_SENT" }),
    ...(name === undefined ? {} : { AccountName: name }),
  })) as readonly (AssignmentRequest & { readonly AccountName?: string })[];
  context.show({ Requests: rows }, () =>
    table(
      ["Account", "Account Name", "Status", "Reason", "Request ID"],
      rows.map((row) => [row.TargetId, row.AccountName, row.Status, row.FailureReason, row.RequestId]),
    ),
  );
}

function assertAllSucceeded(outcomes: readonly Outcome[]): void {
  const failed = outcomes.filter(({ request, error }) => request.Status === "FAILED" || error !== undefined);
  const [first] = failed;
  if (first === undefined) return;
  const isNoneDone = failed.length === outcomes.length;
  if (isNoneDone && first.error instanceof Error) throw first.error;
  const { FailureReason = "no reason given" } = first.request;
  throw new CliError(
    `${failed.length} of ${plural(outcomes.length, "request")} have failed, the first because: ${FailureReason}`,
    { exitCode: isNoneDone ? exitCodes.failed : exitCodes.partial, cause: first.error },
  );
}
