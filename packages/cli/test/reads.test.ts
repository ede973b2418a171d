import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Terminal } from "./support/terminal.ts";

let terminal: Terminal;
let account: string;

beforeAll(async () => {
  terminal = await Terminal.open({
    population: { users: 6, groups: 3, permissionSets: 3, accounts: 3 },
    pageSize: 4,
  });
  account = terminal.sim.accountIds[0] as string;
});

afterAll(async () => {
  await terminal.close();
});

interface Expectation {
  readonly line: (account: string) => readonly string[];
  /** What AWS is asked the first time, with nothing but what commands before have left. */
  readonly cold: Readonly<Record<string, number>>;
  /** In the output. */
  readonly shows: readonly (string | RegExp)[];
}

const everyRead: Readonly<Record<string, Expectation>> = {
  "user list": {
    line: () => ["user", "list"],
    cold: { ListInstances: 1, ListUsers: 2 },
    shows: [
      /^User ID +Username +Email +Name\n-+ {2}-+ {2}-+ {2}-+\n/,
      "ada.abel.1@example.com",
      "Farah Abel",
    ],
  },
  "user get, by name": {
    line: () => ["user", "get", "ada.abel.1"],
    // The list that was read before knows the name.
    cold: { DescribeUser: 1, ListGroupMembershipsForMember: 1, DescribeGroup: 2 },
    shows: [/^Username +ada\.abel\.1$/m, /^Groups +Engineering-1, Finance-2$/m],
  },
  "user get, by address": {
    line: () => ["user", "get", "ben.abel.2@example.com"],
    // First taken as a user name, which nobody has.
    cold: { GetUserId: 2, DescribeUser: 1, ListGroupMembershipsForMember: 1, DescribeGroup: 1 },
    shows: [/^Username +ben\.abel\.2$/m],
  },
  "group list": {
    line: () => ["group", "list"],
    cold: { ListGroups: 1 },
    shows: [/^Group ID +Display Name +Description\n/, "Operations-3", "Operations, team 3"],
  },
  "group get": {
    line: () => ["group", "get", "Operations-3"],
    cold: {},
    shows: [/^Display Name +Operations-3$/m],
  },
  "group list-members": {
    line: () => ["group", "list-members", "Engineering-1"],
    // Names of users and groups are in the lists.
    cold: { ListGroupMemberships: 1 },
    shows: [/^Membership ID +User ID +Username +Display Name\n/, "ada.abel.1"],
  },
  "permission-set list": {
    line: () => ["permission-set", "list"],
    cold: { ListPermissionSets: 1, DescribePermissionSet: 3 },
    shows: [/^Name +ARN +Description +Session Duration\n/, "ReadOnlyAccess-1", "PT3H"],
  },
  "permission-set get": {
    line: () => ["permission-set", "get", "ReadOnlyAccess-1"],
    cold: {
      ListManagedPoliciesInPermissionSet: 1,
      ListCustomerManagedPolicyReferencesInPermissionSet: 1,
      GetInlinePolicyForPermissionSet: 1,
      GetPermissionsBoundaryForPermissionSet: 1,
    },
    shows: [/^Managed policies +ReadOnlyAccess$/m, /^Inline policy +\{"Version"/m],
  },
  "assignment list, of an account": {
    line: (id) => ["assignment", "list", "--account", id],
    cold: { ListPermissionSetsProvisionedToAccount: 1, ListAccountAssignments: 2 },
    shows: [/^Permission Set +Principal Name +Principal Type +Account\n/, "ReadOnlyAccess-1", "GROUP"],
  },
  "assignment list, of a principal": {
    line: () => ["assignment", "list", "--principal", "ada.abel.1"],
    cold: { ListAccountAssignmentsForPrincipal: 1 },
    shows: ["Engineering-1"],
  },
};

describe("asks AWS once, and the next process not at all", () => {
  test.each(Object.entries(everyRead))("%s", async (_, { line, cold, shows }) => {
    const first = await terminal.run(...line(account));
    expect(first).toMatchObject({ code: 0, stderr: "" });
    for (const part of shows) expect(first.stdout).toMatch(part);
    expect(first.calls).toEqual(cold);

    const second = await terminal.run(...line(account));
    expect(second).toEqual({ ...first, calls: {} });
  });
});
