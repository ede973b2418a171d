import type { IniSection, Service } from "@awsideman/aws-client";
import { usageError } from "../errors/cli-error.ts";
import type { SharedFiles } from "./shared-files.ts";
import type { Variables } from "./variables.ts";

/** What each service is asked at; undefined: at AWS's own endpoint. */
export type Endpoints = Readonly<Record<Service, string | undefined>>;

/**
 * Finds the endpoints: the option, then the environment, then the profile, each with what is said for one service
 * before what is said for all.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 * @throws CliError for what is no URL
 */
export function resolveEndpoints(
  option: string | undefined,
  variables: Variables,
  profile: IniSection | undefined,
  files: SharedFiles,
): Endpoints {
  if (option !== undefined) {
    const endpoint = parse(option, "--endpoint-url");
    return forEach(() => endpoint);
  }
  const ignored =
    variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] || profile?.get("ignore_configured_endpoint_urls");
  if (ignored?.toLowerCase() === "true") return forEach(() => undefined);

  const services = profile?.get("services");
  const section = services === undefined ? undefined : files.section("services", services);
  return forEach((service) => {
    const setting = service.replace("-", "_");
    const variable = `AWS_ENDPOINT_URL_${setting.toUpperCase()}`;
    const candidates = [
      [variables[variable], variable],
      [variables["AWS_ENDPOINT_URL"], "AWS_ENDPOINT_URL"],
      [section?.get(`${setting}.endpoint_url`), "the profile's endpoint_url"],
      [profile?.get("endpoint_url"), "the profile's endpoint_url"],
    ] as const;
    for (const [url, origin] of candidates) if (url) return parse(url, origin);
    return undefined;
  });
}

function forEach(endpointOf: (service: Service) => string | undefined): Endpoints {
  return {
    identitystore: endpointOf("identitystore"),
    organizations: endpointOf("organizations"),
    "sso-admin": endpointOf("sso-admin"),
  };
}

/** The URL in one way of writing it, so that an endpoint has one name. */
function parse(url: string, origin: string): string {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw usageError(`${origin} must be a URL such as https://example.com:8443, received "${url}"`);
  }
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname.replace(/\/+$/, "")}`;
}
