import { expect, test } from "vitest";
import { tagsForCommand } from "./tags-for-command.ts";

const store = { IdentityStoreId: "d-1" };

test("a command that writes makes stale what its row says", () => {
  expect(tagsForCommand("identitystore", "CreateGroup", { ...store, DisplayName: "x" })).toEqual([
    "groups:d-1",
    "absences:d-1",
  ]);
});

test("a membership that is known makes less stale than one that is not", () => {
  const input = { ...store, MembershipId: "m-1" };
  const known = tagsForCommand("identitystore", "DeleteGroupMembership", input, {
    membership: { GroupId: "g-1", UserId: "u-1" },
  });
  expect(known).toContain("group-members:g-1");
  expect(known).not.toContain("memberships:d-1");
  expect(tagsForCommand("identitystore", "DeleteGroupMembership", input)).toContain("memberships:d-1");
});

test("a command that reads makes nothing stale", () => {
  expect(tagsForCommand("identitystore", "ListUsers", store)).toEqual([]);
});

test("what cannot be told makes everything stale", () => {
  expect(tagsForCommand("identitystore", "DeleteUser", { ...store, UserId: undefined })).toEqual(["*"]);
  expect(tagsForCommand("identitystore", "RenameUser" as "DeleteUser", { ...store, UserId: "u" })).toEqual([
    "*",
  ]);
});
