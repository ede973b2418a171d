import { beforeEach, describe, expect, test } from "vitest";
import { prepareOrganisation, type ExampleOrganisation } from "./support/example-organisation.ts";

let organisation: ExampleOrganisation;
let account: string;

beforeEach(async () => {
  organisation = await prepareOrganisation();
  account = organisation.sim.accountIds[0] as string;
});

async function run(line: string): Promise<string> {
  const { code, stdout, stderr } = await organisation.run(`awsideman ${line}`);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

/** Runs a line, and returns how often AWS was asked what. */
async function callsOf(line: string): Promise<Readonly<Record<string, number>>> {
  organisation.sim.calls.reset();
  await run(line);
  const { operations } = organisation.sim.calls.snapshot();
  return Object.fromEntries(Object.entries(operations).map(([name, { received }]) => [name, received]));
}

function userCalled(name: string): string {
  return organisation.sim.state.users.find(({ attributes }) => attributes.UserName === name)
    ?.userId as string;
}

function groupCalled(name: string): string {
  return organisation.sim.state.groups.find(({ displayName }) => displayName === name)?.groupId as string;
}

function permissionSetCalled(name: string): string {
  return organisation.sim.state.permissionSets.find((one) => one.name === name)?.permissionSetArn as string;
}

describe("a name that has gone to another user since it was cached, by itself and in the list", () => {
  let newcomer: string;

  beforeEach(async () => {
    await run("user get alice");
    await run("group remove-member Engineers alice --dry-run");
    await run("user list");
    const { console: admin } = organisation.sim;
    admin.updateUser(userCalled("alice"), { AttributePath: "userName", AttributeValue: "alice.brown" });
    newcomer = admin.createUser({ UserName: "alice" });
    admin.addMember(groupCalled("Engineers"), newcomer);
    const given = { accountId: account, permissionSetArn: permissionSetCalled("ReadOnlyAccess") };
    admin.assign({ ...given, principalType: "USER", principalId: newcomer });
  });

  test.each([
    ["user update alice --display-name New"],
    ["user delete alice --yes"],
    ["assignment assign ReadOnlyAccess alice 111122223333"],
    ["assignment revoke ReadOnlyAccess alice 111122223333 --yes"],
  ])("%s changes that one", async (line) => {
    const { UserId, PrincipalId = UserId } = JSON.parse(await run(`${line} --json`)) as Record<
      string,
      string
    >;
    expect(PrincipalId).toBe(newcomer);
  });

  test.each([["group add-member Readers alice"], ["group remove-member Engineers alice --yes"]])(
    "%s changes that one",
    async (line) => {
      organisation.sim.console.createGroup("Readers");
      const { MemberId } = JSON.parse(await run(`${line} --json`)) as { MemberId: { UserId: string } };
      expect(MemberId.UserId).toBe(newcomer);
    },
  );
});

describe("a name that has gone to another group since it was cached", () => {
  let newcomer: string;

  beforeEach(async () => {
    await run("group get Engineers");
    await run("group list");
    const { console: admin } = organisation.sim;
    admin.updateGroup(groupCalled("Engineers"), {
      AttributePath: "displayName",
      AttributeValue: "Builders",
    });
    newcomer = admin.createGroup("Engineers");
    admin.addMember(newcomer, userCalled("alice"));
  });

  test.each([
    ["group update Engineers --description New"],
    ["group delete Engineers --yes"],
    ["group add-member Engineers bob"],
    ["group remove-member Engineers alice --yes"],
    ["assignment assign ReadOnlyAccess Engineers 111122223333"],
  ])("%s changes that one", async (line) => {
    const { GroupId, PrincipalId = GroupId } = JSON.parse(await run(`${line} --json`)) as Record<
      string,
      string
    >;
    expect(PrincipalId).toBe(newcomer);
  });
});

describe("a name that has gone to another permission set since it was cached", () => {
  let newcomer: string;

  beforeEach(async () => {
    const { console: admin, state } = organisation.sim;
    await run("permission-set get ReadOnlyAccess");
    for (const assignment of state.assignments) admin.unassign(assignment);
    admin.deletePermissionSet(permissionSetCalled("ReadOnlyAccess"));
    newcomer = admin.createPermissionSet({ Name: "ReadOnlyAccess" });
  });

  test.each([
    ["permission-set update ReadOnlyAccess --description New"],
    ["permission-set delete ReadOnlyAccess --yes"],
    ["assignment assign ReadOnlyAccess bob 111122223333"],
  ])("%s changes that one", async (line) => {
    const { PermissionSetArn } = JSON.parse(await run(`${line} --json`)) as { PermissionSetArn: string };
    expect(PermissionSetArn).toBe(newcomer);
  });
});

test.each([["ReadOnlyAccess"], ["the ARN"]])(
  "permission-set update of %s leaves what was changed elsewhere since it was cached",
  async (name) => {
    await run("permission-set get ReadOnlyAccess");
    const { console: admin, state } = organisation.sim;
    const arn = permissionSetCalled("ReadOnlyAccess");
    admin.updatePermissionSet(arn, { SessionDuration: "PT1H", RelayState: "https://example.com/" });
    await run(`permission-set update ${name === "the ARN" ? arn : name} --description New`);
    expect(state.permissionSets.find(({ permissionSetArn }) => permissionSetArn === arn)).toMatchObject({
      description: "New",
      sessionDuration: "PT1H",
      relayState: "https://example.com/",
    });
  },
);

test("a permission set is brought to an account that has got it since nobody had it", async () => {
  const { console: admin } = organisation.sim;
  const permissionSetArn = admin.createPermissionSet({ Name: "Audit" });
  await run("access-review permission-set Audit");
  admin.assign({
    accountId: account,
    permissionSetArn,
    principalType: "USER",
    principalId: userCalled("bob"),
  });
  // A change would make stale what is cached of its accounts.
  expect(await run("permission-set update Audit --provision")).toMatch(
    /^Provisioning +(?:IN_PROGRESS|SUCCEEDED)$/m,
  );
});

test("a membership that was ended and begun again elsewhere is ended", async () => {
  await run("group remove-member Engineers alice --dry-run");
  const { console: admin, state } = organisation.sim;
  for (const { membershipId } of state.memberships) admin.removeMember(membershipId);
  admin.addMember(groupCalled("Engineers"), userCalled("alice"));
  await run("group remove-member Engineers alice --yes");
  expect(state.memberships).toEqual([]);
});

describe("AWS is asked for no more than that", () => {
  test("a name is looked up by itself, also where the list is cached", async () => {
    await run("user list");
    await run("group list");
    expect(await callsOf("group add-member Engineers bob")).toEqual({
      GetUserId: 1,
      GetGroupId: 1,
      CreateGroupMembership: 1,
    });
  });

  test("an ID is looked up nowhere", async () => {
    await run("user list");
    const line = `group add-member ${groupCalled("Engineers")} ${userCalled("bob")}`;
    expect(await callsOf(line)).toEqual({ CreateGroupMembership: 1 });
  });

  test("of permission sets, what is one is called stays cached", async () => {
    await run("permission-set list");
    organisation.sim.console.createPermissionSet({ Name: "Audit" });
    expect(await callsOf("permission-set update ReadOnlyAccess --description New --dry-run")).toEqual({
      ListPermissionSets: 1,
      // The new one, and the one that is to be changed.
      DescribePermissionSet: 2,
    });
  });

  test("accounts are listed once, however many are named", async () => {
    const found = JSON.parse(await run("org search '*' --json")) as { Accounts: readonly { Name: string }[] };
    const names = found.Accounts.map(({ Name }) => Name).join(",");
    const line = `assignment assign ReadOnlyAccess bob --principal-type USER --accounts '${names}' --dry-run`;
    expect(await callsOf(line)).toMatchObject({ ListAccounts: 1 });
  });
});
