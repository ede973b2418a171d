import { CacheManager } from "@awsideman/cache-core";
import { describe, expect, test } from "vitest";
import { rowsOf } from "../catalog/catalog.ts";
import * as tag from "../catalog/tag.ts";
import { createCommandKey } from "../command-key.ts";
import { MembershipIndex } from "../membership-index.ts";
import { commandOfKey } from "./command-of-key.ts";
import { explainCommand, explainWrite, servicesWith } from "./explain-command.ts";
import { meanings, tagMeaning } from "./tag-meaning.ts";

const arn = "arn:aws:sso:::instance/ssoins-1111222233334444";

describe("what a tag means", () => {
  const made = Object.entries(tag)
    .filter(([name]) => name !== "orWhole" && name !== "everything")
    .map(
      ([name, value]) =>
        [
          name,
          typeof value === "function" ? (value as (...parts: string[]) => string)(arn, "second") : value,
        ] as const,
    )
    .map(([name, made]) => [name, String(made)] as const);

  test.each(made)("is said of %s", (_, made) => {
    expect(Object.keys(meanings)).toContain(made.split(":")[0]);
    expect(tagMeaning(made)).not.toMatch(/\$|begins with/);
  });

  test("is said of no kind that no tag has", () => {
    const kinds = new Set(made.map(([, one]) => one.split(":")[0]));
    expect(Object.keys(meanings).filter((kind) => !kinds.has(kind))).toEqual([]);
  });

  test("says the parts as they were", () => {
    expect(tagMeaning(tag.accountAssignments("111122223333", `${arn}/ps-1`))).toBe(
      `lists who may use the account 111122223333 with the permission set ${arn}/ps-1`,
    );
    expect(tagMeaning("user:list")).toBe("has a key that begins with user:list");
    expect(tagMeaning("group:members")).toBe("has a key that begins with group:members");
    expect(tagMeaning("*")).toBe("is anything in the namespace");
  });
});

describe("the call of a key", () => {
  test.each([
    ["identitystore", "DescribeUser", { IdentityStoreId: "d-1", UserId: "u-1" }],
    ["identitystore", "ListUsers", { IdentityStoreId: "d-1", MaxResults: 50 }],
    ["identitystore", "ListUsers", {}],
    [
      "identitystore",
      "ListGroupMembershipsForMember",
      { IdentityStoreId: "d-1", MemberId: { UserId: "u-1" } },
    ],
    [
      "identitystore",
      "GetGroupMembershipId",
      { IdentityStoreId: "d-1", GroupId: "g", MemberId: { UserId: "u" } },
    ],
    [
      "sso-admin",
      "ListAccountAssignments",
      { InstanceArn: arn, AccountId: "1", PermissionSetArn: `${arn}/ps-1` },
    ],
    [
      "sso-admin",
      "DescribeAccountAssignmentCreationStatus",
      { InstanceArn: arn, AccountAssignmentCreationRequestId: "r" },
    ],
    ["organizations", "DescribeOrganization", {}],
  ] as const)("%s %s %o is found again", (service, command, input) => {
    const row = rowsOf(service).get(command);
    const front = row?.kind === "read" ? row.key : row?.kind === "poll" ? row.single?.key : undefined;
    if (front === undefined) throw new Error("It has no key");
    const expected = { service, command, input, isComplete: true };
    expect(commandOfKey(createCommandKey(front, input))).toEqual({ ...expected, isLaterPage: false });
    const paged = { ...input, NextToken: "t" };
    expect(commandOfKey(createCommandKey(front, paged, "chain"))).toEqual({
      ...expected,
      input: paged,
      isLaterPage: true,
    });
  });

  test("an input that was too long for a key is known by what stands in front", () => {
    const input = { IdentityStoreId: "d".repeat(300), UserId: "u-1" };
    const row = rowsOf("identitystore").get("DescribeUser");
    if (row?.kind !== "read") throw new Error("It is no read");
    expect(commandOfKey(createCommandKey(row.key, input))).toEqual({
      service: "identitystore",
      command: "DescribeUser",
      input: { UserId: "u-1" },
      isComplete: false,
      isLaterPage: false,
    });
  });

  test.each([
    "user:paint:all",
    "user",
    "membership_index:describe:d-1:m-1",
    "user:list:all:",
    "user:describe",
    'user:describe:u-1:B="1"&A="1"',
  ])("%s is of no command", (key) => {
    expect(commandOfKey(key)).toBeUndefined();
  });

  test("what is no key is a mistake", () => {
    expect(() => commandOfKey("user:*")).toThrow(TypeError);
  });
});

describe("what the cache does with a command", () => {
  test("a read has a key and tags, each with its meaning", () => {
    expect(
      explainCommand({
        service: "identitystore",
        command: "DescribeUser",
        input: { IdentityStoreId: "d-1", UserId: "U-1" },
      }),
    ).toEqual({
      kind: "read",
      service: "identitystore",
      command: "DescribeUser",
      key: 'user:describe:U-1:IdentityStoreId="d-1"',
      tags: [{ tag: "user:u-1", meaning: "holds attributes of the user u-1, or was found by one" }],
    });
  });

  test("a write has targets, and may go on", () => {
    const input = {
      InstanceArn: arn,
      TargetId: "1",
      PermissionSetArn: "p",
      PrincipalType: "GROUP",
      PrincipalId: "g",
    };
    const explanation = explainCommand({ service: "sso-admin", command: "CreateAccountAssignment", input });
    expect(explanation).toMatchObject({ kind: "write", goesOn: true });
    expect(JSON.stringify(explanation)).toContain(
      "lists who may use the account 1 with the permission set p",
    );
  });

  test.each([
    ["PaintUser", "write", [{ tag: "*", meaning: "is anything in the namespace" }]],
    ["ListPaintings", "read", []],
  ])("%s is newer than the catalogue", (command, takenAs, targets) => {
    expect(explainCommand({ service: "identitystore", command, input: {} })).toMatchObject({
      kind: "unknown",
      takenAs,
      targets,
    });
  });

  test("an input that does not say what is touched is a mistake", () => {
    expect(() => explainCommand({ service: "identitystore", command: "DeleteUser", input: {} })).toThrow(
      TypeError,
    );
    expect(() => explainCommand({ service: "iam" as never, command: "DeleteUser", input: {} })).toThrow(
      TypeError,
    );
    expect(() => explainCommand({ service: "sso-admin", command: "X", input: [] as never })).toThrow(
      TypeError,
    );
  });

  test("a name is known with its services", () => {
    expect(servicesWith("DeleteUser")).toEqual(["identitystore"]);
    expect(servicesWith("TagResource").toSorted()).toEqual(["organizations", "sso-admin"]);
    expect(servicesWith("PaintUser")).toEqual([]);
  });
});

describe("what a write would drop", () => {
  const service = "identitystore";

  test("is told with the reason, whoever's it is, and nothing is dropped", async () => {
    const cache = new CacheManager();
    for (const caller of ["ada", "ben"]) {
      const part = cache.withScope({ namespace: "ours", caller });
      for (const id of ["u-1", "u-2"])
        await part.getOrLoad(`user:describe:${id}`, () => caller, { tags: [tag.user(id)] });
    }
    const input = { IdentityStoreId: "d-1", UserId: "u-1", Operations: [] };
    const write = await explainWrite(cache, { service, command: "UpdateUser", input }, { namespace: "ours" });
    expect(write).toMatchObject({ kind: "write", command: "UpdateUser", goesOn: false });
    expect(write.targets).toContainEqual({
      tag: "user:u-1",
      meaning: "holds attributes of the user u-1, or was found by one",
    });
    expect(write.entries.map(({ key, caller }) => `${key} of ${caller}`).toSorted()).toEqual([
      "user:describe:u-1 of ada",
      "user:describe:u-1 of ben",
    ]);
    expect((await explainWrite(cache, { service, command: "UpdateUser", input })).entries).toEqual([]);
    expect(await cache.withScope({ namespace: "ours", caller: "ada" }).has("user:describe:u-1")).toBe(true);
  });

  test("is less where the cache knows whom a membership joins", async () => {
    const cache = new CacheManager();
    const input = { IdentityStoreId: "d-1", MembershipId: "m-1" };
    const tags = async (): Promise<readonly string[]> =>
      (await explainWrite(cache, { service, command: "DeleteGroupMembership", input })).targets.map(
        (target) => target.tag,
      );
    expect(await tags()).toContain(tag.memberships("d-1"));
    const membership = { identityStoreId: "d-1", membershipId: "m-1", groupId: "g-1", userId: "u-1" };
    await new MembershipIndex(cache).remember([membership]);
    expect(await tags()).toContain(tag.groupMembers("g-1"));
    expect(await tags()).not.toContain(tag.memberships("d-1"));
  });

  test("is everything for a command that nobody knows, and no question for one that reads", async () => {
    const cache = new CacheManager();
    await cache.getOrLoad("group:list:all", () => 1);
    const unknown = await explainWrite(cache, { service, command: "RenameEverything", input: {} });
    expect(unknown).toMatchObject({ kind: "unknown", takenAs: "write" });
    expect(unknown.entries.map(({ key }) => key)).toEqual(["group:list:all"]);
    const input = { IdentityStoreId: "d-1", UserId: "u-1" };
    await expect(explainWrite(cache, { service, command: "DescribeUser", input })).rejects.toThrow(TypeError);
  });
});
