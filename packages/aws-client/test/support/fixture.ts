import { Identitystore, type IdentitystoreClientConfig } from "@aws-sdk/client-identitystore";
import { SSOAdmin } from "@aws-sdk/client-sso-admin";
import { CacheManager, type CacheStorage } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import {
  startIdentityCenterSim,
  type IdentityCenterSim,
  type IdentityCenterSimOptions,
} from "@awsideman/identity-center-sim";
import { openMemoryStorage, type MemoryStorageConfig } from "@awsideman/storage-memory";
import { onTestFinished } from "vitest";
import {
  cacheMetadata,
  createCachedClient,
  type CachedClientOptions,
  type ClientEvent,
} from "../../src/index.ts";

/** A process: its own cache and clients, over a storage that it may share with others. */
export interface Process {
  readonly cache: CacheManager;
  readonly identityStore: Identitystore;
  readonly ssoAdmin: SSOAdmin;
  readonly events: ClientEvent[];
}

export interface Fixture extends Process {
  readonly sim: IdentityCenterSim;
  readonly clock: FakeClock;
  /** Clients that know no cache: what they answer is the truth. */
  readonly aws: { readonly identityStore: Identitystore; readonly ssoAdmin: SSOAdmin };
  readonly IdentityStoreId: string;
  readonly InstanceArn: string;
  /** Starts another process over the same storage. */
  readonly start: (options?: Partial<CachedClientOptions>) => Process;
}

export interface FixtureOptions extends IdentityCenterSimOptions {
  readonly client?: Partial<CachedClientOptions>;
  readonly memory?: MemoryStorageConfig;
  readonly aws?: IdentitystoreClientConfig;
}

/** A simulated Identity Center, a cache in front of it, and time that stands still until a test moves it. */
export async function startFixture(options: FixtureOptions = {}): Promise<Fixture> {
  const { client, memory = {}, aws: config, ...simOptions } = options;
  const clock = new FakeClock();
  const sim = await startIdentityCenterSim({ clock: { now: () => clock.now() }, ...simOptions });
  const storage = openMemoryStorage(memory, { clock, random: () => 0.5, emit: () => undefined });
  const clientConfig = { maxAttempts: 1, ...sim.clientConfig, ...config };
  const identityStore = new Identitystore(clientConfig);
  const ssoAdmin = new SSOAdmin(clientConfig);
  onTestFinished(async () => {
    identityStore.destroy();
    ssoAdmin.destroy();
    await sim.close();
  });

  const start = (more: Partial<CachedClientOptions> = {}): Process => {
    const cache = newManager(clock, storage);
    const events: ClientEvent[] = [];
    const cached: CachedClientOptions = {
      cache,
      clock,
      settle: 0,
      // Time stands still.
      quota: false,
      onEvent: (event) => events.push(event),
      ...client,
      ...more,
    };
    return {
      cache,
      events,
      identityStore: createCachedClient(identityStore, cached),
      ssoAdmin: createCachedClient(ssoAdmin, cached),
    };
  };
  return {
    ...start(),
    sim,
    clock,
    aws: { identityStore, ssoAdmin },
    IdentityStoreId: sim.identityStoreId,
    InstanceArn: sim.instanceArn,
    start,
  };
}

/** A cache over a storage that others may use, too. */
export function newManager(clock: FakeClock, storage: CacheStorage): CacheManager {
  const cache = new CacheManager({ clock, random: () => 0.5, storage: { backend: "shared" } });
  cache.registerBackend("shared", () => storage);
  return cache;
}

/** The names of all users, read three at a time. */
export async function userNames(
  { identityStore }: Pick<Process, "identityStore">,
  IdentityStoreId: string,
): Promise<readonly string[]> {
  const pages = await Array.fromAsync(identityStore.paginateListUsers({ IdentityStoreId, MaxResults: 3 }));
  return pages.flatMap(({ Users = [] }) => Users.map(({ UserName = "" }) => UserName));
}

/** Whether an answer was in the cache. */
export function isHit(output: { readonly $metadata: object }): boolean {
  return cacheMetadata(output)?.hit ?? false;
}

/** An answer without what belongs to the request. */
export function dataOf(output: object): object {
  const { $metadata: _, ...data } = output as { readonly $metadata?: object };
  return data;
}

/** What a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error("It was expected to fail.");
}
