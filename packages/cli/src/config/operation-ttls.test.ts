import { commandsThatRead } from "@awsideman/aws-client";
import { expect, test } from "vitest";
import { findCommand, operationName } from "./operation-ttls.ts";

test.each([
  ["ListUsers", "list_users"],
  ["DescribeAccountAssignmentCreationStatus", "describe_account_assignment_creation_status"],
  ["ListAWSServiceAccessForOrganization", "list_aws_service_access_for_organization"],
  ["GetUserId", "get_user_id"],
])("%s is %s in the file", (command, name) => {
  expect(operationName(command)).toBe(name);
});

test("every command is found by both of its names, and by no other", () => {
  const commands = commandsThatRead();
  for (const command of commands)
    expect([findCommand(command, commands), findCommand(operationName(command), commands)]).toEqual([
      command,
      command,
    ]);
  for (const name of ["list_user", "LIST_USERS", "listusers", "List_Users", "list__users", "delete_user", ""])
    expect(findCommand(name, commands), `${name}`).toBeUndefined();
});
