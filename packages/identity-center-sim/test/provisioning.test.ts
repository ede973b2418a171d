import {
  AttachManagedPolicyToPermissionSetCommand,
  DeleteInlinePolicyFromPermissionSetCommand,
  DescribePermissionSetProvisioningStatusCommand,
  ListAccountsForProvisionedPermissionSetCommand,
  ListPermissionSetProvisioningStatusCommand,
  ListPermissionSetsProvisionedToAccountCommand,
  ProvisionPermissionSetCommand,
  PutInlinePolicyToPermissionSetCommand,
  TagResourceCommand,
  UpdatePermissionSetCommand,
  type ProvisioningStatus,
} from "@aws-sdk/client-sso-admin";
import { describe, expect, it } from "vitest";
import { failureOf, first, startFixture, type Fixture } from "./support/fixture.ts";

interface Scene extends Fixture {
  readonly accounts: readonly string[];
  readonly set: { readonly InstanceArn: string; readonly PermissionSetArn: string };
  readonly accountsThatHave: (status?: ProvisioningStatus) => Promise<readonly string[] | undefined>;
  readonly provision: (target?: string) => Promise<string>;
  readonly status: (requestId: string) => Promise<object>;
}

/** A permission set that is assigned, and so provisioned, in two accounts of three. */
async function startScene(): Promise<Scene> {
  const fixture = await startFixture({ operationDuration: 1000 });
  const { sim, ssoAdmin, InstanceArn } = fixture;
  const PermissionSetArn = sim.console.createPermissionSet({ Name: "ReadOnly" });
  const principalId = sim.console.createUser({ UserName: "ada" });
  const accounts = sim.accountIds.slice(0, 2);
  for (const accountId of accounts) {
    sim.console.assign({ accountId, permissionSetArn: PermissionSetArn, principalType: "USER", principalId });
  }
  const set = { InstanceArn, PermissionSetArn };
  return {
    ...fixture,
    accounts,
    set,
    accountsThatHave: async (ProvisioningStatus) =>
      (
        await ssoAdmin.send(
          new ListAccountsForProvisionedPermissionSetCommand({
            ...set,
            ...(ProvisioningStatus === undefined ? {} : { ProvisioningStatus }),
          }),
        )
      ).AccountIds,
    provision: async (target) => {
      const output = await ssoAdmin.send(
        new ProvisionPermissionSetCommand(
          target === undefined
            ? { ...set, TargetType: "ALL_PROVISIONED_ACCOUNTS" }
            : { ...set, TargetType: "AWS_ACCOUNT", TargetId: target },
        ),
      );
      return output.PermissionSetProvisioningStatus?.RequestId ?? "";
    },
    status: async (requestId) => {
      const output = await ssoAdmin.send(
        new DescribePermissionSetProvisioningStatusCommand({
          InstanceArn,
          ProvisionPermissionSetRequestId: requestId,
        }),
      );
      return output.PermissionSetProvisioningStatus ?? {};
    },
  };
}

const latest = "LATEST_PERMISSION_SET_PROVISIONED";
const outdated = "LATEST_PERMISSION_SET_NOT_PROVISIONED";

describe("provisioning", () => {
  it("follows the first assignment of an account and ends with the last", async () => {
    const { sim, ssoAdmin, accounts, set, accountsThatHave, InstanceArn } = await startScene();
    expect(await accountsThatHave()).toEqual(accounts);
    const assigned = first(sim.state.assignments);
    const besides = { ...assigned, principalId: sim.console.createUser({ UserName: "besides" }) };
    sim.console.assign(besides);
    sim.console.unassign(assigned);
    expect(await accountsThatHave()).toEqual(accounts);
    sim.console.unassign(besides);
    expect(await accountsThatHave()).toEqual(accounts.slice(1));
    const inAccount = async (AccountId = "") =>
      (await ssoAdmin.send(new ListPermissionSetsProvisionedToAccountCommand({ InstanceArn, AccountId })))
        .PermissionSets;
    expect(await inAccount(accounts[0])).toEqual([]);
    expect(await inAccount(accounts[1])).toEqual([set.PermissionSetArn]);
  });

  it.each<[string, (scene: Scene) => Promise<unknown>]>([
    [
      "UpdatePermissionSet",
      ({ ssoAdmin, set }) => ssoAdmin.send(new UpdatePermissionSetCommand({ ...set, Description: "new" })),
    ],
    [
      "PutInlinePolicyToPermissionSet",
      ({ ssoAdmin, set }) =>
        ssoAdmin.send(new PutInlinePolicyToPermissionSetCommand({ ...set, InlinePolicy: "{}" })),
    ],
    [
      "AttachManagedPolicyToPermissionSet",
      ({ ssoAdmin, set }) =>
        ssoAdmin.send(
          new AttachManagedPolicyToPermissionSetCommand({
            ...set,
            ManagedPolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess",
          }),
        ),
    ],
  ])("is outdated after %s", async (_operation, change) => {
    const scene = await startScene();
    const { accounts, accountsThatHave } = scene;
    expect(await accountsThatHave(latest)).toEqual(accounts);
    await change(scene);
    expect(await accountsThatHave(outdated)).toEqual(accounts);
    expect(await accountsThatHave(latest)).toEqual([]);
    expect(await accountsThatHave()).toEqual(accounts);
  });

  it("is brought up to date by another assignment in the account", async () => {
    const { sim, accounts, set, accountsThatHave } = await startScene();
    sim.console.putInlinePolicy(set.PermissionSetArn, "{}");
    sim.console.assign({
      accountId: accounts[0] ?? "",
      permissionSetArn: set.PermissionSetArn,
      principalType: "GROUP",
      principalId: sim.console.createGroup("engineers"),
    });
    expect(await accountsThatHave(latest)).toEqual(accounts.slice(0, 1));
  });

  it("is not outdated by deleting an inline policy that is not there", async () => {
    const { ssoAdmin, accounts, set, accountsThatHave } = await startScene();
    await ssoAdmin.send(new DeleteInlinePolicyFromPermissionSetCommand(set));
    expect(await accountsThatHave(latest)).toEqual(accounts);
  });

  it("is not outdated by a tag", async () => {
    const { ssoAdmin, accounts, set, accountsThatHave } = await startScene();
    const Tags = [{ Key: "team", Value: "platform" }];
    await ssoAdmin.send(new TagResourceCommand({ ResourceArn: set.PermissionSetArn, Tags }));
    expect(await accountsThatHave(latest)).toEqual(accounts);
  });

  it("of one account brings that account up to date, when its time has passed", async () => {
    const { sim, clock, accounts, set, accountsThatHave, provision, status } = await startScene();
    sim.console.updatePermissionSet(set.PermissionSetArn, { Description: "new" });
    const requestId = await provision(accounts[0]);
    expect(await status(requestId)).toEqual({
      Status: "IN_PROGRESS",
      RequestId: requestId,
      AccountId: accounts[0],
      PermissionSetArn: set.PermissionSetArn,
      CreatedDate: new Date(clock.now()),
    });
    expect(await accountsThatHave(latest)).toEqual([]);
    clock.advance(1000);
    expect(await accountsThatHave(latest)).toEqual(accounts.slice(0, 1));
    expect(await status(requestId)).toMatchObject({ Status: "SUCCEEDED" });
  });

  it("of all accounts brings every account up to date", async () => {
    const { sim, accounts, set, accountsThatHave, provision } = await startScene();
    sim.console.putInlinePolicy(set.PermissionSetArn, "{}");
    await provision();
    sim.settle();
    expect(await accountsThatHave(latest)).toEqual(accounts);
  });

  it("of an account without an assignment fails", async () => {
    const { sim, clock, provision, status } = await startScene();
    const requestId = await provision(sim.accountIds[2]);
    clock.advance(1000);
    expect(await status(requestId)).toMatchObject({
      Status: "FAILED",
      FailureReason: "Received a 404 status error: Assignment not found.",
    });
  });

  it("needs a target that fits its type", async () => {
    const { ssoAdmin, set } = await startScene();
    const provision = new ProvisionPermissionSetCommand({ ...set, TargetType: "AWS_ACCOUNT" });
    expect((await failureOf(ssoAdmin.send(provision))).name).toBe("ValidationException");
  });

  it("is throttled beyond three that are outstanding, and listed", async () => {
    const { ssoAdmin, accounts, provision, InstanceArn } = await startScene();
    const requests = [await provision(accounts[0]), await provision(accounts[1]), await provision()];
    expect((await failureOf(provision())).name).toBe("ThrottlingException");
    const { PermissionSetsProvisioningStatus } = await ssoAdmin.send(
      new ListPermissionSetProvisioningStatusCommand({ InstanceArn, Filter: { Status: "IN_PROGRESS" } }),
    );
    expect(PermissionSetsProvisioningStatus?.map(({ RequestId }) => RequestId)).toEqual(requests);
  });
});
