import { interruptedChange } from "../../changes/interrupted-change.ts";
import type { CommandContext } from "../../command-context.ts";
import { classify } from "../../errors/classify.ts";
import { CliError } from "../../errors/cli-error.ts";
import type { IdentityCenter } from "../../identity-center/identity-center.ts";
import { sendRequests, type AccountRequest, type AssignmentChange } from "./send-requests.ts";
import { showRequest } from "./show-request.ts";

/**
 * Sends one request, and shows what became of it so far; with `wait`, what became of it.
 * @throws CliError when it has failed or was interrupted, and AWS's own error when AWS has not taken it
 */
export async function changeInAccount(
  context: CommandContext,
  center: IdentityCenter,
  change: AssignmentChange,
  account: AccountRequest,
  wait: boolean,
): Promise<void> {
  const { outcomes, isInterrupted } = await sendRequests(context, center, change, [account], wait);
  const { request = {}, error } = outcomes.get(account.id) ?? {};
  const { RequestId, Status, FailureReason = "no reason given" } = request;
  if (error !== undefined && RequestId === undefined) throw classify(error);
  showRequest(context, request);
  const how = RequestId && `"awsideman assignment status ${RequestId}" shows what becomes of it`;
  if (isInterrupted) throw interruptedChange(how);
  if (error !== undefined) throw classify(error);
  if (Status === "FAILED") throw new CliError(`the request has failed: ${FailureReason}`);
  if (Status === "IN_PROGRESS" && how) context.note(how);
}
