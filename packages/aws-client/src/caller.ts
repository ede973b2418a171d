import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { ClientConfig } from "./aws-client.ts";
import type { Service } from "./catalog/sdk-commands.ts";
import { sha256 } from "./sha256.ts";

/** What answers of one service depend on besides the question. */
export interface CallerParts {
  /** Whose permissions they were given to. */
  readonly caller: string;
  readonly service: Service;
  readonly region: string;
  /** Undefined: the service's own. */
  readonly endpoint: string | undefined;
  /** An older SDK leaves out of an answer what it does not know. */
  readonly sdkVersion: string;
}

/** Returns the name of the part of the cache that these answers are in; different parts have different names. */
export function callerName({ caller, service, region, endpoint, sdkVersion }: CallerParts): string {
  const parts = [caller, `${service}@${sdkVersion}`, region];
  if (endpoint !== undefined) parts.push(endpoint);
  return parts.map(escapeSpace).join(" ");
}

/**
 * Finds out whose answers a client gets.
 * @param caller given by the user; undefined: the account and the access key of the client's credentials
 * @throws what the client's region or credentials throw
 */
export async function resolveCaller(
  config: ClientConfig,
  service: Service,
  caller: string | undefined,
): Promise<CallerParts> {
  const [region, endpoint, sdkVersion, name] = await Promise.all([
    config.region?.(),
    endpointOf(config, service),
    versionOf(config, service),
    caller ?? nameOf(config),
  ]);
  if (typeof region !== "string") throw new TypeError("The client has no region");
  return { caller: name, service, region, endpoint, sdkVersion };
}

/**
 * Returns an endpoint that the environment names, in the order in which the SDK looks.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function endpointOfEnvironment(service: Service, environment: NodeJS.ProcessEnv): string | undefined {
  if (environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.toLowerCase() === "true") return undefined;
  const own = `AWS_ENDPOINT_URL_${service.replace("-", "_").toUpperCase()}`;
  const url = environment[own] || environment["AWS_ENDPOINT_URL"];
  return url === undefined || url === "" ? undefined : normaliseEndpoint(url);
}

/** Returns the URL in one way of writing it; what is no URL as it is. */
export function normaliseEndpoint(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname.replace(/\/+$/, "")}`;
}

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

async function endpointOf({ endpoint }: ClientConfig, service: Service): Promise<string | undefined> {
  // The client does not tell an endpoint that it has from the environment.
  if (typeof endpoint !== "function") return endpointOfEnvironment(service, process.env);
  const { protocol, hostname, port, path } = await endpoint();
  return normaliseEndpoint(`${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path ?? ""}`);
}

/** The client says in its user agent of which version it is. */
async function versionOf({ defaultUserAgentProvider }: ClientConfig, service: Service): Promise<string> {
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

async function nameOf({ credentials }: ClientConfig): Promise<string> {
  if (typeof credentials !== "function") throw new TypeError("The client has no credentials");
  const { accountId, accessKeyId } = await credentials();
  return `${accountId ?? "-"}/${sha256(accessKeyId).slice(0, 16)}`;
}

function escapeSpace(part: string): string {
  return part.replace(/[% ]/g, encodeURIComponent);
}
