import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { configuredEndpoint, normaliseEndpoint } from "./configured-endpoint.ts";
import { SharedFiles, type Variables } from "./shared-files.ts";

const config = `
[default]
endpoint_url = http://all
services = mine
[profile ignoring]
endpoint_url = http://all
ignore_configured_endpoint_urls = true
[profile lost]
endpoint_url = http://all
services = nobody
[services mine]
sso_admin =
  endpoint_url = http://one/
`;

describe("the endpoint that is configured", () => {
  test.each<[string, Variables, string | undefined, string | undefined]>([
    ["is the profile's, of a service first", {}, "http://one", "http://all"],
    ["is the environment's before", { AWS_ENDPOINT_URL: "http://x" }, "http://x", "http://x"],
    [
      "is that of a service before that of all",
      { AWS_ENDPOINT_URL: "http://x", AWS_ENDPOINT_URL_SSO_ADMIN: "http://y" },
      "http://y",
      "http://x",
    ],
    ["is none that is empty", { AWS_ENDPOINT_URL: "" }, "http://one", "http://all"],
    [
      "is none where the environment says so",
      { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
      undefined,
      undefined,
    ],
    ["is none where the profile says so", { AWS_PROFILE: "ignoring" }, undefined, undefined],
    [
      "is one where the environment disagrees",
      { AWS_PROFILE: "ignoring", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false" },
      "http://all",
      "http://all",
    ],
    ["is none of a profile that leads nowhere", { AWS_PROFILE: "lost" }, undefined, undefined],
    ["is none of a profile that is not there", { AWS_PROFILE: "nobody" }, undefined, undefined],
  ])("%s", async (_, variables, ssoAdmin, identityStore) => {
    const folder = await mkdtemp(path.join(tmpdir(), "awsideman-endpoint-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(path.join(folder, "config"), config);
    const all = { HOME: folder, AWS_CONFIG_FILE: "~/config", ...variables };
    expect(configuredEndpoint("sso-admin", all, new SharedFiles(all))).toBe(ssoAdmin);
    expect(configuredEndpoint("identitystore", all, new SharedFiles(all))).toBe(identityStore);
  });

  test("is as it is when it is no URL", () => {
    expect(normaliseEndpoint("nonsense")).toBe("nonsense");
    expect(normaliseEndpoint("HTTPS://Example.com:443/a//")).toBe("https://example.com/a");
  });
});
