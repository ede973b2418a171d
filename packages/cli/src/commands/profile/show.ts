import type { CommandContext } from "../../command-context.ts";
import { didYouMean } from "../../command-line/closest.ts";
import { notFoundError, usageError } from "../../errors/cli-error.ts";
import { fields } from "../../output/view.ts";
import { describeProfiles } from "./describe-profiles.ts";

export interface ShowProfileInput {
  readonly name: string | undefined;
}

export async function showProfile(context: CommandContext, input: ShowProfileInput): Promise<void> {
  const configuration = context.opened.configuration();
  const name = input.name ?? configuration.profile().value;
  if (name === undefined) throw usageError("no profile is in use", "name one");
  const profiles = describeProfiles(configuration);
  const found = profiles.find((profile) => profile.Name === name);
  if (found === undefined) {
    const names = profiles.map((profile) => profile.Name);
    throw notFoundError(
      `there is no profile "${name}"`,
      didYouMean(name, names, '"awsideman profile list" shows them'),
    );
  }
  context.show(found, () =>
    fields([
      ["Name", found.Name],
      ["Source", found.Source],
      ["Default", found.IsDefault ? "yes" : "no"],
      ["Region", found.Region],
      ["Instance", found.DisplayName],
      ["Instance ARN", found.SsoInstanceArn],
      ["Identity Store ID", found.IdentityStoreId],
      ["AWS Profile", found.AwsProfile],
      ["SSO Session", found.SsoSession],
    ]),
  );
}
