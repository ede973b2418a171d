import type { CommandContext } from "../../command-context.ts";
import { changeAssignment, type ChangeAssignmentInput } from "./change-assignment.ts";

export async function assign(context: CommandContext, input: ChangeAssignmentInput): Promise<void> {
  await changeAssignment(context, input, "assign");
}
