import type { CommandContext } from "../../command-context.ts";
import type { AssignmentRequest } from "../../identity-center/assignment-requests.ts";
import { fields } from "../../output/view.ts";

/** Prints what AWS says about a request to assign or to revoke. */
export function showRequest(context: CommandContext, request: AssignmentRequest): void {
  context.show(request, () =>
    fields([
      ["Request ID", request.RequestId],
      ["Status", request.Status],
      ["Reason", request.FailureReason],
      ["Permission Set", request.PermissionSetArn],
      ["Principal", request.PrincipalId],
      ["Principal Type", request.PrincipalType],
      ["Account", request.TargetId],
      ["Requested", request.CreatedDate?.toISOString()],
    ]),
  );
}
