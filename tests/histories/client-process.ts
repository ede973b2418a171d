import { Identitystore } from "@aws-sdk/client-identitystore";
import { Organizations } from "@aws-sdk/client-organizations";
import { SSOAdmin } from "@aws-sdk/client-sso-admin";
import { cacheMetadata, createCachedClient, createCachedService } from "@awsideman/aws-client";
import { CacheManager } from "@awsideman/cache-core";
import { sharedNow } from "@awsideman/cache-core/testing";
import { createStorage as createDiskStorage } from "@awsideman/storage-disk";
import { createStorage as createRedisStorage } from "@awsideman/storage-redis";
import { canonical, canonicalError } from "./canonical.ts";
import type { ClientScenario, Order, Outcome, Request, Told } from "./messages.ts";

/** A process with a cache and wrapped clients, that sends what it is told to, all at once. */
const scenario = JSON.parse(process.argv[2] as string) as ClientScenario;
const tell = (told: Told): void => void process.send?.(told);

const cache = new CacheManager();
cache.registerBackend("disk", createDiskStorage);
cache.registerBackend("redis", createRedisStorage);
const events: Record<string, number> = {};
for (const type of [
  "storage-failed",
  "invalidation-deferred",
  "breaker",
  "warning",
  "fenced",
  "stored",
] as const)
  cache.on(type, () => (events[type] = (events[type] ?? 0) + 1));
await cache.configureStorage(scenario.storage);

const { endpoint, region, settle } = scenario;
const config = { endpoint, region, credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } };
// As many calls as the machine has time for.
const options = { cache, caller: "history", settle, quota: false } as const;
const originals = {
  identitystore: new Identitystore(config),
  organizations: new Organizations(config),
  "sso-admin": new SSOAdmin(config),
};
const send = scenario.form === "client" ? throughClients() : throughServices();

process.on("message", (order: Order) => {
  if (order.kind === "stop") void stop();
  else void carryOut(order.id, order.request).then(tell);
});
// Nobody is left to do it for.
process.on("disconnect", () => process.exit(1));
tell({ kind: "ready" });

async function carryOut(id: number, request: Request): Promise<Outcome> {
  const begin = sharedNow();
  try {
    const output = await send(request);
    const { NextToken: nextToken } = output as { readonly NextToken?: string };
    const cached = cacheMetadata(output) !== undefined;
    return { kind: "outcome", id, begin, end: sharedNow(), cached, answer: canonical(output), nextToken };
  } catch (thrown) {
    const end = sharedNow();
    const error = thrown as Error & { readonly code?: string; readonly $metadata?: object };
    const cached = cacheMetadata({ $metadata: error.$metadata ?? {} }) !== undefined;
    const answer = canonicalError(error.name, error);
    return { kind: "outcome", id, begin, end, cached, answer, error: error.code ?? error.name };
  }
}

type Send = (request: Request) => Promise<{ readonly $metadata: object }>;

function throughClients(): Send {
  const clients = {
    identitystore: createCachedClient(originals.identitystore, options),
    organizations: createCachedClient(originals.organizations, options),
    "sso-admin": createCachedClient(originals["sso-admin"], options),
  };
  return ({ service, command, input }) => {
    const client = clients[service] as unknown as Readonly<
      Record<string, (input: object) => ReturnType<Send>>
    >;
    const method = client[`${command.charAt(0).toLowerCase()}${command.slice(1)}`];
    if (method === undefined) throw new Error(`There is no ${command}`);
    return method.call(client, input);
  };
}

function throughServices(): Send {
  const made = { ...options, region, endpoint };
  const services = {
    identitystore: createCachedService({
      ...made,
      service: "identitystore",
      loadClient: async () => originals.identitystore,
    }),
    organizations: createCachedService({
      ...made,
      service: "organizations",
      loadClient: async () => originals.organizations,
    }),
    "sso-admin": createCachedService({
      ...made,
      service: "sso-admin",
      loadClient: async () => originals["sso-admin"],
    }),
  };
  return ({ service, command, input }) =>
    (services[service].call as unknown as (command: string, input: object) => ReturnType<Send>)(
      command,
      input,
    );
}

async function stop(): Promise<void> {
  await cache.close();
  tell({ kind: "events", events });
  process.disconnect();
  process.exit(0);
}
