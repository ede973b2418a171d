import type { Service } from "../catalog/sdk-commands.ts";
import type { IniSection } from "./ini-file.ts";
import type { SharedFiles, Variables } from "./shared-files.ts";

/**
 * Returns an endpoint that the environment or the shared files name, in the order in which the SDK looks. Of the files, the
 * SDK takes the profile that the environment names, whichever profile a client was made with.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function configuredEndpoint(
  service: Service,
  variables: Variables,
  files: SharedFiles,
): string | undefined {
  const setting = service.replace("-", "_");
  const name = variables["AWS_PROFILE"] || "default";
  const profile = files.profile(name, "config");
  const ignored = [
    variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"],
    profile?.get("ignore_configured_endpoint_urls"),
  ].find((value) => value === "true" || value === "false");
  if (ignored === "true") return undefined;
  const url =
    variables[`AWS_ENDPOINT_URL_${setting.toUpperCase()}`] ||
    variables["AWS_ENDPOINT_URL"] ||
    endpointOf(profile, setting, files);
  return url ? normaliseEndpoint(url) : undefined;
}

function endpointOf(
  profile: IniSection | undefined,
  setting: string,
  files: SharedFiles,
): string | undefined {
  const services = profile?.get("services");
  if (services === undefined) return profile?.get("endpoint_url");
  const section = files.section("services", services);
  // The SDK gives up when there is no such section.
  return section && (section.get(`${setting}.endpoint_url`) ?? profile?.get("endpoint_url"));
}

/** Returns the URL in one way of writing it; what is no URL as it is. */
export function normaliseEndpoint(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname.replace(/\/+$/, "")}`;
}
