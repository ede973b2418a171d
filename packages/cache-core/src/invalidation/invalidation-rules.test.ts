import { describe, expect, test } from "vitest";
import { makeCache } from "../../test/support/make-cache.ts";
import type { OperationContext } from "../cache.ts";
import { createCacheKey } from "../key/cache-key.ts";
import { invalidationRules, patternsFor } from "./invalidation-rules.ts";

/** One key of every kind that the documentation names, and of those that clients of AWS are kept under besides. */
const keys = [
  "user:get_id:all",
  "user:groups:user-9",
  "user:member_in:user-9",
  "group:get_id:all",
  "group_membership:describe:membership-1",
  "permission_set:inline_policy:ps-1",
  "assignment:list_for_principal:user-9",
  "user:list:all",
  "user:describe:user-123",
  "user:groups:user-123",
  "user:describe:user-9",
  "group:list:all",
  "group:describe:group-456",
  "group:members:group-456",
  "group:describe:group-9",
  "group:members:group-9",
  "permission_set:list:all",
  "permission_set:describe:ps-1",
  "permission_set:policies:ps-1",
  "permission_set:tags:ps-1",
  "permission_set:describe:ps-9",
  "assignment:list:account-789:permission-set-123",
  "assignment:list:account-9:permission-set-9",
  "account:list:all",
  "account:describe:account-789",
];

/** The keys that are gone after an operation. */
async function goneAfter(
  operation: string,
  resource: string,
  id?: string,
  context?: OperationContext,
): Promise<string[]> {
  const { cache } = makeCache();
  for (const key of keys) await cache.getOrLoad(key, () => 1);
  await cache.invalidateForOperation(operation, resource, id, context);
  const left = await cache.getMany(keys);
  return keys.filter((key) => !left.has(key));
}

const of = (...prefixes: string[]): string[] =>
  keys.filter((key) => prefixes.some((prefix) => key === prefix || key.startsWith(`${prefix}:`)));

describe("an operation makes stale", () => {
  test.each<[string, string, string | undefined, OperationContext | undefined, string[]]>([
    ["create", "user", "user-new", undefined, of("user:list", "user:get_id")],
    [
      "update",
      "user",
      "user-123",
      undefined,
      of(
        "user:list",
        "user:get_id",
        "user:describe:user-123",
        "user:groups:user-123",
        "group:members",
        "assignment",
      ),
    ],
    [
      "delete",
      "user",
      "user-123",
      undefined,
      of(
        "user:list",
        "user:get_id",
        "user:describe:user-123",
        "user:groups:user-123",
        "group:members",
        "group_membership",
        "assignment",
      ),
    ],
    ["create", "group", "group-new", undefined, of("group:list", "group:get_id")],
    [
      "update",
      "group",
      "group-456",
      undefined,
      of("group:list", "group:get_id", "group:describe:group-456", "group:members:group-456", "assignment"),
    ],
    [
      "delete",
      "group",
      "group-456",
      undefined,
      of(
        "group:list",
        "group:get_id",
        "group:describe:group-456",
        "group:members",
        "group_membership",
        "user:groups",
        "user:member_in",
        "assignment",
      ),
    ],
    [
      "add_member",
      "group",
      "group-456",
      { affectedUserIds: ["user-123"] },
      of(
        "group:members",
        "group:describe:group-456",
        "group_membership",
        "user:describe:user-123",
        "user:groups:user-123",
        "assignment:list_for_principal",
      ),
    ],
    [
      "remove_member",
      "group",
      "group-456",
      undefined,
      of(
        "group:members",
        "group:describe:group-456",
        "group_membership",
        "user:groups",
        "user:member_in",
        "assignment:list_for_principal",
      ),
    ],
    ["create", "permission_set", "ps-new", undefined, of("permission_set:list")],
    [
      "update",
      "permission_set",
      "ps-1",
      undefined,
      of(
        "permission_set:list",
        "permission_set:describe:ps-1",
        "permission_set:policies:ps-1",
        "permission_set:tags:ps-1",
        "permission_set:inline_policy:ps-1",
        "assignment",
      ),
    ],
    [
      "update_policies",
      "permission_set",
      "ps-1",
      undefined,
      of(
        "permission_set:describe:ps-1",
        "permission_set:policies:ps-1",
        "permission_set:tags:ps-1",
        "permission_set:inline_policy:ps-1",
      ),
    ],
    [
      "provision",
      "permission_set",
      "ps-1",
      undefined,
      of(
        "permission_set:describe:ps-1",
        "permission_set:policies:ps-1",
        "permission_set:tags:ps-1",
        "permission_set:inline_policy:ps-1",
        "assignment",
      ),
    ],
    [
      "create",
      "assignment",
      undefined,
      { accountId: "account-789", principalType: "USER", principalId: "user-123" },
      of("assignment", "user:describe:user-123", "user:groups:user-123"),
    ],
    ["delete", "assignment", undefined, { principalType: "GROUP" }, of("assignment", "group")],
    ["delete", "assignment", undefined, undefined, of("assignment", "user", "group")],
    [
      "delete",
      "assignment",
      undefined,
      { principalType: "ROBOT" as never, principalId: "x" },
      of("assignment", "user", "group"),
    ],
    ["create", "account", undefined, undefined, of("account:list")],
    ["update", "account", "account-789", undefined, of("account:list", "account:describe:account-789")],
  ])("%s %s %s %o", async (operation, resource, id, context, expected) => {
    expect(await goneAfter(operation, resource, id, context)).toEqual(expected);
  });

  test.each([undefined, ""])("a missing id (%o) means every one", async (id) => {
    expect(await goneAfter("update", "user", id)).toEqual(of("user", "group:members", "assignment"));
  });

  test("the patterns are those of the documentation, each once", () => {
    expect(patternsFor("update", "user", "user-123", {})).toEqual([
      "user:list:*",
      "user:describe:user-123",
      "user:*:user-123",
      "user:get_id:*",
      "group:members:*",
      "assignment:*",
    ]);
    expect(patternsFor("add_member", "group", "", { affectedUserIds: ["u", "u"] })).toEqual([
      "group:members:*",
      "group:describe:*",
      "group_membership:*",
      "user:*:u",
      "assignment:list_for_principal:*",
    ]);
  });

  test("ids with colons and wildcards are the ids of keys", async () => {
    const { cache } = makeCache();
    const id = "arn:aws:sso:::permissionSet/ssoins-1/ps-*";
    const key = createCacheKey("permission_set", "describe", id);
    const other = createCacheKey("permission_set", "describe", "arn:aws:sso:::permissionSet/ssoins-1/ps-2");
    await cache.getOrLoad(key, () => 1);
    await cache.getOrLoad(other, () => 1);
    await cache.invalidateForOperation("update_policies", "permission_set", id);
    expect([await cache.has(key), await cache.has(other)]).toEqual([false, true]);
  });

  test("what no rule knows does nothing, and an event says so", async () => {
    const { cache, told } = makeCache();
    await cache.set("user:list:all", 1);
    for (const [operation, resource] of [
      ["paint", "user"],
      ["update", "house"],
      ["constructor", "user"],
      ["update", "__proto__"],
      ["toString", "toString"],
    ] as const)
      expect(await cache.invalidateForOperation(operation, resource, "x")).toEqual([]);
    expect(told().filter((type) => type === "warning")).toHaveLength(5);
    expect(await cache.has("user:list:all")).toBe(true);
  });

  test("every rule gives patterns that the cache takes", async () => {
    const { cache } = makeCache();
    for (const [resource, rules] of Object.entries(invalidationRules)) {
      for (const operation of Object.keys(rules)) {
        expect(await cache.invalidateForOperation(operation, resource, "x:*|%")).not.toEqual([]);
      }
    }
  });
});
