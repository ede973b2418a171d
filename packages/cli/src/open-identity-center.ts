import { createCachedService, type AwsClient, type CachedService, type Service } from "@awsideman/aws-client";
import { timesToLive } from "./config/times-to-live.ts";
import { usageError } from "./errors/cli-error.ts";
import { findInstance } from "./identity-center/find-instance.ts";
import type { IdentityCenter, Instance } from "./identity-center/identity-center.ts";
import type { CommandCache } from "./open-cache.ts";
import type { Output } from "./output/output.ts";
import type { loadClient } from "./load-client.ts";
import type { Progress } from "./output/progress.ts";
import { Provenance } from "./provenance.ts";
import type { Settings } from "./settings/settings.ts";

/**
 * Those of the packages of the SDK, as package.json pins them: to look one up takes longer than to read an answer. A test
 * keeps the two together.
 */
export const sdkVersions: Readonly<Record<Service, string>> = {
  identitystore: "3.1138.0",
  // There is no 3.1138.0 of this one: it is released when something in it changes.
  organizations: "3.1136.0",
  "sso-admin": "3.1138.0",
};

/**
 * Puts the services of Identity Center behind the cache. The AWS SDK is imported when AWS has to be asked, not before.
 * @param watcher what goes between them and the commands
 * @param load makes a client of the SDK
 * @throws CliError when there is no region, or what cannot be one
 */
export function openIdentityCenter(
  settings: Settings,
  { manager, defaultTtl, operationTtls }: CommandCache,
  output: Output,
  watcher: Pick<Provenance, "watch"> = new Provenance(),
  progress?: Progress,
  load: typeof loadFromSdk = loadFromSdk,
): IdentityCenter {
  const { region } = settings;
  if (region === undefined) {
    throw usageError(
      "no region is set",
      "name the region of Identity Center with --region, AWS_REGION or the profile's region",
    );
  }
  if (!/^[a-z\d]+(?:-[a-z\d]+)*$/.test(region)) {
    throw usageError(`the region must be a name such as us-east-1, received ${JSON.stringify(region)}`);
  }
  const ttl = timesToLive(defaultTtl, operationTtls);
  const open = <S extends Service>(service: S): CachedService<S> => {
    const endpoint = settings.endpoints[service];
    const cached = createCachedService({
      service,
      maxAge: settings.maxAge,
      region,
      caller: settings.caller,
      requireCredentials: settings.requireCredentials,
      sdkVersion: sdkVersions[service],
      cache: manager,
      namespace: settings.namespace,
      ...(endpoint === undefined ? {} : { endpoint }),
      ignoreConfiguredEndpointUrls: true,
      ...(ttl === undefined ? {} : { ttl }),
      loadClient: () => load(service, { ...settings, region }, output, () => progress?.request(service)),
    });
    return watcher.watch(cached);
  };
  const ssoAdmin = open("sso-admin");
  let instance: Promise<Instance> | undefined;
  return {
    ssoAdmin,
    identityStore: open("identitystore"),
    organizations: open("organizations"),
    report: (step) => progress?.report(step),
    instance: () => (instance ??= findInstance(ssoAdmin, settings)),
  };
}

async function loadFromSdk(...asked: Parameters<typeof loadClient>): Promise<AwsClient> {
  return (await import("./load-client.ts")).loadClient(...asked);
}
