import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StorageConfiguration } from "@awsideman/cache-core";
import { startIdentityCenterSim, type IdentityCenterSim } from "@awsideman/identity-center-sim";
import { expect, onTestFinished, test } from "vitest";
import { RedisServer } from "../../packages/storage-redis/test/support/redis-server.ts";
import { Client } from "./client.ts";
import type { Outcome, Request } from "./messages.ts";

const operationDuration = 60_000;

interface Fixture {
  readonly sim: IdentityCenterSim;
  /** Lets the simulator's time pass. */
  readonly pass: (milliseconds: number) => void;
  /** Starts a process. */
  readonly start: () => Promise<Client>;
}

async function prepare(storage: (folder: string) => StorageConfiguration): Promise<Fixture> {
  const folder = mkdtempSync(join(tmpdir(), "awsideman-requests-"));
  let now = Date.now();
  const sim = await startIdentityCenterSim({
    operationDuration,
    clock: { now: () => now },
    population: { users: 2, permissionSets: 2, assignments: 1 },
  });
  const clients: Client[] = [];
  onTestFinished(async () => {
    await Promise.all(clients.map((client) => client.kill()));
    await sim.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    sim,
    pass: (milliseconds) => (now += milliseconds),
    async start() {
      const { endpoint, region } = sim;
      const client = new Client(
        { endpoint, region, storage: storage(folder), settle: 0, form: "client" },
        "patient",
      );
      clients.push(client);
      await client.start();
      return client;
    },
  };
}

async function send(client: Client, command: string, input: Request["input"]): Promise<Outcome> {
  const outcome = await client.send({ service: "sso-admin", command, input });
  if (outcome === undefined || outcome.error !== undefined) throw new Error(`${command}: ${outcome?.answer}`);
  return outcome;
}

test.each(["disk", "redis"] as const)(
  "an operation that goes on keeps its mark when its process is killed, and whoever sees it end closes it: %s",
  async (backend) => {
    const redis = backend === "redis" ? await RedisServer.start() : undefined;
    onTestFinished(() => redis?.stop());
    const { sim, pass, start } = await prepare((folder) => ({
      backend,
      config: redis === undefined ? { cacheDir: folder } : { url: redis.url },
      outboxDirectory: `${folder}/outbox`,
    }));
    const [, AccountId] = sim.accountIds;
    const PermissionSetArn = sim.state.permissionSets[1]?.permissionSetArn;
    const InstanceArn = sim.instanceArn;
    const PrincipalId = sim.state.users[1]?.userId ?? "";
    const list = async (client: Client): Promise<{ readonly cached: boolean; readonly isThere: boolean }> => {
      const { cached, answer } = await send(client, "ListAccountAssignments", {
        InstanceArn,
        PermissionSetArn,
        AccountId,
      });
      return { cached, isThere: answer.includes(PrincipalId) };
    };

    const writer = await start();
    await send(writer, "CreateAccountAssignment", {
      InstanceArn,
      PermissionSetArn,
      TargetType: "AWS_ACCOUNT",
      TargetId: AccountId,
      PrincipalType: "USER",
      PrincipalId,
    });
    await writer.kill();

    const reader = await start();
    for (const _ of [1, 2]) expect(await list(reader)).toEqual({ cached: false, isThere: false });
    pass(operationDuration);
    for (const _ of [1, 2]) expect(await list(reader)).toEqual({ cached: false, isThere: true });

    const poller = await start();
    const poll = (client: Client): Promise<Outcome> =>
      send(client, "DescribeAccountAssignmentCreationStatus", {
        InstanceArn,
        AccountAssignmentCreationRequestId: sim.state.requests.at(-1)?.requestId,
      });
    expect(await poll(poller)).toMatchObject({
      cached: false,
      answer: expect.stringContaining("SUCCEEDED") as string,
    });
    await poller.stop();

    expect(await list(reader)).toEqual({ cached: false, isThere: true });
    expect(await list(reader)).toEqual({ cached: true, isThere: true });
    // How it ended never changes again.
    expect(await poll(reader)).toMatchObject({
      cached: true,
      answer: expect.stringContaining("SUCCEEDED") as string,
    });
  },
);
