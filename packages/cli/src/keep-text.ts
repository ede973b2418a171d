import { fingerprint } from "@awsideman/aws-client";
import { createCacheKey } from "@awsideman/cache-core";
import type { CommandContext } from "./command-context.ts";

/** The beginning of all their keys. */
export const keptTexts = "text";

/** Characters. What is longer would take the place of too many answers. */
const longest = 8_000_000;

/**
 * Returns a text that is made of answers, from the cache if it is there. It depends on every answer that is read while it
 * is made: by the rule it is served as long as each of them could be, and not a moment longer.
 * Other formats, queries and widths of a terminal are other texts.
 * @param name tells it from other texts of the same caller
 * @param isWorthIt whether it is to be kept at all, once it was made
 */
export async function keepText(
  context: CommandContext,
  name: string,
  make: () => Promise<string>,
  isWorthIt: () => boolean = () => true,
): Promise<string> {
  const { manager } = await context.cache();
  const { readVersion } = await import("./command-line/version.ts");
  const { region, endpoints, maxAge } = context.settings;
  const caller = context.settings.caller();
  // Found before: what is read inside a load is not read again for it.
  const { InstanceArn, IdentityStoreId } = await (await context.identityCenter()).instance();
  // What it was asked of, and who lays it out.
  const origin = fingerprint(
    JSON.stringify([
      readVersion(),
      region,
      endpoints["sso-admin"],
      endpoints.identitystore,
      InstanceArn,
      IdentityStoreId,
    ]),
  );
  const key = createCacheKey(keptTexts, name, context.presenter.id, origin);
  const ttl = (text: string): number => {
    // Whoever was somebody else when it was done may have read what he was given.
    const isOwn = context.settings.caller() === caller;
    return isOwn && isWorthIt() && text.length <= longest ? Infinity : 0;
  };
  // With an age that is not to be exceeded, a text is always made anew: of its parts nobody knows how old they are.
  return manager.withScope({ caller }).getOrLoad(key, make, { ttl, maxAge });
}
