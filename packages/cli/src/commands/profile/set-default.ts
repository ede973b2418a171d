import type { CommandContext } from "../../command-context.ts";
import { changeConfiguration } from "../../config/change-configuration.ts";
import { assertProfile } from "../../config/configured-profiles.ts";
import { SharedFiles } from "../../settings/shared-files.ts";
import { defaultEdit } from "./write-profile.ts";

export interface SetDefaultInput {
  readonly name: string;
  readonly dryRun: boolean;
}

export async function setDefaultProfile(
  context: CommandContext,
  { name, dryRun }: SetDefaultInput,
): Promise<void> {
  const isOfAws = new SharedFiles(context.opened.variables).profile(name) !== undefined;
  await changeConfiguration(context, dryRun, (tree) => {
    if (!isOfAws) assertProfile(tree, name);
    return [defaultEdit(name)];
  });
  const { AWSIDEMAN_PROFILE: own, AWS_PROFILE: aws } = context.opened.variables;
  if (own || aws) context.note(`${own ? "AWSIDEMAN_PROFILE" : "AWS_PROFILE"} is set, and counts before it`);
}
