import { throwIfAborted, toAbortSignal } from "./abort.ts";
import { adopt as adoptAnswer, type Adoption, type AdoptOptions } from "./adopt.ts";
import type { AwsClient } from "./aws-client.ts";
import { auditEntries, type AuditEntriesOptions } from "./audit/audit-entries.ts";
import type { AuditReport } from "./audit/audit-report.ts";
import type { CachedService, CallOptions, PaginateOptions } from "./cached-service.ts";
import type { Call, Output, Sending } from "./call.ts";
import { configuredEndpoint, normaliseEndpoint } from "./caller/configured-endpoint.ts";
import { installedVersion } from "./caller/sdk-version.ts";
import { SharedFiles } from "./caller/shared-files.ts";
import { findRow, services } from "./catalog/catalog.ts";
import type { Fields } from "./catalog/row.ts";
import type { Service } from "./catalog/sdk-commands.ts";
import { createCommandKey } from "./command-key.ts";
import { executeCommand } from "./execute-command.ts";
import { ExecutionContext } from "./execution-context.ts";
import { explainEntry, type EntryExplanation } from "./explain/explain-entry.ts";
import { LazyClient } from "./lazy-client.ts";
import {
  assertCaller,
  assertMilliseconds,
  assertString,
  mistake,
  resolveOptions,
  type CachedOptions,
  type CallerSource,
} from "./options.ts";

export interface CachedServiceOptions<S extends Service> extends CachedOptions {
  readonly service: S;
  /**
   * Makes an `Identitystore`, an `SSOAdmin` or an `Organizations`. Called on the first command that AWS has to be asked for, and again only
   * after it has failed; what it rejects with reaches the caller.
   */
  readonly loadClient: () => Promise<AwsClient>;
  /** The region that the client has. */
  readonly region: string;
  /** Whose permissions the answers were given to: a profile, a role, a user; or `environmentCaller()`. */
  readonly caller: string | CallerSource;
  /** The endpoint that the client has. Default: what environment and shared files say, or else the service's own. */
  readonly endpoint?: string;
  /**
   * As the client has it. True: where there is no `endpoint`, it is the service's own, whatever environment and shared files
   * say. Default: false.
   */
  readonly ignoreConfiguredEndpointUrls?: boolean;
  /** The version of the SDK's package that `loadClient` loads. Default: that of the installed one. */
  readonly sdkVersion?: string;
}

/**
 * Returns a service that answers from the cache without the SDK: its client is made only when AWS has to be asked. For
 * programs that live for one command, and would spend more time on loading the SDK than on the answer. It shares answers
 * with a client of {@link createCachedClient} that has the same namespace, caller, region and endpoint.
 * @throws TypeError or RangeError for a wrong option
 * @example
 * const identityStore = createCachedService({
 *   service: "identitystore",
 *   loadClient: async () => new (await import("@aws-sdk/client-identitystore")).Identitystore({ region }),
 *   region,
 *   caller: environmentCaller({ profile }),
 *   cache,
 * });
 * const user = await identityStore.call("DescribeUser", { IdentityStoreId, UserId });
 */
export function createCachedService<S extends Service>(options: CachedServiceOptions<S>): CachedService<S> {
  const resolved = resolveOptions(options);
  const { service, loadClient, region, caller, endpoint, ignoreConfiguredEndpointUrls, sdkVersion } = options;
  if (!services.includes(service)) throw mistake("service", `one of ${services.join(", ")}`, service);
  if (typeof loadClient !== "function") throw mistake("loadClient", "a function", loadClient);
  assertString(region, "region");
  assertCaller(caller);
  if (endpoint !== undefined) assertString(endpoint, "endpoint");
  if (ignoreConfiguredEndpointUrls !== undefined && typeof ignoreConfiguredEndpointUrls !== "boolean")
    throw mistake("ignoreConfiguredEndpointUrls", "true or false", ignoreConfiguredEndpointUrls);
  if (sdkVersion !== undefined) assertString(sdkVersion, "sdkVersion");

  const endpointNow = (): string | undefined => {
    if (endpoint !== undefined) return normaliseEndpoint(endpoint);
    if (ignoreConfiguredEndpointUrls) return undefined;
    return configuredEndpoint(service, process.env, new SharedFiles(process.env));
  };
  const client = new LazyClient(service, loadClient);
  const context = new ExecutionContext(service, resolved, {
    caller,
    place: async () => ({
      service,
      region,
      endpoint: endpointNow(),
      sdkVersion: sdkVersion ?? installedVersion(service),
    }),
    credentials: () => client.credentials(),
  });

  async function call(command: string, input: Fields, callOptions: CallOptions | undefined): Promise<Output> {
    const { background, beforeRequest, maxAge, ...sendOptions } = callOptions ?? {};
    if (maxAge !== undefined) assertMilliseconds(maxAge, "maxAge");
    const { requestTimeout } = sendOptions;
    const signal = toAbortSignal(sendOptions.abortSignal);
    throwIfAborted(signal);
    const whole: Call = {
      command,
      input,
      signal,
      limited: requestTimeout !== undefined || beforeRequest !== undefined,
      requestTimeout,
      background,
      beforeRequest,
      maxAge,
      pass: () =>
        client.send(command, sendOptions, input, signal === undefined ? {} : { abortSignal: signal }),
      send: (other, sending) => client.send(command, sendOptions, other, sending),
    };
    return executeCommand(context, whole);
  }

  async function has(command: string, input: Fields): Promise<boolean> {
    const row = findRow(service, command);
    const cache = context.own ?? (await context.resolveOwn());
    if (row?.kind !== "read" || cache === undefined) return false;
    return cache.has(createCommandKey(row.key, input));
  }

  async function adopt(
    command: string,
    input: Fields,
    output: Fields,
    adoptOptions: AdoptOptions,
  ): Promise<Adoption> {
    const row = findRow(service, command);
    if (row?.kind !== "read") throw mistake("command", "a command whose answers are kept", command);
    assertMilliseconds(adoptOptions.readAt, "readAt");
    assertMilliseconds(adoptOptions.ttl, "ttl");
    return adoptAnswer(context, row, command, input, output, adoptOptions);
  }

  async function explain(key: string): Promise<EntryExplanation> {
    return explainEntry(context.own ?? (await context.resolveOwn()) ?? context.shared, key);
  }

  function audit(auditOptions: AuditEntriesOptions = {}): Promise<AuditReport> {
    const ask = async (command: string, input: Fields, signal: AbortSignal): Promise<Output> => {
      const send = (other: Fields, sending: Sending): Promise<Output> =>
        client.send(command, {}, other, sending);
      const whole: Call = {
        command,
        input,
        signal,
        limited: false,
        background: true,
        pass: () => send(input, { abortSignal: signal }),
        send,
      };
      return context.paced(whole).send(input, { abortSignal: signal });
    };
    return auditEntries(context, ask, auditOptions);
  }

  async function* paginate(
    command: string,
    input: Fields,
    paginateOptions: PaginateOptions = {},
  ): AsyncGenerator<Output, void, undefined> {
    const { pageSize, ...callOptions } = paginateOptions;
    const first =
      pageSize === undefined || input["MaxResults"] !== undefined
        ? input
        : { ...input, MaxResults: pageSize };
    let next: Fields = { ...first };
    for (;;) {
      const page = await call(command, next, callOptions);
      yield page;
      if (!page["NextToken"]) return;
      next = { ...next, NextToken: page["NextToken"] };
    }
  }

  // Typed by the command on the outside; inside, commands are known at run time only.
  return Object.freeze({
    service,
    call,
    has,
    adopt,
    explain,
    audit,
    paginate,
  }) as unknown as CachedService<S>;
}
