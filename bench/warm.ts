import { Identitystore } from "@aws-sdk/client-identitystore";
import { SSOAdmin } from "@aws-sdk/client-sso-admin";
import { createCachedService, warmCache, type CachedService, type WarmKind } from "@awsideman/aws-client";
import { CacheManager } from "@awsideman/cache-core";
import { startIdentityCenterSim, type IdentityCenterSim } from "@awsideman/identity-center-sim";
import { withScratchFolder } from "./scratch-folder.ts";

const callsPerSecond = 20;
/** Milliseconds that AWS takes to answer. */
const latency = 100;
/** Milliseconds between two reads of somebody who works meanwhile. */
const readingEvery = 500;

const population = { users: 2_000, groups: 300, permissionSets: 500, accounts: 50, assignments: 1_000 };

/**
 * A cold cache of a large organisation is warmed, while somebody reads: how many calls that takes, how much of AWS's quota it
 * uses, how long the reader waits, and what a second time takes. It takes four minutes.
 */
export async function warm(): Promise<void> {
  const sim = await startIdentityCenterSim({ population, latency, throttle: callsPerSecond });
  try {
    await withScratchFolder(async (folder) => {
      const cache = new CacheManager({
        storage: { backend: "disk", config: { cacheDir: folder, maxSizeMb: 100 } },
      });
      try {
        await measure(sim, cache);
      } finally {
        await cache.close();
      }
    });
  } finally {
    await sim.close();
  }
}

async function measure(sim: IdentityCenterSim, cache: CacheManager): Promise<void> {
  const { endpoint, region } = sim.clientConfig;
  const common = { cache, region, endpoint, caller: "ada" };
  const identityStore = createCachedService({
    ...common,
    service: "identitystore",
    loadClient: async () => new Identitystore(sim.clientConfig),
  });
  const ssoAdmin = createCachedService({
    ...common,
    service: "sso-admin",
    loadClient: async () => new SSOAdmin(sim.clientConfig),
  });
  const services = {
    identityStore,
    ssoAdmin,
    InstanceArn: sim.instanceArn,
    IdentityStoreId: sim.identityStoreId,
  };
  sim.calls.reset();
  const began = performance.now();
  const ended = new Map<WarmKind, number>();
  const reader = new Reader(ssoAdmin, sim.instanceArn);
  const report = await warmCache({
    ...services,
    onProgress: ({ kind }) => ended.set(kind, performance.now()),
  });
  await reader.stop();

  let before = began;
  for (const { kind, loaded } of report.kinds) {
    const seconds = ((ended.get(kind) ?? before) - before) / 1_000;
    before = ended.get(kind) ?? before;
    const share = ((100 * loaded) / (seconds * callsPerSecond)).toFixed(0);
    console.log(`warm, ${kind}: ${loaded} calls in ${seconds.toFixed(1)} s, ${share} % of the quota`);
  }
  const { throttled } = sim.calls.snapshot();
  console.log(
    `warm, ${report.outcome}: ${report.calls} calls in ${(report.duration / 1_000).toFixed(0)} s, ${throttled} refused by AWS (bar 0)`,
  );
  console.log(`warm, somebody who reads meanwhile: ${reader.summary}`);
  const again = await warmCache(services);
  console.log(`warm, again: ${again.calls} calls (bar 0), ${(again.duration / 1_000).toFixed(1)} s`);
  if (throttled > 0 || report.outcome !== "complete" || again.calls > 0) process.exitCode = 1;
}

/** Reads what nobody has read, again and again, and notes how long it takes. */
class Reader {
  readonly #times: number[] = [];
  readonly #reading: Promise<void>;
  #isOver = false;

  constructor(ssoAdmin: CachedService<"sso-admin">, InstanceArn: string) {
    this.#reading = this.#read(ssoAdmin, InstanceArn);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#reading;
  }

  get summary(): string {
    const sorted = this.#times.toSorted((one, other) => one - other);
    const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(0);
    return `${sorted.length} reads, AWS takes ${latency} ms: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`;
  }

  async #read(ssoAdmin: CachedService<"sso-admin">, InstanceArn: string): Promise<void> {
    while (!this.#isOver) {
      const asked = performance.now();
      // Nobody has these: AWS has answered, which is all that counts here.
      const PermissionSetArn = `${InstanceArn.replace("instance", "permissionSet")}/ps-${String(this.#times.length).padStart(16, "0")}`;
      await ssoAdmin.call("DescribePermissionSet", { InstanceArn, PermissionSetArn }).catch(() => undefined);
      this.#times.push(performance.now() - asked);
      await new Promise((resolve) => setTimeout(resolve, readingEvery));
    }
  }
}
