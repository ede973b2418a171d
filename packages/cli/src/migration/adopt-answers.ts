import type { Adoption } from "@awsideman/aws-client";
import type { CommandContext } from "../command-context.ts";
import { openConfiguration } from "../config/configuration.ts";
import { resolveSettings, type Settings } from "../settings/settings.ts";
import type { Import } from "./plan-migration.ts";

/** What everything that was taken over depends on, so that it can be dropped again. */
export const migrationTag = "migration:predecessor";

/**
 * Stores what is to be taken over, each answer for the caller that it was given to.
 * @returns what became of each, in the same order
 */
export async function adoptAnswers(
  context: CommandContext,
  imports: readonly Import[],
): Promise<readonly Adoption[]> {
  const { openIdentityCenter } = await import("../open-identity-center.ts");
  const cache = await context.cache();
  const settings = new Map<string | undefined, Settings>();
  const adoptions: Adoption[] = [];
  for (const { command, input, output, caller, createdAt, ttl } of imports) {
    const { profile } = caller;
    const own = settings.get(profile) ?? (await settingsOf(context, profile));
    settings.set(profile, own);
    const { organizations } = openIdentityCenter(own, cache, context.output);
    const when = { readAt: createdAt, ttl, tags: [migrationTag] };
    adoptions.push(await organizations.adopt(command, input as never, output as never, when));
  }
  return adoptions;
}

/** As they are for this profile; for none, as they are: what was asked without is not planned for whoever uses one. */
async function settingsOf(context: CommandContext, profile: string | undefined): Promise<Settings> {
  if (profile === undefined) return context.settings;
  const { globals, configuration } = context.opened;
  const { variables } = configuration().sources;
  const options = { ...globals, profile };
  return resolveSettings(options, await openConfiguration(options, variables));
}
