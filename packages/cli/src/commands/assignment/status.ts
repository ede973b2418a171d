import type { CommandContext } from "../../command-context.ts";
import { describeAssignmentRequest } from "../../identity-center/assignment-requests.ts";
import { showRequest } from "./show-request.ts";

export interface RequestStatusInput {
  readonly requestId: string;
}

export async function showRequestStatus(
  context: CommandContext,
  { requestId }: RequestStatusInput,
): Promise<void> {
  showRequest(context, await describeAssignmentRequest(await context.identityCenter(), requestId));
}
