import type { CommandContext } from "../../command-context.ts";
import { changeConfiguration } from "../../config/change-configuration.ts";
import { assertProfile } from "../../config/configured-profiles.ts";
import { usageError } from "../../errors/cli-error.ts";
import { profileEdits, type WriteProfileInput } from "./write-profile.ts";

export async function updateProfile(context: CommandContext, input: WriteProfileInput): Promise<void> {
  const edits = profileEdits(context, input);
  if (edits.length === 0)
    throw usageError("nothing is to be changed", 'see "awsideman profile update --help"');
  await changeConfiguration(context, input.dryRun, (tree) => {
    assertProfile(tree, input.name);
    return edits;
  });
}
