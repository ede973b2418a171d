import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { environmentCaller } from "./environment-caller.ts";
import { SharedFiles, type Variables } from "./shared-files.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "awsideman-caller-"));
  onTestFinished(() => rm(folder, { recursive: true }));
});

interface Machine {
  readonly config?: string;
  readonly credentials?: string;
  readonly variables?: Variables;
  readonly profile?: string;
}

/** Files that were there before this process began. */
function longAgo(variables: Variables): SharedFiles {
  const files = new SharedFiles(variables);
  Object.defineProperty(files, "changedAt", { value: 0 });
  return files;
}

async function variablesOf({ config = "", credentials = "", variables = {} }: Machine): Promise<Variables> {
  const places = {
    HOME: folder,
    AWS_CONFIG_FILE: path.join(folder, "config"),
    AWS_SHARED_CREDENTIALS_FILE: path.join(folder, "credentials"),
  };
  await writeFile(places.AWS_CONFIG_FILE, config);
  await writeFile(places.AWS_SHARED_CREDENTIALS_FILE, credentials);
  return { ...places, ...variables };
}

async function callerOf(machine: Machine): Promise<string> {
  const variables = await variablesOf(machine);
  return environmentCaller({ profile: machine.profile, variables, files: longAgo(variables) })();
}

const keys = { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };
const webIdentity = { AWS_ROLE_ARN: "arn:1", AWS_WEB_IDENTITY_TOKEN_FILE: "/token" };

describe("who a client is that finds its credentials by itself", () => {
  test("has a name that begins with the profile and does not tell the key", async () => {
    expect(await callerOf({ profile: "a" })).toMatch(/^a-[0-9a-f]{16}$/);
    expect(await callerOf({ variables: { AWS_PROFILE: "b" } })).toMatch(/^b-[0-9a-f]{16}$/);
    expect(await callerOf({})).toMatch(/^default-[0-9a-f]{16}$/);
    expect(await callerOf({ variables: keys })).toMatch(/^key-[0-9a-f]{16}$/);
  });

  test("is the same whenever all is the same", async () => {
    const machine = {
      config: "[profile a]\nsso_session = b\n[sso-session b]\nsso_start_url = c\n",
      profile: "a",
    };
    expect(await callerOf(machine)).toBe(await callerOf(machine));
  });

  test.each<[string, Machine, Machine]>([
    [
      "the account",
      { config: "[profile a]\nsso_account_id = 1" },
      { config: "[profile a]\nsso_account_id = 2" },
    ],
    [
      "the role of a sign-in",
      { config: "[profile a]\nsso_role_name = 1" },
      { config: "[profile a]\nsso_role_name = 2" },
    ],
    ["the region", { config: "[profile a]\nregion = 1" }, { config: "[profile a]\nregion = 2" }],
    ["the role", { config: "[profile a]\nrole_arn = 1" }, { config: "[profile a]\nrole_arn = 2" }],
    [
      "the external id",
      { config: "[profile a]\nexternal_id = 1" },
      { config: "[profile a]\nexternal_id = 2" },
    ],
    [
      "the name of the session",
      { config: "[profile a]\nrole_session_name = 1" },
      { config: "[profile a]\nrole_session_name = 2" },
    ],
    [
      "the program",
      { config: "[profile a]\ncredential_process = 1" },
      { config: "[profile a]\ncredential_process = 2" },
    ],
    [
      "the token's file",
      { config: "[profile a]\nweb_identity_token_file = 1" },
      { config: "[profile a]\nweb_identity_token_file = 2" },
    ],
    [
      "the sign-in",
      { config: "[profile a]\nlogin_session = 1" },
      { config: "[profile a]\nlogin_session = 2" },
    ],
    ["the key", { credentials: "[a]\naws_access_key_id = 1" }, { credentials: "[a]\naws_access_key_id = 2" }],
    [
      "what a role is based on",
      { config: "[profile a]\nsource_profile = b\n[profile b]\nrole_arn = 1" },
      { config: "[profile a]\nsource_profile = b\n[profile b]\nrole_arn = 2" },
    ],
    [
      "what that is based on",
      { config: "[profile a]\nsource_profile = b\n[profile b]\nsource_profile = c\n[profile c]\nx = 1" },
      { config: "[profile a]\nsource_profile = b\n[profile b]\nsource_profile = c\n[profile c]\nx = 2" },
    ],
    [
      "the start page of a session",
      { config: "[profile a]\nsso_session = b\n[sso-session b]\nsso_start_url = 1" },
      { config: "[profile a]\nsso_session = b\n[sso-session b]\nsso_start_url = 2" },
    ],
    [
      "the key of the environment that a role is based on",
      { config: "[profile a]\nrole_arn = b\ncredential_source = Environment", variables: keys },
      {
        config: "[profile a]\nrole_arn = b\ncredential_source = Environment",
        variables: { ...keys, AWS_ACCESS_KEY_ID: "AKIAOTHER" },
      },
    ],
  ])("is another when %s is another", async (_, one, other) => {
    expect(await callerOf({ profile: "a", ...one })).not.toBe(await callerOf({ profile: "a", ...other }));
  });

  test.each<[string, Variables, Variables]>([
    ["key", keys, { ...keys, AWS_ACCESS_KEY_ID: "AKIAOTHER" }],
    ["half of a key", { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE" }, keys],
    ["role", webIdentity, { ...webIdentity, AWS_ROLE_ARN: "arn:2" }],
    [
      "session",
      { ...webIdentity, AWS_ROLE_SESSION_NAME: "a" },
      { ...webIdentity, AWS_ROLE_SESSION_NAME: "b" },
    ],
    ["token", webIdentity, { ...webIdentity, AWS_WEB_IDENTITY_TOKEN_FILE: "/other" }],
    [
      "container",
      { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/a" },
      { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/b" },
    ],
    ["address", { AWS_CONTAINER_CREDENTIALS_FULL_URI: "/a" }, { AWS_CONTAINER_CREDENTIALS_FULL_URI: "/b" }],
    [
      "right to an address",
      { AWS_CONTAINER_AUTHORIZATION_TOKEN: "a" },
      { AWS_CONTAINER_AUTHORIZATION_TOKEN: "b" },
    ],
    ["folder", { HOME: "/home/a" }, { HOME: "/home/b" }],
    ["profile", { AWS_PROFILE: "a" }, { AWS_PROFILE: "b" }],
  ])("is another when the environment has another %s", async (_, one, other) => {
    expect(await callerOf({ variables: one })).not.toBe(await callerOf({ variables: other }));
  });

  test("is the same when only secrets are others, and they are nowhere in the name", async () => {
    const of = (secret: string) =>
      callerOf({
        profile: "a",
        credentials: `[a]\naws_access_key_id = b\naws_secret_access_key = ${secret}\naws_session_token = ${secret}`,
        variables: { AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: secret },
      });
    expect(await of("one")).toBe(await of("other"));
  });

  test("can be based on itself", async () => {
    const config =
      "[profile a]\nrole_arn = 1\nsource_profile = b\n[profile b]\nrole_arn = 2\nsource_profile = a\n";
    expect(await callerOf({ config, profile: "a" })).toMatch(/^a-/);
  });

  test("is another user, or another machine, where the settings only say whom to ask", async () => {
    const told: readonly Machine[] = [
      { variables: keys },
      { variables: webIdentity },
      { profile: "a", credentials: "[a]\naws_access_key_id = b\naws_secret_access_key = c" },
      { profile: "a", config: "[profile a]\nrole_arn = b\nweb_identity_token_file = c" },
      { profile: "a", config: "[profile a]\nlogin_session = b" },
      { profile: "a", config: "[profile a]\nrole_arn = b\ncredential_source = Environment", variables: keys },
      {
        profile: "a",
        config: "[profile a]\nrole_arn = b\nsource_profile = c",
        credentials: "[c]\naws_access_key_id = b\naws_secret_access_key = c",
      },
    ];
    const asked: readonly Machine[] = [
      {},
      { variables: { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials" } },
      { profile: "a", config: "[profile a]\nsso_account_id = 1\nsso_role_name = b" },
      { profile: "a", config: "[profile a]\ncredential_process = b", variables: webIdentity },
      {
        profile: "a",
        config: "[profile a]\nrole_arn = b\ncredential_source = Ec2InstanceMetadata",
        variables: keys,
      },
      { profile: "a", config: "[profile a]\nrole_arn = b\ncredential_source = Environment" },
      {
        profile: "a",
        config: "[profile a]\nrole_arn = b\nsource_profile = c\n[profile c]\nsso_account_id = 1",
      },
      { profile: "a", config: "[profile a]\nrole_arn = b\nsource_profile = a" },
    ];
    const elsewhere = async (machine: Machine): Promise<string> => {
      const os = process.getBuiltinModule("node:os");
      const other = vi
        .spyOn(process, "getBuiltinModule")
        .mockImplementation(() => ({ ...os, hostname: () => `not-${hostname()}` }) as never);
      try {
        return await callerOf(machine);
      } finally {
        other.mockRestore();
      }
    };
    const isSameElsewhere = async (machine: Machine): Promise<boolean> =>
      (await elsewhere(machine)) === (await callerOf(machine));
    for (const machine of told)
      expect({ machine, same: await isSameElsewhere(machine) }).toEqual({ machine, same: true });
    for (const machine of asked)
      expect({ machine, same: await isSameElsewhere(machine) }).toEqual({ machine, same: false });
  });

  test("is no profile of another kind", () => {
    expect(() => environmentCaller({ profile: 1 as never })).toThrow(TypeError);
  });
});

describe("who a client is whose environment changes while it runs", () => {
  test.each<[string, (variables: Record<string, string | undefined>) => void | Promise<void>]>([
    ["a file", () => writeFile(path.join(folder, "config"), "[profile a]\nregion = other\n")],
    ["the credentials", () => rm(path.join(folder, "credentials"))],
    ["a variable", (variables) => void (variables["AWS_ACCESS_KEY_ID"] = "AKIAOTHER")],
    ["the profile", (variables) => void (variables["AWS_PROFILE"] = "b")],
  ])("is from then on nobody else, when it was %s", async (_, change) => {
    const variables = { ...(await variablesOf({ config: "[profile a]\nregion = r\n" })) };
    const other = environmentCaller({ profile: "a", variables, files: longAgo(variables) });
    const caller = environmentCaller({ profile: "a", variables, files: longAgo(variables) });
    const before = caller();
    expect(other()).toBe(before);
    await change(variables);
    const after = caller();
    expect(after).not.toBe(before);
    expect(after).toMatch(/^a-[0-9a-f]{16}$/);
    expect(other()).not.toBe(after);
    expect(caller()).toBe(after);
  });

  test("is from then on nobody else, also when it was between the reading of the files and the naming", async () => {
    const variables = await variablesOf({ config: "[profile a]\nregion = r\n" });
    const files = longAgo(variables);
    expect(files.profile("a")?.get("region")).toBe("r");
    await writeFile(path.join(folder, "config"), "[profile a]\nregion = another\n");
    const caller = environmentCaller({ profile: "a", variables, files });
    const other = environmentCaller({ profile: "a", variables, files });
    expect(caller()).not.toBe(other());
  });

  test("is known in this process alone when it was before it was named, since the process began", async () => {
    const variables = await variablesOf({ config: "[profile a]\nregion = r\n" });
    const here = environmentCaller({ profile: "a", variables });
    expect(environmentCaller({ profile: "a", variables })()).toBe(here());
    expect(environmentCaller({ profile: "a", variables, files: longAgo(variables) })()).not.toBe(here());
    // When a file was written can be set to anything, when it was changed cannot.
    await utimes(path.join(folder, "config"), 0, 0);
    const disguised = environmentCaller({ profile: "a", variables });
    expect(environmentCaller({ profile: "a", variables, files: longAgo(variables) })()).not.toBe(disguised());
  });

  test("is known in this process alone when a file was taken away", async () => {
    const variables = await variablesOf({});
    await rm(path.join(folder, "config"));
    await rm(path.join(folder, "credentials"));
    const here = environmentCaller({ variables });
    expect(environmentCaller({ variables, files: longAgo(variables) })()).not.toBe(here());
  });
});
