import { stringify } from "yaml";
import { describe, expect, test } from "vitest";
import { kebabCase } from "../command-line/option.ts";
import { Configuration } from "./configuration.ts";
import { operationTtl, resolveOperationTtls } from "./operation-ttls.ts";
import { parseYaml } from "./yaml-document.ts";
import type { Tree } from "./plain-yaml.ts";
import { variablesOfProfile, type Setting } from "./setting.ts";
import { settings, settingTable } from "./setting-table.ts";
import type { Origin, Sources } from "./sources.ts";

const path = "/home/ada/.config/awsideman/config.yaml";
const own = { mode: 0o600, uid: process.geteuid?.() ?? 0 };

function configurationWith(
  tree: object,
  variables: Sources["variables"] = {},
  options: Sources["options"] = {},
  stats = own,
): Configuration {
  const place = { path, kind: "own", exists: true, ignored: [] } as const;
  const file = { ...parseYaml(stringify(tree), path), path, stats };
  const expand = (text: string): string => text.replace(/^~/, "/home/ada");
  return new Configuration(place, { options, variables, file, expand });
}

function labelOf(origin: Origin): string {
  if (origin.kind === "file") return origin.profile === undefined ? "the file" : "the profile";
  return origin.kind === "default" ? "the default" : origin.name;
}

/** Puts a value where a name with dots says. */
function at(name: string, value: unknown): Tree {
  const [first = "", ...rest] = name.split(".");
  return { [first]: rest.length === 0 ? value : at(rest.join("."), value) } as Tree;
}

function merged(one: Tree, other: Tree): Tree {
  const both: Record<string, unknown> = { ...one };
  for (const [member, value] of Object.entries(other)) {
    const mine = both[member];
    both[member] =
      typeof mine === "object" && typeof value === "object" ? merged(mine as Tree, value as Tree) : value;
  }
  return both as Tree;
}

/** Six values that can be told apart, for the six who may say something. The option of a flag has no value. */
const values: Readonly<Record<string, readonly unknown[]>> = {
  "cache.enabled": [false, false, false, false, false],
  "cache.encryption": [true, true, true, true, true],
  "cache.require_credentials": [true, true, true, true, true],
  "cache.backend": ["redis", "memory", "redis", "memory", "redis"],
  output: ["json", "yaml", "csv", "text", "json"],
  "cache.encryption_key": ["a", "b", "c", "d", "e"].map((letter) => letter.repeat(64)),
  "cache.redis_url": ["a", "b", "c", "d", "e"].map((host) => `redis://${host}:1`),
};

function valuesOf({ name, kind }: Setting): readonly unknown[] {
  const numbers = [1, 2, 3, 4, 5];
  const ways = [values[name] ?? [], numbers, numbers.map((n) => `/a/${n}`), numbers.map((n) => `a-${n}`)];
  const found = ways.find(
    (way) => way.length > 0 && way.every((raw) => kind.read(raw, String) !== undefined),
  );
  if (found === undefined) throw new Error(`There are no values for ${name}`);
  return found;
}

describe("what counts is what is nearest: option, variable of the profile, variable, profile, file, default", () => {
  const all = [...settingTable, operationTtl("ListUsers")];
  const told = (setting: Setting, raw: unknown, negated = false): string =>
    String(negated && typeof raw === "boolean" ? !raw : raw);

  const shared = settingTable.filter(({ name, scope }) => scope === "whole" && name.startsWith("cache."));
  test.each(shared.map((setting) => [setting.name, setting] as const))(
    "%s is everybody's, whatever a profile says",
    (name, setting) => {
      const [said] = valuesOf(setting);
      const tree = merged(at(`profiles.my_own.${name}`, said), { default_profile: "my_own" });
      const variables = Object.fromEntries(
        variablesOfProfile(setting, "my_own").map((variable) => [variable.name, String(said)]),
      );
      expect(configurationWith(tree, variables).get(setting).origin).toEqual({ kind: "default" });
    },
  );

  describe.each(all.map((setting) => [setting.name, setting] as const))("%s", (name, setting) => {
    const [fromOption, fromOwnVariable, fromVariable, fromProfile, fromFile] = valuesOf(setting);
    const isOfProfile = setting.scope !== "whole";
    const levels: (readonly [string, (sayings: Said) => void, unknown])[] = [];
    interface Said {
      tree: Tree;
      variables: Record<string, string>;
      options: Record<string, unknown>;
    }
    if (setting.scope !== "profile")
      levels.push(["the file", (said) => (said.tree = merged(said.tree, at(name, fromFile))), fromFile]);
    if (isOfProfile)
      levels.push([
        "the profile",
        (said) => (said.tree = merged(said.tree, at(`profiles.my_own.${name}`, fromProfile))),
        fromProfile,
      ]);
    for (const { name: variable, negated } of setting.variables.toReversed())
      levels.push([
        variable,
        (said) => (said.variables[variable] = told(setting, fromVariable, negated)),
        fromVariable,
      ]);
    for (const { name: variable, negated } of isOfProfile
      ? variablesOfProfile(setting, "my_own").toReversed()
      : [])
      levels.push([
        variable,
        (said) => (said.variables[variable] = told(setting, fromOwnVariable, negated)),
        fromOwnVariable,
      ]);
    const { option } = setting;
    if (option !== undefined)
      levels.push([`--${kebabCase(option)}`, (said) => (said.options[option] = fromOption), fromOption]);

    test("by default", () => {
      const { value, origin } = configurationWith({
        profiles: { my_own: {} },
        default_profile: "my_own",
      }).get(name === "default_profile" ? operationTtl("ListUsers") : setting);
      expect([value, origin]).toEqual([
        name === "default_profile" ? undefined : setting.default,
        { kind: "default" },
      ]);
    });

    test.each(levels.map(([level], index) => [level, index] as const))("%s", (_, index) => {
      // Everybody up to this one has said something, and nobody after it.
      const said: Said = { tree: {}, variables: {}, options: {} };
      if (isOfProfile) said.variables["AWSIDEMAN_PROFILE"] = "my_own";
      for (const [, say] of levels.slice(0, index + 1)) say(said);
      const { value, origin } = configurationWith(said.tree, said.variables, said.options).get(setting);
      expect(value).toEqual(levels[index]?.[2]);
      // Values of flags are all the same: who it was tells them apart.
      expect(labelOf(origin)).toBe(levels[index]?.[0]);
    });
  });

  test("the table is all that there is to test", () => {
    expect(settingTable).toHaveLength(Object.keys(settings).length);
    expect(new Set(settingTable.map(({ name }) => name)).size).toBe(settingTable.length);
    const variables = settingTable.flatMap((setting) => setting.variables.map(({ name }) => name));
    expect(new Set(variables).size).toBe(variables.length);
  });
});

describe("what only means something together", () => {
  const file = {
    sso_instance_arn: "arn-of-file",
    identity_store_id: "d-of-file",
    profiles: { a: { identity_store_id: "d-of-a" } },
  };

  test("an instance that is named nearer takes no identity store from further away", () => {
    const configuration = configurationWith(file, {}, { instanceArn: "arn-of-option" });
    expect(configuration.get(settings.instanceArn).value).toBe("arn-of-option");
    expect(configuration.get(settings.identityStoreId).value).toBeUndefined();
  });

  test("nor an identity store an instance", () => {
    const configuration = configurationWith(file, { AWS_PROFILE: "a" });
    expect(configuration.get(settings.identityStoreId).value).toBe("d-of-a");
    expect(configuration.get(settings.instanceArn).value).toBeUndefined();
    expect(configurationWith(file).get(settings.instanceArn).value).toBe("arn-of-file");
  });

  test("a key in the environment takes the place of a file with a key in the configuration", () => {
    const key = "a".repeat(64);
    const tree = { cache: { encryption_key_file: "/key" } };
    const configuration = configurationWith(tree, { AWSIDEMAN_CACHE_ENCRYPTION_KEY: key });
    expect(configuration.get(settings.encryptionKeyFile).value).toBeUndefined();
    expect(configuration.get(settings.encryptionKey).value).toBe(key);
    expect(configurationWith(tree).get(settings.encryptionKeyFile).value).toBe("/key");
  });
});

describe("B13: of the predecessor's configuration", () => {
  const profiles = { my_prod: {}, my: {} };
  const ttl = (configuration: Configuration): unknown => configuration.get(settings.defaultTtl).value;
  const commands = (): readonly string[] => ["ListUsers", "ListGroups", "DescribeUser"];

  test("B13: the environment counts also when a profile is set, for every setting that it can say", () => {
    const tree = { profiles, default_profile: "my_prod", cache: { default_ttl: 5 } };
    expect(ttl(configurationWith(tree, { AWSIDEMAN_CACHE_DEFAULT_TTL: "7" }))).toBe(7);
    expect(ttl(configurationWith(tree, { AWSIDEMAN_CACHE_TTL_DEFAULT: "7" }, { profile: "my" }))).toBe(7);
  });

  test("B13: AWSIDEMAN_CACHE_ENABLED=false switches the cache off, whatever the file says", () => {
    const tree = { profiles: { my_prod: { cache: { enabled: true } } }, cache: { enabled: true } };
    const variables = { AWSIDEMAN_CACHE_ENABLED: "false", AWS_PROFILE: "my_prod" };
    expect(configurationWith(tree, variables).get(settings.cacheEnabled).value).toBe(false);
  });

  test("B13: what the environment says of one profile is not lost among what others say", () => {
    const tree = {
      profiles,
      default_profile: "my_prod",
      cache: { default_ttl: 5, profiles: { my_prod: { max_size_mb: 3 } } },
    };
    const variables = { AWSIDEMAN_CACHE_PROFILE_MY_PROD_DEFAULT_TTL: "9", AWSIDEMAN_CACHE_DEFAULT_TTL: "7" };
    const configuration = configurationWith(tree, variables);
    expect(ttl(configuration)).toBe(9);
    expect(configuration.get(settings.cacheSize).value).toBe(3);
    expect(ttl(configurationWith(tree, variables, { profile: "my" }))).toBe(7);
  });

  test("B13: a name of a profile with _ in it is that profile's, and no other's", () => {
    const variables = {
      AWSIDEMAN_CACHE_PROFILE_MY_PROD_DEFAULT_TTL: "9",
      AWSIDEMAN_CACHE_PROFILE_MY_PROD_TTL_LIST_USERS: "11",
    };
    const [of, ofOther] = ["my_prod", "my"].map((profile) =>
      configurationWith({ profiles }, variables, { profile }),
    );
    expect([of, ofOther].map((one) => ttl(one as Configuration))).toEqual([9, undefined]);
    expect(resolveOperationTtls((of as Configuration).sources, "my_prod", commands)).toEqual(
      new Map([["ListUsers", 11_000]]),
    );
    expect(resolveOperationTtls((ofOther as Configuration).sources, "my", commands)).toEqual(new Map());
  });

  test("B13: times of operations in the file leave those of others as they are, each for itself", () => {
    const tree = {
      profiles: { my_prod: { cache: { operation_ttls: { DescribeUser: 4 } } } },
      cache: {
        operation_ttls: { list_users: 1, list_groups: 2, describe_user: 3, list_roots: 86_400 },
        profiles: { my_prod: { operation_ttls: { list_groups: 5 } } },
      },
    };
    const variables = { AWSIDEMAN_CACHE_TTL_LIST_USERS: "6" };
    const { sources } = configurationWith(tree, variables);
    expect(Object.fromEntries(resolveOperationTtls(sources, "my_prod", commands))).toEqual({
      ListUsers: 6_000,
      ListGroups: 5_000,
      DescribeUser: 4_000,
    });
    expect(Object.fromEntries(resolveOperationTtls(sources, undefined, commands))).toEqual({
      ListUsers: 6_000,
      ListGroups: 2_000,
      DescribeUser: 3_000,
    });
  });
});

describe("what is wrong is told with who has said it, and only if it counts", () => {
  test.each<[string, object, Sources["variables"], Setting, string]>([
    [
      "a text for a time",
      { a: 1, cache: { default_ttl: "soon" } },
      {},
      settings.defaultTtl,
      `cache.default_ttl in ${path}, line 3, must be seconds from 0, received "soon"`,
    ],
    [
      "a profile's",
      { profiles: { p: { region: "Nowhere!" } } },
      { AWS_PROFILE: "p" },
      settings.region,
      `profiles.p.region in ${path}, line 3, must be a name such as us-east-1, received "Nowhere!"`,
    ],
    [
      "a variable",
      {},
      { AWSIDEMAN_CACHE_TTL_DEFAULT: "-1" },
      settings.defaultTtl,
      'AWSIDEMAN_CACHE_TTL_DEFAULT must be seconds from 0, received "-1"',
    ],
    [
      "an operation's",
      { cache: { operation_ttls: { list_users: -5 } } },
      {},
      operationTtl("ListUsers"),
      `cache.operation_ttls.list_users in ${path}, line 3, must be seconds from 0, received -5`,
    ],
    [
      "a mapping for a text",
      { region: { a: 1 } },
      {},
      settings.region,
      `region in ${path}, line 1, must be a name such as us-east-1, received a mapping`,
    ],
    [
      "a path that starts nowhere",
      { cache: { directory: "cache" } },
      {},
      settings.cacheDirectory,
      `cache.directory in ${path}, line 2, must be an absolute path, received "cache"`,
    ],
  ])("%s", (_, tree, variables, setting, message) => {
    expect(() => configurationWith(tree, variables).get(setting)).toThrow(message);
  });

  test("a secret is not in the message", () => {
    const configuration = configurationWith({ cache: { encryption_key: "correct-horse" } });
    expect(() => configuration.get(settings.encryptionKey)).toThrow(/must be a key of 32 bytes .* makes it$/);
  });

  test("what does not count is not judged", () => {
    const configuration = configurationWith(
      { cache: { default_ttl: "soon" } },
      { AWSIDEMAN_CACHE_DEFAULT_TTL: "1" },
    );
    expect(configuration.get(settings.defaultTtl).value).toBe(1);
  });
});

test("what the environment says of one profile is found whatever stands in its name", () => {
  const variables = { AWSIDEMAN_CACHE_PROFILE_TEAM_A_EU_DEFAULT_TTL: "9" };
  for (const profile of ["team-a.eu", "Team_A@EU"])
    expect(configurationWith({ profiles: {} }, variables, { profile }).get(settings.defaultTtl).value).toBe(
      9,
    );
});

test("a member with nothing behind it says nothing", () => {
  const tree = {
    region: "us-east-1",
    profiles: { a: { region: null, cache: null } },
    cache: { default_ttl: null },
  };
  const configuration = configurationWith(tree, { AWS_PROFILE: "a" });
  expect(configuration.get(settings.region).value).toBe("us-east-1");
  expect(configuration.get(settings.defaultTtl)).toEqual({ value: undefined, origin: { kind: "default" } });
});

test("a tilde in a path of the file is the home directory", () => {
  const configuration = configurationWith({ cache: { file_cache_dir: "~/.awsideman/cache" } });
  expect(configuration.get(settings.cacheDirectory).value).toBe("/home/ada/.awsideman/cache");
});

describe("a secret in a file that others can read", () => {
  const key = { cache: { encryption_key: "a".repeat(64) } };
  const password = { cache: { redis_url: "redis://:password@host:1" } };
  const loose = { ...own, mode: 0o100644 };

  test.each([
    ["a key", key, settings.encryptionKey],
    ["a URL with a password", password, settings.redisUrl],
  ])("%s is not used", (_, tree, setting: Setting<string>) => {
    expect(configurationWith(tree).get(setting).value).toBeTypeOf("string");
    expect(() => configurationWith(tree, {}, {}, loose).get(setting)).toThrow(
      /holds a secret, .*has mode 644/,
    );
    expect(() => configurationWith(tree, {}, {}, { ...own, uid: own.uid + 1 }).get(setting)).toThrow(
      /another user's/,
    );
  });

  test("a URL without a password is none, and another setting is not concerned", () => {
    const tree = { region: "a", cache: { redis_url: "redis://user@host:1" } };
    const configuration = configurationWith(tree, {}, {}, loose);
    expect(configuration.get(settings.redisUrl).value).toBe("redis://user@host:1");
    expect(configurationWith({ region: "a", ...key }, {}, {}, loose).get(settings.region).value).toBe("a");
  });
});
