import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Identitystore } from "@aws-sdk/client-identitystore";
import { CacheManager } from "@awsideman/cache-core";
import { startIdentityCenterSim, type IdentityCenterSim } from "@awsideman/identity-center-sim";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { CommandCache } from "../src/open-cache.ts";
import { openIdentityCenter } from "../src/open-identity-center.ts";
import type { Settings } from "../src/settings/settings.ts";
import { Terminal, type Finished } from "./support/terminal.ts";

const noNames = pathToFileURL(path.join(import.meta.dirname, "support", "no-names.ts")).href;

let terminal: Terminal;
let other: IdentityCenterSim;

beforeAll(async () => {
  terminal = await Terminal.open({ seed: 1, population: { users: 2 } });
  other = await startIdentityCenterSim({ seed: 2, population: { users: 3 } });
  const folder = path.join(terminal.home, ".aws");
  await mkdir(folder);
  const keys = "aws_access_key_id = AKIA1\naws_secret_access_key = x\n";
  const profile = (name: string, endpoint?: string): string =>
    `[profile ${name}]\nregion = us-east-1\n${endpoint === undefined ? "" : `endpoint_url = ${endpoint}\n`}`;
  await writeFile(
    path.join(folder, "config"),
    profile("a", terminal.sim.endpoint) + profile("b", other.endpoint) + profile("aws"),
  );
  await writeFile(
    path.join(folder, "credentials"),
    ["a", "b", "aws"].map((name) => `[${name}]\n${keys}`).join(""),
  );
});

afterAll(async () => {
  await terminal.close();
  await other.close();
});

/** Lists the users as one profile, where the environment names another. */
const list = (AWS_PROFILE: string, profile: string): Promise<Finished> => {
  const variables = {
    AWS_PROFILE,
    AWS_ENDPOINT_URL: undefined,
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_MAX_ATTEMPTS: "1",
  };
  const nodeOptions = ["--import", noNames];
  return terminal.runWith({ variables, nodeOptions }, "user", "list", "--json", "--profile", profile);
};

describe("the endpoint is that of the profile in use, not of AWS_PROFILE:", () => {
  let before: readonly number[];
  const received = (): readonly number[] => [terminal.sim.calls.total, other.calls.total];
  beforeEach(() => {
    before = received();
  });

  test("a profile without one goes to AWS", async () => {
    for (const named of ["a", "b"]) {
      const { code, stdout, stderr } = await list(named, "aws");
      expect(stderr).toMatch(/^looked for sso\.us-east-1\.amazonaws\.com$/m);
      expect([code, stdout]).toEqual([1, ""]);
    }
    expect(received()).toEqual(before);
  });

  test("a profile with one goes there, and is shown what is cached of there", async () => {
    const cold = await list("a", "b");
    expect(cold.code).toBe(0);
    expect((JSON.parse(cold.stdout) as { Users: unknown[] }).Users).toHaveLength(3);
    const after = received();
    expect(after[0]).toBe(before[0]);
    expect(await list("aws", "b")).toMatchObject({ code: 0, stdout: cold.stdout });
    expect(received()).toEqual(after);
  });

  test("what is cached of AWS is found, whatever the environment names", async () => {
    await using manager = new CacheManager();
    const cache = { manager, operationTtls: new Map() } as unknown as CommandCache;
    const settings = {
      region: "us-east-1",
      endpoints: {},
      namespace: "aws",
      caller: () => "aws",
      requireCredentials: false,
      maxAge: Infinity,
    } as unknown as Settings;
    const output = { print: () => undefined, note: () => undefined };
    const load = async (): Promise<Identitystore> => new Identitystore(terminal.sim.clientConfig);
    const input = { IdentityStoreId: terminal.sim.identityStoreId };
    const ask = async (): Promise<void> => {
      const { identityStore } = openIdentityCenter(settings, cache, output, undefined, undefined, load);
      await identityStore.call("ListUsers", input);
    };
    await ask();
    const asked = received();
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv("AWS_ENDPOINT_URL", other.endpoint);
    await ask();
    expect(received()).toEqual(asked);
  });
});
