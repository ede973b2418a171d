import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { SecretKeys } from "./encryption/secret-keys.ts";
import { readEnvironment } from "./environment.ts";

describe("readEnvironment", () => {
  test("an empty environment, and empty variables, mean the defaults", () => {
    const defaults = {
      storage: { backend: "memory", config: {} },
      defaultTtl: undefined,
      enabled: true,
      unified: true,
    };
    expect(readEnvironment({})).toEqual(defaults);
    expect(
      readEnvironment({
        AWSIDEMAN_CACHE_BACKEND: "",
        AWSIDEMAN_CACHE_DIR: "",
        AWSIDEMAN_CACHE_OUTBOX_DIR: "",
        AWSIDEMAN_CACHE_MAX_SIZE_MB: "",
        AWSIDEMAN_CACHE_DEFAULT_TTL: "",
        AWSIDEMAN_CACHE_DISABLED: "",
        AWSIDEMAN_USE_UNIFIED_CACHE: "",
      }),
    ).toEqual(defaults);
  });

  test("reads every variable of the documentation", () => {
    expect(
      readEnvironment({
        AWSIDEMAN_CACHE_BACKEND: "disk",
        AWSIDEMAN_CACHE_DIR: "/tmp/awsideman_cache",
        AWSIDEMAN_CACHE_OUTBOX_DIR: "/tmp/awsideman_outbox",
        AWSIDEMAN_CACHE_MAX_SIZE_MB: "100",
        AWSIDEMAN_CACHE_DEFAULT_TTL: "900",
        AWSIDEMAN_CACHE_DISABLED: "false",
        AWSIDEMAN_USE_UNIFIED_CACHE: "TRUE",
      }),
    ).toEqual({
      storage: {
        backend: "disk",
        config: { maxSizeMb: 100, cacheDir: "/tmp/awsideman_cache" },
        outboxDirectory: "/tmp/awsideman_outbox",
      },
      defaultTtl: 900_000,
      enabled: true,
      unified: true,
    });
  });

  test("reads where Redis is, whose size is not for the cache to say", () => {
    const url = "rediss://user:password@cache.example:6380";
    const { storage } = readEnvironment({
      AWSIDEMAN_CACHE_BACKEND: "redis",
      AWSIDEMAN_CACHE_REDIS_URL: url,
      AWSIDEMAN_CACHE_MAX_SIZE_MB: "100",
    });
    expect(storage).toEqual({ backend: "redis", config: { url } });
    expect(() => readEnvironment({ AWSIDEMAN_CACHE_BACKEND: "redis" })).toThrow(/AWSIDEMAN_CACHE_REDIS_URL/);
    expect(readEnvironment({ AWSIDEMAN_CACHE_REDIS_URL: url }).storage.config).toEqual({});
  });

  test("reads where the key is, and shows it to nobody", () => {
    const key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    const settings = readEnvironment({ AWSIDEMAN_CACHE_ENCRYPTION_KEY: ` ${key}, ${"ab".repeat(32)}\n` });
    const { encryption } = settings.storage;
    expect(encryption && "key" in encryption && (encryption.key as SecretKeys).reveal()).toEqual([
      Buffer.from("0123456789abcdef0123456789abcdef"),
      Buffer.alloc(32, 0xab),
    ]);
    for (const shown of [inspect(settings, { depth: null, showHidden: true }), JSON.stringify(settings)]) {
      expect(shown).not.toContain(key.slice(0, 8));
      expect(shown).not.toContain("abab");
    }
    expect(readEnvironment({ AWSIDEMAN_CACHE_ENCRYPTION_KEY_FILE: "/k" }).storage.encryption).toEqual({
      keyFile: "/k",
    });
    expect(readEnvironment({ AWSIDEMAN_CACHE_ENCRYPTION_KEYCHAIN: "a" }).storage.encryption).toEqual({
      keychain: { account: "a" },
    });
  });

  test.each([
    ["short"],
    ["!".repeat(44)],
    ["ab".repeat(31)],
    [" , "],
    [`${"ab".repeat(32)} secret-but-wrong`],
  ])("%o is no key, and is not in the message", (text) => {
    const read = (): unknown => readEnvironment({ AWSIDEMAN_CACHE_ENCRYPTION_KEY: text });
    expect(read).toThrow(/^AWSIDEMAN_CACHE_ENCRYPTION_KEY must be .*32 bytes/);
    for (const word of text.split(" ").filter((part) => part.length > 3))
      expect(read).not.toThrow(new RegExp(word));
  });

  test("two places for the key are a mistake", () => {
    const variables = { AWSIDEMAN_CACHE_ENCRYPTION_KEY_FILE: "/k", AWSIDEMAN_CACHE_ENCRYPTION_KEYCHAIN: "a" };
    expect(() => readEnvironment(variables)).toThrow(
      new TypeError(
        "Only one of AWSIDEMAN_CACHE_ENCRYPTION_KEY_FILE and AWSIDEMAN_CACHE_ENCRYPTION_KEYCHAIN may be set",
      ),
    );
  });

  test("the directory is for the disk alone", () => {
    const { storage } = readEnvironment({ AWSIDEMAN_CACHE_BACKEND: "memory", AWSIDEMAN_CACHE_DIR: "/x" });
    expect(storage).toEqual({ backend: "memory", config: {} });
  });

  test.each([
    ["AWSIDEMAN_CACHE_DISABLED", "true", false],
    ["AWSIDEMAN_CACHE_DISABLED", "1", false],
    ["AWSIDEMAN_CACHE_DISABLED", "False", true],
    ["AWSIDEMAN_CACHE_DISABLED", "0", true],
    ["AWSIDEMAN_USE_UNIFIED_CACHE", "false", false],
    ["AWSIDEMAN_USE_UNIFIED_CACHE", "true", true],
  ])("%s=%s means enabled: %o", (name, value, enabled) => {
    expect(readEnvironment({ [name]: value }).enabled).toBe(enabled);
  });

  test("either of the two switches is enough", () => {
    expect(
      readEnvironment({ AWSIDEMAN_CACHE_DISABLED: "false", AWSIDEMAN_USE_UNIFIED_CACHE: "false" }).enabled,
    ).toBe(false);
  });

  test("a time to live of 0 is allowed: nothing is stored where a call does not say", () => {
    expect(readEnvironment({ AWSIDEMAN_CACHE_DEFAULT_TTL: "0" }).defaultTtl).toBe(0);
    expect(readEnvironment({ AWSIDEMAN_CACHE_DEFAULT_TTL: "0.5" }).defaultTtl).toBe(500);
  });

  test.each([
    [
      "AWSIDEMAN_CACHE_BACKEND",
      "sqlite",
      'AWSIDEMAN_CACHE_BACKEND must be memory, disk or redis, received "sqlite"',
    ],
    ["AWSIDEMAN_CACHE_BACKEND", " memory", "AWSIDEMAN_CACHE_BACKEND must be"],
    [
      "AWSIDEMAN_CACHE_OUTBOX_DIR",
      "outbox",
      'AWSIDEMAN_CACHE_OUTBOX_DIR must be an absolute path, received "outbox"',
    ],
    [
      "AWSIDEMAN_CACHE_MAX_SIZE_MB",
      "lots",
      'AWSIDEMAN_CACHE_MAX_SIZE_MB must be a positive number of megabytes, received "lots"',
    ],
    ["AWSIDEMAN_CACHE_MAX_SIZE_MB", "0", "AWSIDEMAN_CACHE_MAX_SIZE_MB must be"],
    ["AWSIDEMAN_CACHE_MAX_SIZE_MB", "-1", "AWSIDEMAN_CACHE_MAX_SIZE_MB must be"],
    ["AWSIDEMAN_CACHE_MAX_SIZE_MB", "Infinity", "AWSIDEMAN_CACHE_MAX_SIZE_MB must be"],
    ["AWSIDEMAN_CACHE_MAX_SIZE_MB", " ", "AWSIDEMAN_CACHE_MAX_SIZE_MB must be"],
    ["AWSIDEMAN_CACHE_MAX_SIZE_MB", "100MB", "AWSIDEMAN_CACHE_MAX_SIZE_MB must be"],
    [
      "AWSIDEMAN_CACHE_DEFAULT_TTL",
      "15m",
      'AWSIDEMAN_CACHE_DEFAULT_TTL must be seconds from 0, received "15m"',
    ],
    ["AWSIDEMAN_CACHE_DEFAULT_TTL", "-1", "AWSIDEMAN_CACHE_DEFAULT_TTL must be"],
    ["AWSIDEMAN_CACHE_DEFAULT_TTL", "NaN", "AWSIDEMAN_CACHE_DEFAULT_TTL must be"],
    [
      "AWSIDEMAN_CACHE_DISABLED",
      "yes",
      'AWSIDEMAN_CACHE_DISABLED must be true, false, 1 or 0, received "yes"',
    ],
    ["AWSIDEMAN_USE_UNIFIED_CACHE", "on", "AWSIDEMAN_USE_UNIFIED_CACHE must be true, false, 1 or 0"],
  ])("%s=%s is refused", (name, value, message) => {
    expect(() => readEnvironment({ [name]: value })).toThrow(TypeError);
    expect(() => readEnvironment({ [name]: value })).toThrow(message);
  });
});
