import {
  DescribeUserCommand,
  IdentitystoreClient,
  ListUsersCommand,
  paginateListUsers,
  UpdateUserCommand,
  type User,
} from "@aws-sdk/client-identitystore";
import { createCachedClient } from "@awsideman/aws-client";
import { CacheManager, type StorageConfiguration } from "@awsideman/cache-core";
import { HistoryRecorder, sharedNow } from "@awsideman/cache-core/testing";
import { createStorage as createDiskStorage } from "@awsideman/storage-disk";
import { createStorage as createMemoryStorage } from "@awsideman/storage-memory";
import { pause } from "./pause.ts";
import type { ProcessScenario } from "./process-scenario.ts";
import { seededRandom } from "./random.ts";
import { startTogether } from "./start-together.ts";

/** What one process of a race through the AWS SDK does. */
export interface SdkScenario extends ProcessScenario {
  readonly backend: StorageConfiguration;
  readonly endpoint: string;
  readonly identityStoreId: string;
  /** All users, and those that this process writes. */
  readonly users: readonly string[];
  readonly own: readonly string[];
  readonly readers: number;
  readonly writers: number;
  /** Milliseconds for which the source may give the old answer after a write, and for which it settles. */
  readonly settle: number;
  readonly milliseconds: number;
}

/**
 * Readers and writers that use clients of the AWS SDK, wrapped, against a server on the loopback interface. The version
 * of a user is the number in the display name.
 */
export async function sdkRace(scenario: SdkScenario): Promise<void> {
  const { identityStoreId, users, own, settle } = scenario;
  const random = seededRandom(scenario.seed);
  const recorder = new HistoryRecorder({ process: scenario.process });
  const cache = new CacheManager();
  cache.registerBackend("memory", createMemoryStorage);
  cache.registerBackend("disk", createDiskStorage);
  await cache.configureStorage(scenario.backend);
  const client = createCachedClient(
    new IdentitystoreClient({
      endpoint: scenario.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
    }),
    // As many races as the machine has time for.
    { cache, caller: "race", settle, quota: false },
  );
  const IdentityStoreId = identityStoreId;
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] as string;

  const readers = [
    async (): Promise<void> => {
      const UserId = pick(users);
      await recorder.read(UserId, async () => {
        const { DisplayName } = await client.send(new DescribeUserCommand({ IdentityStoreId, UserId }));
        return { version: versionOf(DisplayName) };
      });
    },
    async (): Promise<void> => {
      const begin = sharedNow();
      const { Users = [] } = await client.send(new ListUsersCommand({ IdentityStoreId }));
      for (const user of Users) record(user, begin);
    },
    async (): Promise<void> => {
      let begin = sharedNow();
      for await (const { Users = [] } of paginateListUsers({ client, pageSize: 7 }, { IdentityStoreId })) {
        for (const user of Users) record(user, begin);
        begin = sharedNow();
      }
    },
  ];

  function record({ UserId = "", DisplayName }: User, begin: number): void {
    recorder.events.push({
      kind: "read",
      process: scenario.process,
      item: UserId,
      version: versionOf(DisplayName),
      loadBegan: Infinity,
      bestBefore: Infinity,
      begin,
      end: sharedNow(),
    });
  }

  const versions = new Map(own.map((user) => [user, 0]));
  async function write(UserId: string): Promise<void> {
    const version = (versions.get(UserId) ?? 0) + 1;
    versions.set(UserId, version);
    const Operations = [{ AttributePath: "displayName", AttributeValue: `version ${version}` }];
    await client.send(new UpdateUserCommand({ IdentityStoreId, UserId, Operations }));
    recorder.settled(UserId, version, settle);
    await pause(random() * 20);
  }

  let hits = 0;
  cache.on("hit", () => hits++);
  await startTogether();
  const end = sharedNow() + scenario.milliseconds;
  // However slow the machine is, something was cached.
  const isOver = (): boolean => sharedNow() >= end && hits > 0;
  const share = Math.ceil(own.length / scenario.writers);
  await Promise.all([
    ...Array.from({ length: scenario.readers }, async (_, reader) => {
      while (!isOver()) {
        await readers[reader % readers.length]?.();
        await pause(random() * 4);
      }
    }),
    ...Array.from({ length: scenario.writers }, async (_, writer) => {
      // One writer a user: the order of versions is the order of its writes.
      const mine = own.slice(writer * share, (writer + 1) * share);
      while (!isOver() && mine.length > 0) await write(pick(mine));
    }),
  ]);
  await cache.close();
  recorder.save(scenario.history);
}

function versionOf(displayName: string | undefined): number {
  return Number(/^version (\d+)$/.exec(displayName ?? "")?.[1] ?? 0);
}
