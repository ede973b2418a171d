import { Identitystore } from "@aws-sdk/client-identitystore";
import { createCachedClient, type CachedClientOptions } from "@awsideman/aws-client";
import { CacheManager } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { startIdentityCenterSim, type IdentityCenterSim } from "@awsideman/identity-center-sim";

/** Milliseconds by which reads of AWS lag behind writes. */
const lags = [0, 1_000, 2_000, 4_900, 5_000, 7_000];
/** Milliseconds for which what was written settles. */
const windows = [0, 1_000, 2_000, 5_000, 10_000];
/** Milliseconds between two reads of what was written. */
const intervals = [5_000, 1_000, 100];

const writes = 10;

interface Setting {
  readonly sim: IdentityCenterSim;
  readonly clock: FakeClock;
  /** Writes the next version of one user. */
  readonly write: () => Promise<number>;
  /** Reads it, through the cache. */
  readonly read: () => Promise<number>;
  /** Reads it of AWS. */
  readonly readUncached: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** One user, a cache in front of it, and time that passes when somebody says so: nothing here waits. */
async function prepare(propagationLag: number, options: Partial<CachedClientOptions>): Promise<Setting> {
  const clock = new FakeClock();
  const sim = await startIdentityCenterSim({
    clock: { now: () => clock.now() },
    population: { users: 1 },
    propagationLag,
  });
  const cache = new CacheManager({ clock, storage: { backend: "memory" } });
  const original = new Identitystore(sim.clientConfig);
  const client = createCachedClient(original, { cache, clock, quota: false, ttl: Infinity, ...options });
  const who = { IdentityStoreId: sim.identityStoreId, UserId: sim.state.users[0]?.userId };
  let version = 0;
  const versionOf = ({ Title }: { readonly Title?: string | undefined }): number => Number(Title) || 0;
  return {
    sim,
    clock,
    async write() {
      const Operations = [{ AttributePath: "title", AttributeValue: String(++version) }];
      await client.updateUser({ ...who, Operations });
      return version;
    },
    read: async () => versionOf(await client.describeUser(who)),
    readUncached: async () => versionOf(await original.describeUser(who)),
    async close() {
      original.destroy();
      await cache.close();
      await sim.close();
    },
  };
}

/** What the settle window is good for: how many reads after it are older than the last write. */
async function staleReads(lag: number): Promise<void> {
  const { clock, write, read, readUncached, close } = await prepare(lag, {});
  const settle = 5_000;
  const counts = { reads: 0, stale: 0, staleAtAws: 0, olderThanAws: 0 };
  for (let time = 0; time < writes; time++) {
    const version = await write();
    for (let passed = 0; passed <= 10_000; passed += 250) {
      const [seen, truth] = [await read(), await readUncached()];
      if (passed >= settle) {
        counts.reads++;
        if (seen < version) counts.stale++;
        if (truth < version) counts.staleAtAws++;
      }
      if (seen < truth) counts.olderThanAws++;
      await clock.advance(250);
    }
  }
  await close();
  console.log(
    `  lag ${seconds(lag)}: of ${counts.reads} reads after the window of ${seconds(settle)}, ` +
      `${counts.stale} were older than the write (without a cache ${counts.staleAtAws}); ` +
      `older than what AWS said at the same time, in or after the window: ${counts.olderThanAws}`,
  );
  if (lag <= settle && counts.stale + counts.olderThanAws > 0) process.exitCode = 1;
}

/** What it costs: how many calls a write causes of those who read what was written. */
async function cost(settle: number): Promise<void> {
  const measured: string[] = [];
  for (const interval of intervals) {
    const { sim, clock, write, read, close } = await prepare(0, { settle });
    await read();
    sim.calls.reset();
    for (let time = 0; time < writes; time++) {
      await write();
      for (let passed = 0; passed < 20_000; passed += interval) {
        await read();
        await clock.advance(interval);
      }
    }
    const calls = sim.calls.of("DescribeUser").received / writes;
    measured.push(`${calls.toFixed(1)} at ${1_000 / interval} reads a second`);
    await close();
  }
  console.log(`  window ${seconds(settle)}: calls for each write: ${measured.join(", ")}`);
}

/** What a settle window is good for, and what it costs, by the simulator's lag and in virtual time. */
export async function settleWindows(): Promise<void> {
  console.log(`settle windows: ${writes} writes, and reads of what was written`);
  for (const lag of lags) await staleReads(lag);
  for (const settle of windows) await cost(settle);
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1_000} s`;
}
