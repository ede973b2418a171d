import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openConfiguration } from "../config/configuration.ts";
import { settings } from "../config/setting-table.ts";
import { chooseAwsProfile } from "./choose-profile.ts";
import { SharedFiles } from "./shared-files.ts";
import type { Variables } from "./variables.ts";

let home: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), "awsideman-profiles-"));
  await mkdir(path.join(home, ".aws"));
  await writeFile(
    path.join(home, ".aws", "config"),
    "[profile admin]\nregion = a\n[profile both]\nregion = a\n[profile aws]\nregion = a\n",
  );
});

afterAll(async () => {
  await rm(home, { recursive: true });
});

const profiles = `profiles:
  named:
    aws_profile: admin
  both:
    region: us-east-1
  alone:
    region: us-east-1
  lost:
    aws_profile: gone
`;
const key = { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE" };

async function configure(text: string, variables: Variables, profile?: string) {
  const file = path.join(home, "config.yaml");
  await writeFile(file, text);
  const all = { HOME: home, AWSIDEMAN_CONFIG: file, ...variables };
  return { configuration: await openConfiguration({ profile }, all), files: new SharedFiles(all) };
}

async function choose(text: string, variables: Variables, profile?: string): Promise<string | undefined> {
  const { configuration, files } = await configure(text, variables, profile);
  return chooseAwsProfile(configuration, files);
}

describe("whose credentials are used", () => {
  test.each<[string, string, Variables, string | undefined, string | undefined]>([
    ["nobody's in particular", profiles, {}, undefined, undefined],
    ["those that a profile names", profiles, {}, "named", "admin"],
    ["those of the same name", profiles, {}, "both", "both"],
    ["those of a profile that only AWS has", profiles, {}, "aws", "aws"],
    ["those of the default profile", `default_profile: named\n${profiles}`, {}, undefined, "admin"],
    [
      "those of the variable before the default's",
      `default_profile: named\n${profiles}`,
      { AWS_PROFILE: "aws" },
      undefined,
      "aws",
    ],
    [
      "those of our own variable before AWS's",
      profiles,
      { AWSIDEMAN_PROFILE: "named", AWS_PROFILE: "aws" },
      undefined,
      "admin",
    ],
    [
      "those of the option before any variable's",
      profiles,
      { AWSIDEMAN_PROFILE: "named", ...key },
      "aws",
      "aws",
    ],
    [
      "the environment's before the default profile's",
      `default_profile: named\n${profiles}`,
      key,
      undefined,
      undefined,
    ],
    ["the environment's for a profile that says nothing of them", profiles, key, "alone", undefined],
  ])("%s", async (_, text, variables, option, expected) => {
    expect(await choose(text, variables, option)).toBe(expected);
  });

  test("a shell with keys still has the default profile's region", async () => {
    const text = `default_profile: both\n${profiles}`;
    const { configuration } = await configure(text, key);
    expect(configuration.get(settings.region).value).toBe("us-east-1");
  });
});

describe("nobody else's in place of those that were asked for", () => {
  test.each<[string, string, Variables, string | undefined, RegExp]>([
    [
      "a profile that is nowhere",
      profiles,
      {},
      "nobody",
      /^there is no profile "nobody" in .+config\.yaml, .+config or .+credentials$/,
    ],
    [
      "a default that is nowhere",
      "default_profile: nobody\n",
      {},
      undefined,
      /which is default_profile in .+config\.yaml, line 1$/,
    ],
    [
      "an AWS profile that is gone",
      profiles,
      {},
      "lost",
      /^there is no AWS profile "gone" in .+config or .+credentials, which is profiles\.lost\.aws_profile in .+ line 9$/,
    ],
    [
      "a profile that says nothing of them, where there are none",
      profiles,
      {},
      "alone",
      /^the profile "alone" does not say whose credentials/,
    ],
    // The SDK would take those of AWS_PROFILE.
    [
      "the same, where there are another's",
      profiles,
      { AWS_PROFILE: "aws", ...key },
      "alone",
      /^the profile "alone" does not say/,
    ],
  ])("%s", async (_, text, variables, option, message) => {
    await expect(choose(text, variables, option)).rejects.toThrow(message);
  });
});
