import { createRequire } from "node:module";
import { IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { SSOAdminClient } from "@aws-sdk/client-sso-admin";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ClientConfig } from "./aws-client.ts";
import {
  callerName,
  endpointOfEnvironment,
  installedVersion,
  normaliseEndpoint,
  resolveCaller,
} from "./caller.ts";

const { version } = createRequire(import.meta.url)("@aws-sdk/client-identitystore/package.json") as {
  version: string;
};
const credentials = { accessKeyId: "AKIA0000", secretAccessKey: "secret" };
const configOf = (config: object): ClientConfig =>
  new IdentitystoreClient({ region: "eu-west-1", credentials, ...config }).config as unknown as ClientConfig;

afterEach(() => vi.unstubAllEnvs());

const nameOf = async (...given: Parameters<typeof resolveCaller>): Promise<string> =>
  callerName(await resolveCaller(...given));

describe("whose answers a client gets", () => {
  test("is told by caller, service, version of the SDK and region", async () => {
    expect(await nameOf(configOf({}), "identitystore", "ada")).toBe(`ada identitystore@${version} eu-west-1`);
  });

  test("is told by account and access key when there is no name, and does not tell the key", async () => {
    const name = await nameOf(
      configOf({ credentials: { ...credentials, accountId: "1" } }),
      "identitystore",
      undefined,
    );
    expect(name).toMatch(/^1\/[\w-]{16} identitystore@/);
    expect(name).not.toContain("AKIA");
    const other = { ...credentials, accessKeyId: "AKIA0001", accountId: "1" };
    expect(await nameOf(configOf({ credentials: other }), "identitystore", undefined)).not.toBe(name);
  });

  test("needs no credentials when there is a name", async () => {
    const none = async (): Promise<never> => Promise.reject(new Error("none"));
    await expect(nameOf(configOf({ credentials: none }), "identitystore", "ada")).resolves.toMatch(/^ada /);
    await expect(nameOf(configOf({ credentials: none }), "identitystore", undefined)).rejects.toThrow("none");
  });

  test("tells an endpoint, given to the client or to the environment, in one way of writing it", async () => {
    const given = await nameOf(configOf({ endpoint: "http://localhost:4566/" }), "identitystore", "ada");
    expect(given.split(" ")[3]).toBe("http://localhost:4566");
    vi.stubEnv("AWS_ENDPOINT_URL", "http://localhost:4566");
    expect(await nameOf(configOf({}), "identitystore", "ada")).toBe(given);
  });

  test("tells the version that the client has when that is not the installed one", async () => {
    const config = configOf({ defaultUserAgentProvider: async () => [["aws-sdk-js", "3.900.0"]] });
    expect(await nameOf(config, "identitystore", "ada")).toContain("@3.900.0 ");
    const broken = configOf({ defaultUserAgentProvider: async () => Promise.reject(new Error("no")) });
    expect(await nameOf(broken, "identitystore", "ada")).toContain(`@${version} `);
  });

  test("is different for different parts, whatever is in them", () => {
    const parts = {
      caller: "a",
      service: "sso-admin",
      region: "r",
      endpoint: undefined,
      sdkVersion: "1",
    } as const;
    const names = [
      parts,
      { ...parts, caller: "a sso-admin@1", region: "r" },
      { ...parts, caller: "a%20b" },
      { ...parts, caller: "a b" },
      { ...parts, region: "r e" },
      { ...parts, endpoint: "e" },
      { ...parts, sdkVersion: "2" },
      { ...parts, service: "identitystore" } as const,
    ].map(callerName);
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => name.split(" ").length <= 4)).toBe(true);
  });
});

describe("the endpoint of the environment", () => {
  test("is that of the service before that of all, unless it is to be ignored", () => {
    const both = { AWS_ENDPOINT_URL: "http://all", AWS_ENDPOINT_URL_SSO_ADMIN: "http://own" };
    expect(endpointOfEnvironment("sso-admin", both)).toBe("http://own");
    expect(endpointOfEnvironment("identitystore", both)).toBe("http://all");
    expect(
      endpointOfEnvironment("sso-admin", { ...both, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "TRUE" }),
    ).toBeUndefined();
    expect(endpointOfEnvironment("sso-admin", { AWS_ENDPOINT_URL: "" })).toBeUndefined();
  });

  test("is as it is when it is no URL", () => {
    expect(normaliseEndpoint("nonsense")).toBe("nonsense");
    expect(normaliseEndpoint("HTTPS://Example.com:443/a//")).toBe("https://example.com/a");
  });
});

test("the installed version is that of the package, for either service", () => {
  expect(installedVersion("identitystore")).toBe(version);
  expect(installedVersion("sso-admin")).toMatch(/^3\./);
  expect(installedVersion("nothing" as never)).toBe("unknown");
});

test("both services' clients say the version that is installed", async () => {
  const { config } = new SSOAdminClient({ region: "eu-west-1", credentials });
  const name = await nameOf(config as unknown as ClientConfig, "sso-admin", "ada");
  expect(name).toBe(`ada sso-admin@${installedVersion("sso-admin")} eu-west-1`);
});
