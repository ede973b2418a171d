import type { CommandContext } from "../../command-context.ts";
import { changeConfiguration } from "../../config/change-configuration.ts";
import { assertProfileName, namesOfProfiles } from "../../config/configured-profiles.ts";
import { usageError } from "../../errors/cli-error.ts";
import { noteMissingAwsProfile, profileEdits, type WriteProfileInput } from "./write-profile.ts";

export async function addProfile(context: CommandContext, input: WriteProfileInput): Promise<void> {
  const { name } = input;
  assertProfileName(name);
  const edits = profileEdits(context, input);
  if (!edits.some(({ path }) => path[0] === "profiles"))
    throw usageError(
      `the profile "${name}" would say nothing`,
      "add --region REGION, or what else it is to have",
    );
  await changeConfiguration(context, input.dryRun, (tree) => {
    if (namesOfProfiles(tree).includes(name))
      throw usageError(
        `there is a profile "${name}" already`,
        `change it with "awsideman profile update ${name}"`,
      );
    return edits;
  });
  noteMissingAwsProfile(context, input);
}
