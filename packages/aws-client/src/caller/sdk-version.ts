import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { ClientConfig } from "../aws-client.ts";
import type { Service } from "../catalog/sdk-commands.ts";

/** Returns the version of the SDK's package that a program would load, without loading it; `unknown` if there is none. */
export function installedVersion(service: Service): string {
  try {
    const manifest = createRequire(import.meta.url).resolve(`@aws-sdk/client-${service}/package.json`);
    const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly version?: unknown };
    return typeof version === "string" ? version : "unknown";
  } catch {
    return "unknown";
  }
}

/** Resolves with the version that a client is of, as it says in its user agent. Never rejects. */
export async function versionOf(
  { defaultUserAgentProvider }: ClientConfig,
  service: Service,
): Promise<string> {
  const sections = await defaultUserAgentProvider?.().catch(() => undefined);
  const said = sections?.find(([name]) => name === "aws-sdk-js")?.[1];
  const installed = installedVersion(service);
  return said === undefined || areSameRelease(said, installed) ? installed : said;
}

/** The SDK's CommonJS builds are made before the version is raised, and say the one before their own. */
function areSameRelease(said: string, installed: string): boolean {
  const [major, minor] = said.split(".");
  const [installedMajor, installedMinor] = installed.split(".");
  const behind = Number(installedMinor) - Number(minor);
  return major === installedMajor && (behind === 0 || behind === 1);
}
