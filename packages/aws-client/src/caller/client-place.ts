import type { ClientConfig } from "../aws-client.ts";
import type { Service } from "../catalog/sdk-commands.ts";
import type { CallerPlace } from "./caller-parts.ts";
import { configuredEndpoint, normaliseEndpoint } from "./configured-endpoint.ts";
import { versionOf } from "./sdk-version.ts";
import { SharedFiles } from "./shared-files.ts";

/**
 * Finds out where a client asks, without asking.
 * @throws what the client's region throws
 */
export async function placeOf(config: ClientConfig, service: Service): Promise<CallerPlace> {
  const [region, endpoint, sdkVersion] = await Promise.all([
    config.region?.(),
    endpointOf(config, service),
    versionOf(config, service),
  ]);
  if (typeof region !== "string") throw new TypeError("The client has no region");
  return { service, region, endpoint, sdkVersion };
}

async function endpointOf(config: ClientConfig, service: Service): Promise<string | undefined> {
  const { endpoint, ignoreConfiguredEndpointUrls, serviceConfiguredEndpoint } = config;
  if (typeof endpoint === "function") {
    const { protocol, hostname, port, path } = await endpoint();
    return normaliseEndpoint(`${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path ?? ""}`);
  }
  if (ignoreConfiguredEndpointUrls === true) return undefined;
  // The client finds it in the environment and the shared files with its first request, and then keeps to it.
  if (typeof serviceConfiguredEndpoint === "function") {
    const url = await serviceConfiguredEndpoint();
    return url ? normaliseEndpoint(url) : undefined;
  }
  return configuredEndpoint(service, process.env, new SharedFiles(process.env));
}
