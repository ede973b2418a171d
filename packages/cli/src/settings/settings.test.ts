import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openConfiguration } from "../config/configuration.ts";
import type { GlobalValues } from "../command-line/global-options.ts";
import { resolveSettings, type Settings } from "./settings.ts";
import type { Variables } from "./variables.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "awsideman-settings-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const noOptions: GlobalValues = {
  profile: undefined,
  region: undefined,
  endpointUrl: undefined,
  instanceArn: undefined,
  identityStoreId: undefined,
  output: undefined,
  json: false,
  query: undefined,
  noCache: false,
  maxAge: undefined,
  showAge: false,
  verbose: false,
  quiet: false,
};

/** Settings with these files. */
async function settingsWith(
  files: { readonly config?: string; readonly credentials?: string },
  variables: Variables = {},
  options: Partial<GlobalValues> = {},
): Promise<Settings> {
  const configFile = path.join(folder, "config");
  const credentialsFile = path.join(folder, "credentials");
  await writeFile(configFile, files.config ?? "");
  await writeFile(credentialsFile, files.credentials ?? "");
  const places = { HOME: folder, AWS_CONFIG_FILE: configFile, AWS_SHARED_CREDENTIALS_FILE: credentialsFile };
  const globals = { ...noOptions, ...options };
  return resolveSettings(globals, await openConfiguration(globals, { ...places, ...variables }));
}

describe("the region", () => {
  const config = "[default]\nregion = of-default\n[profile work]\nregion = of-work\n";

  test.each<[string, Variables, Partial<GlobalValues>]>([
    ["of-option", { AWS_REGION: "a", AWS_PROFILE: "work" }, { region: "of-option" }],
    ["of-variable", { AWS_REGION: "of-variable", AWS_DEFAULT_REGION: "b" }, {}],
    ["of-other-variable", { AWS_REGION: "", AWS_DEFAULT_REGION: "of-other-variable" }, {}],
    ["of-work", { AWS_PROFILE: "work" }, {}],
    ["of-work", { AWS_PROFILE: "nobody" }, { profile: "work" }],
    ["of-default", {}, {}],
  ])("%s", async (region, variables, options) => {
    expect(await settingsWith({ config }, variables, options)).toMatchObject({ region });
  });
});

describe("the endpoints", () => {
  const config =
    "[default]\nendpoint_url = http://all\nservices = mine\n[services mine]\nsso_admin =\n  endpoint_url = http://one/\n";

  type Url = string | undefined;
  test.each<[string, Variables, Partial<GlobalValues>, Url, Url, Url]>([
    [
      "the option, for all",
      { AWS_ENDPOINT_URL: "http://x" },
      { endpointUrl: "HTTP://A:80/b/" },
      "http://a/b",
      "http://a/b",
      "http://a/b",
    ],
    [
      "a service's variable",
      { AWS_ENDPOINT_URL: "http://x", AWS_ENDPOINT_URL_IDENTITYSTORE: "http://y" },
      {},
      "http://x",
      "http://y",
      "http://x",
    ],
    ["the profile's, of a service first", {}, {}, "http://one", "http://all", "http://all"],
    [
      "none, if they are to be ignored",
      { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
      {},
      undefined,
      undefined,
      undefined,
    ],
  ])("%s", async (_, variables, options, ssoAdmin, identityStore, organizations) => {
    const { endpoints } = await settingsWith({ config }, variables, options);
    expect(endpoints).toEqual({ "sso-admin": ssoAdmin, identitystore: identityStore, organizations });
  });
});

describe("namespace and caller", () => {
  test("all of AWS is one namespace, whatever the profile and the region", async () => {
    const config = "[profile a]\nregion = x\n[profile b]\nregion = y\n";
    const a = await settingsWith({ config }, {}, { profile: "a" });
    const b = await settingsWith({ config }, {}, { profile: "b" });
    expect([a.namespace, b.namespace]).toEqual(["aws", "aws"]);
    expect(a.caller()).not.toBe(b.caller());
  });

  test("an endpoint is another", async () => {
    const { namespace } = await settingsWith({}, { AWS_ENDPOINT_URL_SSO_ADMIN: "http://a" });
    expect(namespace).toBe("http://a aws");
  });

  test("the caller is the profile that was asked for, as AWS's files have it", async () => {
    const config = "[profile a]\nsso_account_id = 1\n";
    const before = (await settingsWith({ config }, { AWS_PROFILE: "b" }, { profile: "a" })).caller();
    expect(before).toMatch(/^a-[0-9a-f]{16}$/);
    const changed = config.replace("1", "2");
    expect((await settingsWith({ config: changed }, {}, { profile: "a" })).caller()).not.toBe(before);
  });

  test("credentials are required of who is shown what is in the cache where somebody says so", async () => {
    expect(await settingsWith({})).toMatchObject({ requireCredentials: false });
    const variables = { AWSIDEMAN_CACHE_REQUIRE_CREDENTIALS: "true" };
    expect(await settingsWith({}, variables)).toMatchObject({ requireCredentials: true });
  });
});
