import {
  AttachCustomerManagedPolicyReferenceToPermissionSetCommand,
  AttachManagedPolicyToPermissionSetCommand,
  CreatePermissionSetCommand,
  DeleteInlinePolicyFromPermissionSetCommand,
  DeletePermissionsBoundaryFromPermissionSetCommand,
  DeletePermissionSetCommand,
  DescribePermissionSetCommand,
  DetachCustomerManagedPolicyReferenceFromPermissionSetCommand,
  DetachManagedPolicyFromPermissionSetCommand,
  GetInlinePolicyForPermissionSetCommand,
  GetPermissionsBoundaryForPermissionSetCommand,
  ListCustomerManagedPolicyReferencesInPermissionSetCommand,
  ListManagedPoliciesInPermissionSetCommand,
  ListPermissionSetsCommand,
  ListTagsForResourceCommand,
  PutInlinePolicyToPermissionSetCommand,
  PutPermissionsBoundaryToPermissionSetCommand,
  UpdatePermissionSetCommand,
} from "@aws-sdk/client-sso-admin";
import { describe, expect, it } from "vitest";
import { failureOf, startFixture, type Fixture } from "./support/fixture.ts";

interface WithSet extends Fixture {
  /** The members that name the permission set. */
  readonly set: { readonly InstanceArn: string; readonly PermissionSetArn: string };
}

async function startWithSet(): Promise<WithSet> {
  const fixture = await startFixture();
  const PermissionSetArn = fixture.sim.console.createPermissionSet({ Name: "ReadOnly" });
  return { ...fixture, set: { InstanceArn: fixture.InstanceArn, PermissionSetArn } };
}

const managedPolicy = (name: string) => `arn:aws:iam::aws:policy/${name}`;

describe("permission sets", () => {
  it("are created with their tags, described and listed by ARN", async () => {
    const { ssoAdmin, clock, InstanceArn } = await startFixture();
    const { PermissionSet } = await ssoAdmin.send(
      new CreatePermissionSetCommand({
        InstanceArn,
        Name: "ReadOnly",
        Description: "Looks only",
        SessionDuration: "PT8H",
        RelayState: "https://console.aws.amazon.com",
        Tags: [{ Key: "team", Value: "platform" }],
      }),
    );
    const PermissionSetArn = PermissionSet?.PermissionSetArn;
    expect(PermissionSetArn).toMatch(
      new RegExp(`^${InstanceArn.replace("instance", "permissionSet")}/ps-[0-9a-f]{16}$`),
    );
    const described = await ssoAdmin.send(
      new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn }),
    );
    expect(described.PermissionSet).toEqual({
      Name: "ReadOnly",
      PermissionSetArn,
      Description: "Looks only",
      SessionDuration: "PT8H",
      RelayState: "https://console.aws.amazon.com",
      CreatedDate: new Date(clock.now()),
    });
    expect(PermissionSet).toEqual(described.PermissionSet);
    const listed = await ssoAdmin.send(new ListPermissionSetsCommand({ InstanceArn }));
    expect(listed.PermissionSets).toEqual([PermissionSetArn]);
    const tags = await ssoAdmin.send(new ListTagsForResourceCommand({ ResourceArn: PermissionSetArn }));
    expect(tags.Tags).toEqual([{ Key: "team", Value: "platform" }]);
  });

  it("last an hour unless said otherwise", async () => {
    const { sim } = await startWithSet();
    expect(sim.state.permissionSets[0]?.sessionDuration).toBe("PT1H");
  });

  it("cannot share a name", async () => {
    const { ssoAdmin, InstanceArn } = await startWithSet();
    const again = new CreatePermissionSetCommand({ InstanceArn, Name: "ReadOnly" });
    expect(await failureOf(ssoAdmin.send(again))).toMatchObject({
      name: "ConflictException",
      message: "PermissionSet with name ReadOnly already exists.",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it.each([
    ["without a name", { Name: undefined }],
    ["with a name of more than 32 characters", { Name: "x".repeat(33) }],
    ["with a space in the name", { Name: "read only" }],
    ["with a duration that is none", { Name: "ReadOnly", SessionDuration: "8 hours" }],
  ])("are refused %s", async (_what, members) => {
    const { ssoAdmin, InstanceArn } = await startFixture();
    const failure = await failureOf(
      ssoAdmin.send(new CreatePermissionSetCommand({ InstanceArn, ...members })),
    );
    expect(failure.name).toBe("ValidationException");
  });

  it("keep what UpdatePermissionSet does not name", async () => {
    const { ssoAdmin, set } = await startWithSet();
    await ssoAdmin.send(new UpdatePermissionSetCommand({ ...set, Description: "Looks only" }));
    await ssoAdmin.send(new UpdatePermissionSetCommand({ ...set, SessionDuration: "PT2H" }));
    const { PermissionSet } = await ssoAdmin.send(new DescribePermissionSetCommand(set));
    expect(PermissionSet).toMatchObject({
      Name: "ReadOnly",
      Description: "Looks only",
      SessionDuration: "PT2H",
    });
  });

  it("cannot be deleted while they are assigned", async () => {
    const { sim, ssoAdmin, set } = await startWithSet();
    const assignment = {
      accountId: sim.accountIds[1] ?? "",
      permissionSetArn: set.PermissionSetArn,
      principalType: "USER",
      principalId: sim.console.createUser({ UserName: "ada" }),
    } as const;
    sim.console.assign(assignment);
    const failure = await failureOf(ssoAdmin.send(new DeletePermissionSetCommand(set)));
    expect(failure.name).toBe("ConflictException");

    sim.console.unassign(assignment);
    await ssoAdmin.send(new DeletePermissionSetCommand(set));
    expect(sim.state.permissionSets).toEqual([]);
  });

  it("that are not there are answered with ResourceNotFoundException", async () => {
    const { ssoAdmin, set } = await startWithSet();
    await ssoAdmin.send(new DeletePermissionSetCommand(set));
    const failure = await failureOf(ssoAdmin.send(new DescribePermissionSetCommand(set)));
    expect(failure.name).toBe("ResourceNotFoundException");
    expect(failure.message).toBe(
      `Could not find PermissionSet with id ${set.PermissionSetArn.split("/").at(-1)}`,
    );
  });
});

describe("the inline policy", () => {
  const InlinePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [] });

  it("is empty, not missing, until one is put and after it was deleted", async () => {
    const { ssoAdmin, set } = await startWithSet();
    const get = async () =>
      (await ssoAdmin.send(new GetInlinePolicyForPermissionSetCommand(set))).InlinePolicy;
    expect(await get()).toBe("");
    await ssoAdmin.send(new PutInlinePolicyToPermissionSetCommand({ ...set, InlinePolicy }));
    expect(await get()).toBe(InlinePolicy);
    await ssoAdmin.send(new DeleteInlinePolicyFromPermissionSetCommand(set));
    await ssoAdmin.send(new DeleteInlinePolicyFromPermissionSetCommand(set));
    expect(await get()).toBe("");
  });

  it("has to be a JSON document", async () => {
    const { ssoAdmin, set } = await startWithSet();
    for (const wrong of ["not json", "[]", "null"]) {
      const put = new PutInlinePolicyToPermissionSetCommand({ ...set, InlinePolicy: wrong });
      expect((await failureOf(ssoAdmin.send(put))).name).toBe("ValidationException");
    }
  });
});

describe("the permissions boundary", () => {
  it.each([
    ["a managed policy", { ManagedPolicyArn: managedPolicy("PowerUserAccess") }],
    ["a customer managed policy", { CustomerManagedPolicyReference: { Name: "boundary", Path: "/team/" } }],
  ])("can be %s", async (_what, PermissionsBoundary) => {
    const { ssoAdmin, set } = await startWithSet();
    await ssoAdmin.send(new PutPermissionsBoundaryToPermissionSetCommand({ ...set, PermissionsBoundary }));
    const got = await ssoAdmin.send(new GetPermissionsBoundaryForPermissionSetCommand(set));
    expect(got.PermissionsBoundary).toEqual(PermissionsBoundary);
  });

  it("that is not there is answered with ResourceNotFoundException", async () => {
    const { ssoAdmin, set } = await startWithSet();
    const boundary = { ManagedPolicyArn: managedPolicy("PowerUserAccess") };
    const get = () => ssoAdmin.send(new GetPermissionsBoundaryForPermissionSetCommand(set));
    const remove = () => ssoAdmin.send(new DeletePermissionsBoundaryFromPermissionSetCommand(set));
    expect((await failureOf(get())).name).toBe("ResourceNotFoundException");
    await ssoAdmin.send(
      new PutPermissionsBoundaryToPermissionSetCommand({ ...set, PermissionsBoundary: boundary }),
    );
    await remove();
    expect((await failureOf(get())).name).toBe("ResourceNotFoundException");
    expect((await failureOf(remove())).name).toBe("ResourceNotFoundException");
  });

  it("is one of the two kinds, not both", async () => {
    const { ssoAdmin, set } = await startWithSet();
    const both = {
      ManagedPolicyArn: managedPolicy("PowerUserAccess"),
      CustomerManagedPolicyReference: { Name: "boundary" },
    };
    for (const PermissionsBoundary of [{}, both]) {
      const put = new PutPermissionsBoundaryToPermissionSetCommand({ ...set, PermissionsBoundary });
      expect((await failureOf(ssoAdmin.send(put))).name).toBe("ValidationException");
    }
  });
});

describe("managed policies", () => {
  it("are attached, listed with their names, and detached", async () => {
    const { ssoAdmin, set } = await startWithSet();
    const attach = (ManagedPolicyArn: string) =>
      ssoAdmin.send(new AttachManagedPolicyToPermissionSetCommand({ ...set, ManagedPolicyArn }));
    const detach = (ManagedPolicyArn: string) =>
      ssoAdmin.send(new DetachManagedPolicyFromPermissionSetCommand({ ...set, ManagedPolicyArn }));
    const list = async () =>
      (await ssoAdmin.send(new ListManagedPoliciesInPermissionSetCommand(set))).AttachedManagedPolicies;
    const [readOnly, billing] = [managedPolicy("ReadOnlyAccess"), managedPolicy("job-function/Billing")];
    await attach(readOnly);
    await attach(billing);
    expect(await list()).toEqual([
      { Name: "ReadOnlyAccess", Arn: readOnly },
      { Name: "Billing", Arn: billing },
    ]);
    expect((await failureOf(attach(readOnly))).name).toBe("ConflictException");
    await detach(readOnly);
    expect(await list()).toEqual([{ Name: "Billing", Arn: billing }]);
    expect((await failureOf(detach(readOnly))).name).toBe("ResourceNotFoundException");
  });

  it("are at most twenty, of both kinds together", async () => {
    const { ssoAdmin, set } = await startWithSet();
    for (let number = 0; number < 10; number += 1) {
      await ssoAdmin.send(
        new AttachManagedPolicyToPermissionSetCommand({
          ...set,
          ManagedPolicyArn: managedPolicy(`P${number}`),
        }),
      );
      await ssoAdmin.send(
        new AttachCustomerManagedPolicyReferenceToPermissionSetCommand({
          ...set,
          CustomerManagedPolicyReference: { Name: `P${number}` },
        }),
      );
    }
    const oneMore = new AttachManagedPolicyToPermissionSetCommand({
      ...set,
      ManagedPolicyArn: managedPolicy("OneMore"),
    });
    expect((await failureOf(ssoAdmin.send(oneMore))).name).toBe("ServiceQuotaExceededException");
  });

  it("of customers are told apart by name and path", async () => {
    const { ssoAdmin, set } = await startWithSet();
    const attach = (CustomerManagedPolicyReference: { Name: string; Path?: string }) =>
      ssoAdmin.send(
        new AttachCustomerManagedPolicyReferenceToPermissionSetCommand({
          ...set,
          CustomerManagedPolicyReference,
        }),
      );
    const detach = (CustomerManagedPolicyReference: { Name: string; Path?: string }) =>
      ssoAdmin.send(
        new DetachCustomerManagedPolicyReferenceFromPermissionSetCommand({
          ...set,
          CustomerManagedPolicyReference,
        }),
      );
    await attach({ Name: "audit" });
    await attach({ Name: "audit", Path: "/team/" });
    expect((await failureOf(attach({ Name: "audit", Path: "/" }))).name).toBe("ConflictException");
    await detach({ Name: "audit" });
    expect((await failureOf(detach({ Name: "audit" }))).name).toBe("ResourceNotFoundException");
    const { CustomerManagedPolicyReferences } = await ssoAdmin.send(
      new ListCustomerManagedPolicyReferencesInPermissionSetCommand(set),
    );
    expect(CustomerManagedPolicyReferences).toEqual([{ Name: "audit", Path: "/team/" }]);
  });
});
