import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await Terminal.open();
  terminal.sim.console.createUser({ UserName: "ada" });
  for (const variable of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    terminal.variables[variable] = undefined;
});

afterEach(() => terminal.close());

type Settings = Readonly<Record<string, string>>;

/** Profiles by their names, or as `[sso-session x]`. */
async function write(
  file: "config" | "credentials",
  sections: Readonly<Record<string, Settings>>,
): Promise<void> {
  const text = Object.entries(sections).flatMap(([name, settings]) => [
    `[${file === "config" && !name.includes(" ") ? `profile ${name}` : name}]`,
    ...Object.entries(settings).map(([setting, value]) => `${setting} = ${value}`),
  ]);
  await mkdir(path.join(terminal.home, ".aws"), { recursive: true });
  await writeFile(path.join(terminal.home, ".aws", file), `${text.join("\n")}\n`);
}

const key = (id: string): Settings => ({ aws_access_key_id: id, aws_secret_access_key: "secret" });
const both = { ListInstances: 1, ListUsers: 1 };

test("B7: two profiles on one storage are never given each other's answers", async () => {
  await write("credentials", { production: key("AKIA1"), staging: key("AKIA2") });
  for (const calls of [both, {}])
    for (const profile of ["production", "staging"])
      expect(await terminal.run("user", "list", "--profile", profile)).toMatchObject({ code: 0, calls });
});

test("B11: what is cleared, and counted, is what the active profile has cached, however it was chosen", async () => {
  await write("credentials", { work: key("AKIA1"), home: key("AKIA2") });
  const active = { variables: { AWS_PROFILE: "work" } };
  await terminal.runWith(active, "user", "list");
  expect((await terminal.runWith(active, "user", "list")).calls).toEqual({});
  const status = await terminal.runWith(active, "cache", "status", "--json");
  expect(JSON.parse(status.stdout)).toMatchObject({ entries: 2 });
  const cleared = await terminal.runWith(active, "cache", "clear", "--json");
  expect(JSON.parse(cleared.stdout)).toMatchObject({ cleared: 2 });
  expect((await terminal.runWith(active, "user", "list")).calls).toEqual(both);
});

test("B25: a profile's name is the name of no file, whatever is in it", async () => {
  const name = "../../../../evil";
  await write("credentials", { [name]: key("AKIA1") });
  const before = await readdir(path.dirname(terminal.home));
  const filesOf = async (): Promise<readonly string[]> =>
    (await readdir(terminal.home, { recursive: true })).filter(
      (file) => !/^(?:cache|\.local)(?:\/|$)/.test(file),
    );
  const others = await filesOf();
  expect(await terminal.run("user", "list", "--profile", name)).toMatchObject({ code: 0, calls: both });
  expect(await terminal.run("user", "list", "--profile", name)).toMatchObject({ code: 0, calls: {} });
  expect(await filesOf()).toEqual(others);
  const evil = (names: readonly string[]): readonly string[] => names.filter((file) => file.includes("evil"));
  expect(evil(await readdir(path.dirname(terminal.home)))).toEqual(evil(before));
  const kept = await readdir(terminal.cacheDirectory, { recursive: true });
  expect(kept).not.toHaveLength(0);
  expect(evil(kept)).toEqual([]);
  for (const file of ["", ...kept]) {
    const { mode } = await stat(path.join(terminal.cacheDirectory, file));
    expect({ file, others: process.platform === "win32" ? 0 : mode & 0o077 }).toEqual({ file, others: 0 });
  }
});

describe("a profile that is pointed elsewhere", () => {
  const base = {
    region: "us-east-1",
    sso_session: "corp",
    sso_account_id: "111111111111",
    sso_role_name: "admin",
  };
  const start = { sso_start_url: "https://corp.awsapps.com/start", sso_region: "us-east-1" };

  test.each<[string, Settings, Settings]>([
    ["another account", { ...base, sso_account_id: "222222222222" }, start],
    ["another role", { ...base, sso_role_name: "reader" }, start],
    ["another region", { ...base, region: "eu-west-1" }, start],
    ["another organisation", base, { ...start, sso_start_url: "https://other.awsapps.com/start" }],
  ])("to %s sees nothing of where it was, and all of it when it is back", async (_, profile, session) => {
    // The SDK takes the key, and the sign-in is only talked of: nobody is there to sign in with.
    await write("credentials", { work: key("AKIA1") });
    await write("config", { work: base, "sso-session corp": start });
    expect((await terminal.run("user", "list", "--profile", "work")).calls).toEqual(both);
    await write("config", { work: profile, "sso-session corp": session });
    expect((await terminal.run("user", "list", "--profile", "work")).calls).toEqual(both);
    await write("config", { work: base, "sso-session corp": start });
    expect((await terminal.run("user", "list", "--profile", "work")).calls).toEqual({});
  });

  test("by another access key sees nothing of what the one before saw", async () => {
    for (const id of ["AKIA1", "AKIA2"]) {
      await write("credentials", { work: key(id) });
      expect((await terminal.run("user", "list", "--profile", "work")).calls).toEqual(both);
    }
  });
});

describe("who has no credentials any more", () => {
  const required = { variables: { AWSIDEMAN_CACHE_REQUIRE_CREDENTIALS: "true" } };
  const list = ["user", "list", "--profile", "work"];

  beforeEach(async () => {
    const credentials = { Version: 1, AccessKeyId: "AKIA1", SecretAccessKey: "secret" };
    await writeFile(path.join(terminal.home, "says.json"), JSON.stringify(credentials));
    await write("config", { work: { credential_process: `cat ${path.join(terminal.home, "says.json")}` } });
    await terminal.run(...list);
  });

  test("is shown what is in the cache", async () => {
    await rm(path.join(terminal.home, "says.json"));
    expect(await terminal.run(...list)).toMatchObject({ code: 0, stderr: "", calls: {} });
  });

  test("is shown nothing where credentials are required, but what is wrong with them", async () => {
    expect(await terminal.runWith(required, ...list)).toMatchObject({ code: 0, calls: {} });
    await rm(path.join(terminal.home, "says.json"));
    const refused = await terminal.runWith(required, ...list);
    expect(refused).toMatchObject({ code: 1, stdout: "", calls: {} });
    expect(refused.stderr).toMatch(/credentials/);
    const withoutCache = await terminal.run(...list, "--no-cache");
    expect(refused.stderr).toBe(withoutCache.stderr);
  });
});
