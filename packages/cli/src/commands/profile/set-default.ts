import type { CommandContext } from "../../command-context.ts";
import { changeConfiguration } from "../../config/change-configuration.ts";
import { assertKnownProfile } from "../../config/configured-profiles.ts";
import { defaultEdit } from "./write-profile.ts";

export interface SetDefaultInput {
  readonly name: string;
  readonly dryRun: boolean;
}

export async function setDefaultProfile(
  context: CommandContext,
  { name, dryRun }: SetDefaultInput,
): Promise<void> {
  await changeConfiguration(context, dryRun, (tree) => {
    assertKnownProfile(tree, name, context.opened.variables);
    return [defaultEdit(name)];
  });
  const { AWSIDEMAN_PROFILE: own, AWS_PROFILE: aws } = context.opened.variables;
  if (own || aws) context.note(`${own ? "AWSIDEMAN_PROFILE" : "AWS_PROFILE"} is set, and counts before it`);
}
