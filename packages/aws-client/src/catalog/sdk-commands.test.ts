import type * as ssoAdmin from "@aws-sdk/client-sso-admin";
import { expectTypeOf, test } from "vitest";
import type { Rows } from "./row.ts";
import type { CommandInput, CommandName, CommandOutput, PaginatedCommandName } from "./sdk-commands.ts";

test("inputs and outputs of commands are those of the SDK", () => {
  expectTypeOf<
    CommandInput<"sso-admin", "DescribeInstance">
  >().toEqualTypeOf<ssoAdmin.DescribeInstanceCommandInput>();
  expectTypeOf<
    CommandOutput<"sso-admin", "ListRegions">
  >().toEqualTypeOf<ssoAdmin.ListRegionsCommandOutput>();
  expectTypeOf<PaginatedCommandName<"identitystore">>().toEqualTypeOf<
    "ListUsers" | "ListGroups" | "ListGroupMemberships" | "ListGroupMembershipsForMember"
  >();
});

test("a catalogue that lacks a row does not compile", () => {
  // @ts-expect-error -- ListTagsForResource is missing
  const tags: Rows<"sso-admin", "TagResource" | "ListTagsForResource"> = {
    TagResource: { kind: "write", stale: () => [] },
  };
  expectTypeOf(tags).toBeObject();
});

test("a row for a command that does not exist does not compile", () => {
  expectTypeOf<"RenameUser">().not.toExtend<CommandName<"identitystore">>();
  const rows: Rows<"identitystore", "DeleteUser"> = {
    DeleteUser: { kind: "write", stale: () => [] },
    // @ts-expect-error -- there is no such command
    RenameUser: { kind: "write", stale: () => [] },
  };
  expectTypeOf(rows).toBeObject();
});

test("a field that the command does not have does not compile", () => {
  const rows: Rows<"identitystore", "DescribeUser" | "DeleteUser"> = {
    DescribeUser: {
      kind: "read",
      // @ts-expect-error -- the field is called UserId
      key: { resource: "user", operation: "describe", identifier: ["Id"] },
      lifetime: "describe",
      tags: () => [],
    },
    // @ts-expect-error -- the field is called UserId
    DeleteUser: { kind: "write", stale: ({ Id }) => [Id] },
  };
  expectTypeOf(rows).toBeObject();
});
