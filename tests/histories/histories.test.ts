import type { StorageConfiguration } from "@awsideman/cache-core";
import { startIdentityCenterSim } from "@awsideman/identity-center-sim";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rowsOf } from "../../packages/aws-client/src/catalog/catalog.ts";
import { RedisServer } from "../../packages/storage-redis/test/support/redis-server.ts";
import { mutants } from "./mutants.ts";
import { phases } from "./phases.ts";
import { instanceReads, organizationReads, polls, storeReads } from "./read-table.ts";
import type { HistoryOptions, HistoryReport } from "./history-report.ts";
import { runHistory } from "./run-history.ts";
import { instanceWrites, organizationWrites, storeWrites } from "./write-table.ts";

/** For how many seconds each of them goes on. Without it each phase comes once, and few guards are taken out. */
const seconds = Number(process.env["AWSIDEMAN_HISTORIES_SECONDS"] ?? 0);
const seed = Number(process.env["AWSIDEMAN_HISTORIES_SEED"] ?? 1);
const timeout = 300_000 + seconds * 5_000;
const isLong = seconds > 0;

type Storage = HistoryOptions["storage"];

const onDisk: Storage = (folder) => ({
  backend: "disk",
  config: { cacheDir: `${folder}/cache` },
  outboxDirectory: `${folder}/outbox`,
});

let redis: RedisServer;
let namespaces = 0;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.stop());

function onRedis(): Storage {
  const namespace = `histories-${namespaces++}`;
  return (folder): StorageConfiguration => ({
    backend: "redis",
    config: { url: redis.url, namespace },
    outboxDirectory: `${folder}/outbox`,
  });
}

/** All that there is to say of a run in which nothing is wrong; what it says otherwise names the seed. */
const sound: unknown = expect.objectContaining({ seed, wrong: [], unexplained: [] });

async function run(options: Omit<HistoryOptions, "seed">): Promise<HistoryReport> {
  const milliseconds = isLong ? seconds * 1_000 : undefined;
  const report = await runHistory({ seed, milliseconds, ...options });
  if (isLong) console.log({ ...report, wrong: report.wrong.length });
  return report;
}

const tables = {
  identitystore: [storeReads, storeWrites],
  organizations: [organizationReads, organizationWrites],
  "sso-admin": [instanceReads, instanceWrites, polls],
} as const;
const commands = Object.entries(tables).flatMap(([service, those]) =>
  those.flatMap((table) => Object.keys(table).map((command) => `${service} ${command}`)),
);

test("every command that the simulator supports is sent", async () => {
  const sim = await startIdentityCenterSim();
  const supported: string[] = [];
  for (const service of ["identitystore", "organizations", "sso-admin"] as const) {
    for (const command of rowsOf(service).keys()) {
      try {
        sim.perform(command, {}, service);
      } catch (error) {
        if ((error as Error & { code?: string }).code === "UnknownOperationException") continue;
      }
      supported.push(`${service} ${command}`);
    }
  }
  await sim.close();
  expect(commands.toSorted()).toEqual(supported.toSorted());
});

describe("4 processes that read and write at random", () => {
  const storages: Readonly<Record<string, () => Storage>> = {
    "on one disk": () => onDisk,
    "on one Redis": onRedis,
  };

  test.for(Object.entries(storages))(
    "are answered as AWS itself would answer, whatever happens: %s",
    { timeout },
    async ([, storage]) => {
      const report = await run({ storage: storage() });
      expect(report).toEqual(sound);
      expect(report.cached).toBeGreaterThan(report.reads / 10);
      expect(report.writes).toBeGreaterThan(50);
      // A short run, or a slow one, does not get round to all.
      const isEnough = report.writes > 800;
      const missing = commands.filter((command) => isEnough && report.succeeded[command] === undefined);
      expect(missing).toEqual([]);
    },
  );

  test("are so, too, when AWS agrees with itself at once and nothing settles", { timeout }, async () => {
    const immediate = Object.keys(phases).filter((name) => phases[name]?.lag === 0);
    const report = await run({ storage: onDisk, phases: immediate, settle: 0 });
    expect(report).toEqual(sound);
    expect(report.cached).toBeGreaterThan(report.reads / 10);
  });
});

describe("and it is noticed when a guard is taken out", () => {
  const all = Object.keys(mutants).filter((name) => name !== "none");
  const guards = isLong
    ? all
    : ["fence", "unsettled", "redis-unsettled", "stale-tags", "absence", "operation"];

  test.for(guards)("%s", { timeout }, async (mutant, { signal }) => {
    const { phases: names, focus, settle } = mutants[mutant] ?? {};
    const storage = mutant.startsWith("redis") ? onRedis() : onDisk;
    // Which way it goes is chance: a run that shows nothing is followed by another, as long as there is time.
    let found: readonly string[] = [];
    for (let turn = 0; found.length === 0 && !signal.aborted; turn++) {
      const options = { seed: seed + turn, storage, phases: names, focus, settle, mutant };
      const report = await runHistory({ ...options, milliseconds: 8_000 });
      found = report.wrong;
      if (isLong) console.log(`without ${mutant}: ${found.length} wrong of ${report.reads}`);
    }
    expect(found).not.toEqual([]);
  });
});
