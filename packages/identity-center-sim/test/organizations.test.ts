import {
  AttachPolicyCommand,
  CreateOrganizationalUnitCommand,
  CreatePolicyCommand,
  DeleteOrganizationalUnitCommand,
  DescribeAccountCommand,
  DescribeOrganizationCommand,
  DetachPolicyCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListChildrenCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListPoliciesForTargetCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  ListTargetsForPolicyCommand,
  MoveAccountCommand,
  paginateListAccounts,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateOrganizationalUnitCommand,
} from "@aws-sdk/client-organizations";
import { ListTagsForResourceCommand as ListTagsOfPermissionSetCommand } from "@aws-sdk/client-sso-admin";
import { describe, expect, it } from "vitest";
import { failureOf, first, startFixture, type Fixture } from "./support/fixture.ts";

interface Prepared extends Fixture {
  readonly root: string;
  readonly units: readonly { readonly Id: string; readonly Name: string }[];
}

async function prepare(): Promise<Prepared> {
  const fixture = await startFixture({ population: { accounts: 5 } });
  const { Roots = [] } = await fixture.organizations.send(new ListRootsCommand({}));
  const root = String(first(Roots).Id);
  const { OrganizationalUnits = [] } = await fixture.organizations.send(
    new ListOrganizationalUnitsForParentCommand({ ParentId: root }),
  );
  return { ...fixture, root, units: OrganizationalUnits as { Id: string; Name: string }[] };
}

async function namesIn({ organizations }: Prepared, ParentId: string): Promise<(string | undefined)[]> {
  const { Accounts = [] } = await organizations.send(new ListAccountsForParentCommand({ ParentId }));
  return Accounts.map(({ Name }) => Name);
}

describe("the organisation", () => {
  it("has the accounts of Identity Center, with names and places", async () => {
    const prepared = await prepare();
    const { organizations, sim, root, units } = prepared;
    const { Accounts = [] } = await organizations.send(new ListAccountsCommand({}));
    expect(Accounts.map(({ Id }) => Id)).toEqual(sim.accountIds);
    expect(units.map(({ Name }) => Name)).toEqual(["Workloads", "Security"]);
    expect(await namesIn(prepared, root)).toEqual(["management"]);
    expect(await namesIn(prepared, first(units).Id)).toEqual(["production", "sandbox"]);
    const { Account } = await organizations.send(
      new DescribeAccountCommand({ AccountId: sim.accountIds[1] }),
    );
    const { Organization } = await organizations.send(new DescribeOrganizationCommand({}));
    expect(Account).toMatchObject({
      Name: "production",
      State: "ACTIVE",
      Paths: [`${Organization?.Id}/${root}/${first(units).Id}/${sim.accountIds[1]}/`],
    });
    expect(Organization?.MasterAccountId).toBe(sim.accountIds[0]);
  });

  it("is the same for the same seed, and changes nothing in Identity Center", async () => {
    const { sim } = await startFixture({ population: { users: 2, organizationalUnits: 0 } });
    const { sim: other } = await startFixture({ population: { users: 2, organizationalUnits: 9 } });
    expect(other.state.users).toEqual(sim.state.users);
    expect(other.accountIds).toEqual(sim.accountIds);
  });

  it("is listed in pages of at most 20, and an unknown token is an InvalidInputException", async () => {
    const { organizations } = await startFixture({ population: { accounts: 45 } });
    const sizes: number[] = [];
    for await (const { Accounts = [] } of paginateListAccounts({ client: organizations }, {})) {
      sizes.push(Accounts.length);
    }
    expect(sizes).toEqual([20, 20, 5]);
    const wrong = await failureOf(organizations.send(new ListAccountsCommand({ NextToken: "x" })));
    expect([wrong.name, wrong["Reason"]]).toEqual(["InvalidInputException", "INVALID_NEXT_TOKEN"]);
    const large = await failureOf(organizations.send(new ListAccountsCommand({ MaxResults: 21 })));
    expect(large.name).toBe("InvalidInputException");
  });

  it("precedes pages with empty ones, when it is asked to", async () => {
    const { organizations } = await startFixture({ emptyPages: true });
    const { Accounts, NextToken } = await organizations.send(new ListAccountsCommand({}));
    expect([Accounts, NextToken]).toEqual([[], expect.any(String)]);
    const next = await organizations.send(new ListAccountsCommand({ NextToken }));
    expect(next.Accounts).toHaveLength(3);
  });

  it("refuses in its own words when there are too many calls", async () => {
    const { organizations, sim } = await startFixture();
    sim.faults.add({ kind: "throttle", operation: "ListAccounts" });
    expect((await failureOf(organizations.send(new ListAccountsCommand({})))).name).toBe(
      "TooManyRequestsException",
    );
  });
});

describe("units", () => {
  it("are made, renamed and deleted", async () => {
    const { organizations, root } = await prepare();
    const { OrganizationalUnit } = await organizations.send(
      new CreateOrganizationalUnitCommand({ ParentId: root, Name: "New", Tags: [{ Key: "a", Value: "b" }] }),
    );
    const Id = String(OrganizationalUnit?.Id);
    const { Tags } = await organizations.send(new ListTagsForResourceCommand({ ResourceId: Id }));
    expect(Tags).toEqual([{ Key: "a", Value: "b" }]);
    await organizations.send(
      new UpdateOrganizationalUnitCommand({ OrganizationalUnitId: Id, Name: "Other" }),
    );
    const listed = await organizations.send(new ListOrganizationalUnitsForParentCommand({ ParentId: root }));
    expect(listed.OrganizationalUnits?.map(({ Name }) => Name)).toEqual(["Workloads", "Security", "Other"]);
    await organizations.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId: Id }));
    const { Children } = await organizations.send(
      new ListChildrenCommand({ ParentId: root, ChildType: "ORGANIZATIONAL_UNIT" }),
    );
    expect(Children).toHaveLength(2);
  });

  it("have different names where they are, and are deleted only when they are empty", async () => {
    const { organizations, root, units } = await prepare();
    const OrganizationalUnitId = first(units).Id;
    const twice = new CreateOrganizationalUnitCommand({ ParentId: root, Name: "Security" });
    expect((await failureOf(organizations.send(twice))).name).toBe("DuplicateOrganizationalUnitException");
    const full = new DeleteOrganizationalUnitCommand({ OrganizationalUnitId });
    expect((await failureOf(organizations.send(full))).name).toBe("OrganizationalUnitNotEmptyException");
  });
});

describe("an account", () => {
  it("moves from one unit to another", async () => {
    const prepared = await prepare();
    const { organizations, sim, root, units } = prepared;
    const AccountId = sim.accountIds[1];
    const move = { AccountId, SourceParentId: first(units).Id, DestinationParentId: root };
    await organizations.send(new MoveAccountCommand(move));
    expect(await namesIn(prepared, root)).toEqual(["management", "production"]);
    const { Parents } = await organizations.send(new ListParentsCommand({ ChildId: AccountId }));
    expect(Parents).toEqual([{ Id: root, Type: "ROOT" }]);
    expect((await failureOf(organizations.send(new MoveAccountCommand(move)))).name).toBe(
      "SourceParentNotFoundException",
    );
  });

  it("that is not there has an error of its own, as all that is not there", async () => {
    const { organizations } = await prepare();
    const names = await Promise.all(
      [
        new DescribeAccountCommand({ AccountId: "000000000000" }),
        new ListAccountsForParentCommand({ ParentId: "ou-none" }),
        new ListParentsCommand({ ChildId: "000000000000" }),
        new UpdateOrganizationalUnitCommand({ OrganizationalUnitId: "ou-none", Name: "x" }),
        new ListTagsForResourceCommand({ ResourceId: "ou-none" }),
      ].map(async (command) => (await failureOf(organizations.send(command as never))).name),
    );
    expect(names).toEqual([
      "AccountNotFoundException",
      "ParentNotFoundException",
      "ChildNotFoundException",
      "OrganizationalUnitNotFoundException",
      "TargetNotFoundException",
    ]);
  });
});

describe("tags", () => {
  it("are those of Organizations, apart from those of permission sets", async () => {
    const { organizations, ssoAdmin, sim, InstanceArn } = await prepare();
    const ResourceId = sim.accountIds[1];
    const Tags = [{ Key: "environment", Value: "production" }];
    await organizations.send(new TagResourceCommand({ ResourceId, Tags }));
    expect((await organizations.send(new ListTagsForResourceCommand({ ResourceId }))).Tags).toEqual(Tags);
    await organizations.send(new UntagResourceCommand({ ResourceId, TagKeys: ["environment"] }));
    expect((await organizations.send(new ListTagsForResourceCommand({ ResourceId }))).Tags).toEqual([]);
    const own = await ssoAdmin.send(
      new ListTagsOfPermissionSetCommand({ InstanceArn, ResourceArn: InstanceArn }),
    );
    expect(own.Tags).toEqual([]);
  });
});

describe("policies", () => {
  it("are attached to everything from the start, or by hand", async () => {
    const { organizations, root, units } = await prepare();
    const TargetId = first(units).Id;
    const { Policy } = await organizations.send(
      new CreatePolicyCommand({
        Name: "deny",
        Description: "",
        Content: "{}",
        Type: "SERVICE_CONTROL_POLICY",
      }),
    );
    const PolicyId = String(Policy?.PolicySummary?.Id);
    await organizations.send(new AttachPolicyCommand({ PolicyId, TargetId }));
    const names = async (target: string): Promise<(string | undefined)[]> => {
      const Filter = "SERVICE_CONTROL_POLICY";
      const { Policies = [] } = await organizations.send(
        new ListPoliciesForTargetCommand({ TargetId: target, Filter }),
      );
      return Policies.map(({ Name }) => Name);
    };
    expect([await names(root), await names(TargetId)]).toEqual([
      ["FullAWSAccess"],
      ["FullAWSAccess", "deny"],
    ]);
    const { Targets } = await organizations.send(new ListTargetsForPolicyCommand({ PolicyId }));
    expect(Targets).toEqual([{ TargetId, Name: "Workloads", Type: "ORGANIZATIONAL_UNIT" }]);
    await organizations.send(new DetachPolicyCommand({ PolicyId, TargetId }));
    expect(await names(TargetId)).toEqual(["FullAWSAccess"]);
  });
});
