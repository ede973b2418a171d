import { CacheManager } from "@awsideman/cache-core";
import { describe, expect, test } from "vitest";
import { resolveOptions, type CachedOptions } from "./options.ts";

const cache = new CacheManager();

describe("options", () => {
  test("have defaults by how volatile an answer is", () => {
    const { ttl, settle, namespace } = resolveOptions({ cache });
    expect([settle, namespace]).toEqual([5000, ""]);
    expect(ttl("ListUsers", "list")).toBe(900_000);
    expect(ttl("DescribeUser", "describe")).toBe(600_000);
    expect(ttl("ListAccounts", "structure")).toBe(3_600_000);
    expect(ttl("ListApplicationProviders", "catalogue")).toBe(86_400_000);
    expect(ttl("DescribeAccountAssignmentCreationStatus", "operation")).toBe(86_400_000);
  });

  test("may set one time to live for everything, or some by kind and by command", () => {
    expect(resolveOptions({ cache, ttl: 5 }).ttl("ListUsers", "list")).toBe(5);
    const { ttl } = resolveOptions({
      cache,
      ttl: { list: 1, commands: { ListUsers: 0, DescribeUser: Infinity } },
    });
    expect([ttl("ListUsers", "list"), ttl("ListGroups", "list")]).toEqual([0, 1]);
    expect([ttl("DescribeUser", "describe"), ttl("DescribeGroup", "describe")]).toEqual([Infinity, 600_000]);
  });

  test.each([
    [undefined, TypeError, "`options` must be an object, received undefined"],
    [{}, TypeError, "`cache` must be a cache, received undefined"],
    [{ cache: new Map() }, TypeError, "`cache` must be a cache, received object"],
    [{ cache, namespace: null }, TypeError, "`namespace` must be a string, received null"],
    [{ cache, ttl: -1 }, RangeError, "`ttl` must be 0 or more milliseconds, received -1"],
    [{ cache, ttl: Number.NaN }, RangeError, "`ttl` must be 0 or more milliseconds, received NaN"],
    [{ cache, ttl: "1" }, TypeError, "`ttl` must be a number of milliseconds, received string"],
    [{ cache, ttl: null }, TypeError, "`ttl` must be milliseconds or an object, received null"],
    [{ cache, ttl: { list: -1 } }, RangeError, "`ttl.list` must be 0 or more milliseconds, received -1"],
    [
      { cache, ttl: { lists: 1 } },
      TypeError,
      "`ttl` must have only list, describe, structure, catalogue, operation, absence and commands",
    ],
    [
      { cache, ttl: { commands: { ListUser: 1 } } },
      TypeError,
      "must name commands that read, received ListUser",
    ],
    [
      { cache, ttl: { commands: { DeleteUser: 1 } } },
      TypeError,
      "must name commands that read, received DeleteUser",
    ],
    [
      { cache, ttl: { commands: { ListUsers: -1 } } },
      RangeError,
      "`ttl.commands.ListUsers` must be 0 or more",
    ],
    [
      { cache, settle: Infinity },
      RangeError,
      "`settle` must be milliseconds from 0 to 840000, received Infinity",
    ],
    [{ cache, settle: -5 }, RangeError, "`settle` must be 0 or more milliseconds, received -5"],
    [{ cache, onEvent: "log" }, TypeError, "`onEvent` must be a function, received string"],
    [{ cache, clock: {} }, TypeError, "`clock` must be a clock, received object"],
  ] as const)("are checked at once: %o", (options, type, message) => {
    const resolve = (): unknown => resolveOptions(options as unknown as CachedOptions);
    expect(resolve).toThrow(type);
    expect(resolve).toThrow(message);
  });
});
