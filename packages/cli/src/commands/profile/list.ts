import type { CommandContext } from "../../command-context.ts";
import { sections, table } from "../../output/view.ts";
import { SharedFiles } from "../../settings/shared-files.ts";
import { describeProfiles } from "./describe-profiles.ts";

export async function listProfiles(context: CommandContext): Promise<void> {
  const configuration = context.opened.configuration();
  const profiles = describeProfiles(configuration);
  const files = new SharedFiles(configuration.sources.variables);
  const sessions = files.sessionNames().map((name) => {
    const session = files.section("sso-session", name);
    return { Name: name, StartUrl: session?.get("sso_start_url"), Region: session?.get("sso_region") };
  });
  context.show({ Profiles: profiles, SsoSessions: sessions }, () =>
    sections([
      table(
        ["Name", "Region", "Default", "Instance ARN", "AWS Profile", "SSO Session", "Source"],
        profiles.map((one) => [
          one.Name,
          one.Region,
          one.IsDefault ? "yes" : "",
          one.SsoInstanceArn,
          one.AwsProfile,
          one.SsoSession,
          one.Source,
        ]),
      ),
      table(
        ["SSO Session", "Start URL", "Region"],
        sessions.map(({ Name, StartUrl, Region }) => [Name, StartUrl, Region]),
      ),
    ]),
  );
}
