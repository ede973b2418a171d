import type { AwsClient, Service } from "@awsideman/aws-client";
import { markLostAttempts } from "./changes/lost-attempts.ts";
import type { Output } from "./output/output.ts";
import { printable } from "./output/text.ts";
import type { Settings } from "./settings/settings.ts";

/** Milliseconds. Identity Center answers within one second; what does not answer at all must not hang a terminal. */
const connectionTimeout = 5_000;
const requestTimeout = 30_000;

/**
 * Imports a part of the AWS SDK and makes its client. What is not said here, credentials above all, is as the SDK
 * finds it.
 * @param requested called for every request that leaves, retries included
 */
export async function loadClient(
  service: Service,
  settings: Settings & { readonly region: string },
  output: Output,
  requested: () => void,
): Promise<AwsClient> {
  const tell = (text: string): void => {
    if (settings.verbose) output.note(`awsideman: aws: ${printable(text)}\n`);
  };
  const endpoint = settings.endpoints[service];
  const config = {
    region: settings.region,
    ...(settings.profile === undefined ? {} : { profile: settings.profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
    // The SDK would look in the profile that AWS_PROFILE names, whichever it is given.
    ignoreConfiguredEndpointUrls: true,
    // A list can be hundreds of calls, and AWS takes about 20 a second: this mode slows down when it is told to.
    ...(settings.choosesRetries ? {} : { retryMode: "adaptive" as const }),
    requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    logger: quietLogger(tell),
  };
  const client = await makeClient(service, config);
  // The last step before the request leaves: whatever it had to wait for, it has.
  client.middlewareStack.add(
    (next: (request: unknown) => unknown) => (request: unknown) => {
      requested();
      return next(request);
    },
    { step: "deserialize", priority: "low", name: "awsidemanRequests" },
  );
  markLostAttempts(client.middlewareStack);
  return client;
}

/** All three have it; their types have nothing in common. */
interface Client extends AwsClient {
  readonly middlewareStack: { add(middleware: unknown, options: object): void };
}

async function makeClient(service: Service, config: object): Promise<Client> {
  switch (service) {
    case "identitystore":
      return new (await import("@aws-sdk/client-identitystore")).Identitystore(config) as Client;
    case "organizations":
      return new (await import("@aws-sdk/client-organizations")).Organizations(config) as Client;
    case "sso-admin":
      return new (await import("@aws-sdk/client-sso-admin")).SSOAdmin(config) as Client;
  }
}

/** The SDK logs every call with all that was asked and answered. Only its warnings are of use here, and only on request. */
function quietLogger(
  tell: (text: string) => void,
): Record<"debug" | "info" | "warn" | "error", (...content: unknown[]) => void> {
  const nothing = (): void => undefined;
  const warn = (...content: unknown[]): void => {
    tell(content.filter((part) => typeof part === "string").join(" "));
  };
  return { debug: nothing, info: nothing, warn, error: nothing };
}
