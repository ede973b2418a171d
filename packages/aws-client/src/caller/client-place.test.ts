import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { SSOAdminClient } from "@aws-sdk/client-sso-admin";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { ClientConfig } from "../aws-client.ts";
import { placeOf } from "./client-place.ts";
import { installedVersion } from "./sdk-version.ts";

const version = installedVersion("identitystore");
const configOf = (config: object): ClientConfig =>
  new IdentitystoreClient({ region: "eu-west-1", ...config }).config as unknown as ClientConfig;

afterEach(() => vi.unstubAllEnvs());

describe("where a client asks", () => {
  test("is told by service, version of the SDK and region, without credentials", async () => {
    const credentials = async (): Promise<never> => Promise.reject(new Error("none"));
    expect(await placeOf(configOf({ credentials }), "identitystore")).toEqual({
      service: "identitystore",
      region: "eu-west-1",
      endpoint: undefined,
      sdkVersion: version,
    });
  });

  test("is told by an endpoint, given to the client or to the environment, in one way of writing it", async () => {
    const given = await placeOf(configOf({ endpoint: "http://localhost:4566/" }), "identitystore");
    expect(given.endpoint).toBe("http://localhost:4566");
    vi.stubEnv("AWS_ENDPOINT_URL", "http://localhost:4566");
    expect(await placeOf(configOf({}), "identitystore")).toEqual(given);
    const ignoring = configOf({ ignoreConfiguredEndpointUrls: true });
    expect((await placeOf(ignoring, "identitystore")).endpoint).toBeUndefined();
  });

  test.each([true, false])(
    "is told by the endpoint of a profile, also for an SDK that does not tell it: %s",
    async (tells) => {
      const folder = await mkdtemp(path.join(tmpdir(), "awsideman-place-"));
      onTestFinished(() => rm(folder, { recursive: true }));
      vi.stubEnv("AWS_CONFIG_FILE", path.join(folder, "config"));
      vi.stubEnv("AWS_PROFILE", "local");
      await writeFile(path.join(folder, "config"), "[profile local]\nendpoint_url = http://localhost:1/\n");
      const config = configOf({});
      const asked = tells ? config : { ...config, serviceConfiguredEndpoint: undefined };
      expect((await placeOf(asked as ClientConfig, "identitystore")).endpoint).toBe("http://localhost:1");
    },
  );

  test("tells the version that the client has when that is not the installed one", async () => {
    const config = configOf({ defaultUserAgentProvider: async () => [["aws-sdk-js", "3.900.0"]] });
    expect((await placeOf(config, "identitystore")).sdkVersion).toBe("3.900.0");
    const broken = configOf({ defaultUserAgentProvider: async () => Promise.reject(new Error("no")) });
    expect((await placeOf(broken, "identitystore")).sdkVersion).toBe(version);
  });

  test("needs a region", async () => {
    const none = configOf({ region: async () => Promise.reject(new Error("no region")) });
    await expect(placeOf(none, "identitystore")).rejects.toThrow("no region");
    await expect(placeOf({}, "identitystore")).rejects.toThrow(TypeError);
  });
});

test("the installed version is that of the package, and what the clients say", async () => {
  const { config } = new SSOAdminClient({ region: "eu-west-1" });
  const { sdkVersion } = await placeOf(config as unknown as ClientConfig, "sso-admin");
  expect(sdkVersion).toBe(installedVersion("sso-admin"));
  expect(sdkVersion).toMatch(/^3\.\d+\.\d+$/);
  expect(installedVersion("nothing" as never)).toBe("unknown");
});
