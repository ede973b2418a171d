import path from "node:path";
import { describe, expect, test } from "vitest";
import { expandHome, findConfig, type ConfigHost } from "./config-place.ts";

const home = "/home/ada";
const own = `${home}/.config/awsideman/config.yaml`;
const former = `${home}/.awsideman/config.yaml`;
const formerJson = `${home}/.awsideman/config.json`;

function host(variables: ConfigHost["variables"] = {}, platform: NodeJS.Platform = "linux"): ConfigHost {
  return { platform, variables, home: () => home };
}

function find(there: readonly string[], variables: ConfigHost["variables"] = {}) {
  return findConfig(host(variables), (file) => there.includes(file));
}

test.each<[NodeJS.Platform, ConfigHost["variables"], string]>([
  ["linux", {}, own],
  ["linux", { XDG_CONFIG_HOME: "/x" }, "/x/awsideman/config.yaml"],
  ["linux", { XDG_CONFIG_HOME: "relative" }, own],
  ["linux", { HOME: "/h" }, "/h/.config/awsideman/config.yaml"],
  ["darwin", {}, own],
  ["win32", { APPDATA: "C:\\r" }, "C:\\r\\awsideman\\config.yaml"],
  ["win32", { USERPROFILE: "C:\\u" }, "C:\\u\\AppData\\Roaming\\awsideman\\config.yaml"],
])("on %s with %j it is %s", (platform, variables, place) => {
  const nowhere = findConfig(host(variables, platform), () => false);
  expect(nowhere).toEqual({ path: place, kind: "own", exists: false, ignored: [] });
});

describe("where there are several", () => {
  test("its own place comes first, and the others are told", () => {
    expect(find([own, former])).toEqual({ path: own, kind: "own", exists: true, ignored: [former] });
  });

  test("the first version's is read where there is no other, YAML before JSON", () => {
    expect(find([formerJson, former])).toMatchObject({ path: former, kind: "former", ignored: [formerJson] });
    expect(find([formerJson])).toMatchObject({ path: formerJson, kind: "former", exists: true });
  });

  test("AWSIDEMAN_CONFIG comes before all of them, also where it leads to nothing", () => {
    const variables = { AWSIDEMAN_CONFIG: "other.yaml" };
    const place = path.resolve("other.yaml");
    expect(find([own], variables)).toEqual({ path: place, kind: "named", exists: false, ignored: [] });
    expect(find([own], { AWSIDEMAN_CONFIG: "~/a" })).toMatchObject({ path: `${home}/a` });
    expect(find([own], { AWSIDEMAN_CONFIG: "" })).toMatchObject({ path: own });
  });
});

test("a tilde is the home directory at the beginning of a path only", () => {
  expect(["~", "~/a", "~ada/a", "/a/~/b", "a~"].map((text) => expandHome(text, host()))).toEqual([
    home,
    `${home}/a`,
    "~ada/a",
    "/a/~/b",
    "a~",
  ]);
});
