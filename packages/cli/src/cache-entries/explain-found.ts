import { commandOfKey, type EntryExplanation } from "@awsideman/aws-client";
import type { CommandContext } from "../command-context.ts";
import type { IdentityCenter } from "../identity-center/identity-center.ts";
import { noKey } from "./find-key.ts";

/** What there is under a key: of the caller that the settings name, where it is a command's answer. */
export async function explainFound(context: CommandContext, key: string): Promise<EntryExplanation> {
  try {
    const call = commandOfKey(key);
    if (call === undefined) {
      const { manager } = await context.cache();
      return { ...(await manager.explainKey(key)), call };
    }
    return await serviceOf(await context.identityCenter(), call.service).explain(key);
  } catch (error) {
    throw noKey(key, error);
  }
}

function serviceOf(
  center: IdentityCenter,
  service: NonNullable<EntryExplanation["call"]>["service"],
): { explain(key: string): Promise<EntryExplanation> } {
  switch (service) {
    case "identitystore":
      return center.identityStore;
    case "sso-admin":
      return center.ssoAdmin;
    case "organizations":
      return center.organizations;
  }
}
