import { describe, expect, test } from "vitest";
import { readEnvironment } from "./environment.ts";

describe("readEnvironment", () => {
  test("an empty environment, and empty variables, mean the defaults", () => {
    const defaults = { storage: { backend: "memory", config: {} }, defaultTtl: undefined, enabled: true };
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
    });
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
