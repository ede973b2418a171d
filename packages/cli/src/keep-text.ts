import { fingerprint } from "@awsideman/aws-client";
import { createCacheKey } from "@awsideman/cache-core";
import type { CommandContext } from "./command-context.ts";

/** Characters. What is longer would take the place of too many answers. */
const longest = 8_000_000;

/**
 * Returns a text that is made of answers, from the cache if it is there. It depends on every answer that is read while it
 * is made: by the rule it is served as long as each of them could be, and not a moment longer.
 * Other formats, queries and widths of a terminal are other texts.
 * @param name tells it from other texts of the same caller
 */
export async function keepText(
  context: CommandContext,
  name: string,
  make: () => Promise<string>,
): Promise<string> {
  const { manager } = await context.cache();
  const { readVersion } = await import("./command-line/version.ts");
  const { caller, region, endpoints, instanceArn, identityStoreId } = context.settings;
  // What it was asked of, and who lays it out.
  const origin = fingerprint(
    JSON.stringify([
      readVersion(),
      region,
      endpoints["sso-admin"],
      endpoints.identitystore,
      instanceArn,
      identityStoreId,
    ]),
  );
  const key = createCacheKey("text", name, context.presenter.id, origin);
  const ttl = (text: string): number => (text.length > longest ? 0 : Infinity);
  return manager.withScope({ caller: caller() }).getOrLoad(key, make, { ttl });
}
