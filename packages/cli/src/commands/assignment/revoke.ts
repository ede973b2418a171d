import type { Consent } from "../../changes/assert-confirmed.ts";
import type { CommandContext } from "../../command-context.ts";
import { changeAssignment, type ChangeAssignmentInput } from "./change-assignment.ts";

export async function revoke(context: CommandContext, input: ChangeAssignmentInput & Consent): Promise<void> {
  await changeAssignment(context, input, "revoke", input);
}
