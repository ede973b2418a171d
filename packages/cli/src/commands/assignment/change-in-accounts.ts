import { interruptedChange } from "../../changes/interrupted-change.ts";
import { UncertainChange } from "../../changes/uncertain-change.ts";
import type { CommandContext } from "../../command-context.ts";
import { classify } from "../../errors/classify.ts";
import { CliError } from "../../errors/cli-error.ts";
import { exitCodes } from "../../errors/exit-code.ts";
import type { AssignmentRequest } from "../../identity-center/assignment-requests.ts";
import type { IdentityCenter } from "../../identity-center/identity-center.ts";
import { plural } from "../../output/quantity.ts";
import { table } from "../../output/view.ts";
import { sendRequests, type AccountRequest, type AssignmentChange, type Outcome } from "./send-requests.ts";

/** What AWS says of a request, or what is said in its place. */
interface Row extends Omit<AssignmentRequest, "Status"> {
  readonly Status: AssignmentRequest["Status"] | "NOT_SENT" | "NOT_KNOWN";
  readonly AccountName?: string;
}

/**
 * Sends requests, waits for each, and shows a row for each account, also when it is interrupted.
 * @throws CliError when it was interrupted, or some have failed
 */
export async function changeInAccounts(
  context: CommandContext,
  center: IdentityCenter,
  change: AssignmentChange,
  requests: readonly AccountRequest[],
): Promise<void> {
  const { outcomes, isInterrupted } = await sendRequests(context, center, change, requests, true);
  const rows = requests.map(({ id, name }): Row => ({
    ...stateOf(outcomes.get(id)),
    TargetId: id,
    ...(name === undefined ? {} : { AccountName: name }),
  }));
  context.show({ Requests: rows }, () =>
    table(
      ["Account", "Account Name", "Status", "Reason", "Request ID"],
      rows.map((row) => [row.TargetId, row.AccountName, row.Status, row.FailureReason, row.RequestId]),
    ),
  );
  if (isInterrupted) throw interruptedChange();
  assertAllSucceeded([...outcomes.values()]);
}

function stateOf(outcome: Outcome | undefined): Row {
  if (outcome === undefined) return { Status: "NOT_SENT" };
  const { request, error } = outcome;
  if (error === undefined) return { ...request, Status: request.Status };
  const FailureReason = classify(error).message;
  if (request.RequestId !== undefined) return { ...request, Status: request.Status, FailureReason };
  return { Status: error instanceof UncertainChange ? "NOT_KNOWN" : "FAILED", FailureReason };
}

function assertAllSucceeded(outcomes: readonly Outcome[]): void {
  const failed = outcomes.filter(({ request, error }) => request.Status === "FAILED" || error !== undefined);
  const [first] = failed;
  if (first === undefined) return;
  const isNoneDone = failed.length === outcomes.length;
  if (isNoneDone && first.error instanceof Error) throw first.error;
  const { FailureReason = "no reason given" } = stateOf(first);
  throw new CliError(
    `${failed.length} of ${plural(outcomes.length, "request")} have failed, the first because: ${FailureReason}`,
    {
      advice: failed.some(({ error }) => error instanceof UncertainChange)
        ? "of those that are NOT_KNOWN, look before you try again"
        : undefined,
      exitCode: isNoneDone ? exitCodes.failed : exitCodes.partial,
      cause: first.error,
    },
  );
}
