import {
  ListGroupMembershipsCommand,
  ListGroupMembershipsForMemberCommand,
  ListGroupsCommand,
  ListUsersCommand,
  paginateListGroupMemberships,
  paginateListUsers,
} from "@aws-sdk/client-identitystore";
import {
  ListInstancesCommand,
  ListPermissionSetsCommand,
  paginateListAccountAssignmentsForPrincipal,
  paginateListPermissionSets,
} from "@aws-sdk/client-sso-admin";
import { describe, expect, it } from "vitest";
import { failureOf, first, startFixture } from "./support/fixture.ts";

describe("lists", () => {
  it("are read whole by the SDK's paginators, each row once", async () => {
    const { sim, identityStore, ssoAdmin, IdentityStoreId, InstanceArn } = await startFixture({
      population: { users: 250, groups: 3, permissionSets: 7, assignments: 60 },
    });
    const sizes: number[] = [];
    const users: (string | undefined)[] = [];
    for await (const { Users = [] } of paginateListUsers({ client: identityStore }, { IdentityStoreId })) {
      sizes.push(Users.length);
      users.push(...Users.map(({ UserId }) => UserId));
    }
    expect(sizes).toEqual([100, 100, 50]);
    expect(users).toEqual(sim.state.users.map(({ userId }) => userId));

    const sets: string[] = [];
    for await (const { PermissionSets = [] } of paginateListPermissionSets(
      { client: ssoAdmin, pageSize: 2 },
      { InstanceArn },
    )) {
      sets.push(...PermissionSets);
    }
    expect(sets).toEqual(sim.state.permissionSets.map(({ permissionSetArn }) => permissionSetArn));

    const groupId = first(sim.state.groups).groupId;
    const members: (string | undefined)[] = [];
    for await (const { GroupMemberships = [] } of paginateListGroupMemberships(
      { client: identityStore, pageSize: 30 },
      { IdentityStoreId, GroupId: groupId },
    )) {
      members.push(...GroupMemberships.map(({ MembershipId }) => MembershipId));
    }
    expect(members).toEqual(
      sim.state.memberships.filter((membership) => membership.groupId === groupId).map((m) => m.membershipId),
    );
  });

  it("that end with a full page have no token after it", async () => {
    const { identityStore, IdentityStoreId } = await startFixture({ population: { users: 4 } });
    const { Users, NextToken } = await identityStore.send(
      new ListUsersCommand({ IdentityStoreId, MaxResults: 4 }),
    );
    expect(Users).toHaveLength(4);
    expect(NextToken).toBeUndefined();
  });

  it.each([0, 101, 1.5])("refuse %s rows a page", async (MaxResults) => {
    const { identityStore, ssoAdmin, IdentityStoreId } = await startFixture();
    const attempts = [
      identityStore.send(new ListUsersCommand({ IdentityStoreId, MaxResults })),
      ssoAdmin.send(new ListInstancesCommand({ MaxResults })),
    ];
    for (const failure of await Promise.all(attempts.map(failureOf))) {
      expect(failure.name).toMatch(/^(Validation|Serialization)Exception$/);
    }
  });

  it("neither skip nor repeat a row when others write between two pages", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture({ population: { users: 6 } });
    const ids = sim.state.users.map(({ userId }) => userId);
    const page = async (NextToken?: string) => {
      const output = await identityStore.send(
        new ListUsersCommand({ IdentityStoreId, MaxResults: 2, ...(NextToken && { NextToken }) }),
      );
      return { rows: output.Users?.map(({ UserId }) => UserId), next: output.NextToken };
    };
    const one = await page();
    sim.console.deleteUser(ids[0] ?? "");
    sim.console.deleteUser(ids[2] ?? "");
    const added = sim.console.createUser({ UserName: "late" });
    const two = await page(one.next);
    const three = await page(two.next);
    expect([one.rows, two.rows, three.rows]).toEqual([ids.slice(0, 2), [ids[3], ids[4]], [ids[5], added]]);
    expect(three.next).toBeUndefined();
  });

  it("go on from a token that is used twice", async () => {
    const { identityStore, IdentityStoreId } = await startFixture({ population: { users: 5 } });
    const { NextToken } = await identityStore.send(new ListUsersCommand({ IdentityStoreId, MaxResults: 2 }));
    const next = () =>
      identityStore.send(new ListUsersCommand({ IdentityStoreId, MaxResults: 2, NextToken }));
    expect((await next()).Users).toEqual((await next()).Users);
  });

  it("refuse a token that came from another operation or another input, or from nowhere", async () => {
    const { sim, identityStore, ssoAdmin, IdentityStoreId, InstanceArn } = await startFixture({
      population: { users: 5, groups: 5, membershipsPerUser: 5 },
    });
    const { NextToken } = await identityStore.send(
      new ListGroupMembershipsCommand({
        IdentityStoreId,
        GroupId: first(sim.state.groups).groupId,
        MaxResults: 2,
      }),
    );
    const { NextToken: ofUsers } = await identityStore.send(
      new ListUsersCommand({ IdentityStoreId, MaxResults: 2 }),
    );
    const attempts = [
      identityStore.send(new ListGroupsCommand({ IdentityStoreId, NextToken })),
      // The same input, but for the operation.
      identityStore.send(new ListGroupsCommand({ IdentityStoreId, NextToken: ofUsers })),
      identityStore.send(
        new ListGroupMembershipsCommand({
          IdentityStoreId,
          GroupId: sim.state.groups[1]?.groupId,
          NextToken,
        }),
      ),
      identityStore.send(
        new ListGroupMembershipsForMemberCommand({
          IdentityStoreId,
          MemberId: { UserId: first(sim.state.users).userId },
          NextToken,
        }),
      ),
      ssoAdmin.send(new ListPermissionSetsCommand({ InstanceArn, NextToken: "made-up" })),
    ];
    for (const failure of await Promise.all(attempts.map(failureOf))) {
      expect(failure.name).toBe("ValidationException");
    }
  });

  it("take another page size with the same token", async () => {
    const { identityStore, IdentityStoreId } = await startFixture({ population: { users: 5 } });
    const { NextToken } = await identityStore.send(new ListUsersCommand({ IdentityStoreId, MaxResults: 1 }));
    const rest = await identityStore.send(
      new ListUsersCommand({ IdentityStoreId, MaxResults: 50, NextToken }),
    );
    expect(rest.Users).toHaveLength(4);
  });

  it("have smaller pages when the simulator is set so", async () => {
    const { identityStore, IdentityStoreId } = await startFixture({ population: { users: 7 }, pageSize: 3 });
    const sizes: number[] = [];
    for await (const page of paginateListUsers(
      { client: identityStore, pageSize: 50 },
      { IdentityStoreId },
    )) {
      sizes.push(page.Users?.length ?? 0);
    }
    expect(sizes).toEqual([3, 3, 1]);
  });

  it("have an empty page before each page when the simulator is set so", async () => {
    const { sim, identityStore, ssoAdmin, IdentityStoreId, InstanceArn } = await startFixture({
      population: { users: 5, permissionSets: 2 },
      pageSize: 3,
      emptyPages: true,
    });
    const sizes: number[] = [];
    for await (const page of paginateListUsers({ client: identityStore }, { IdentityStoreId })) {
      sizes.push(page.Users?.length ?? 0);
    }
    expect(sizes).toEqual([0, 3, 0, 2]);
    const rows = [];
    const principal = first(sim.state.assignments);
    for await (const page of paginateListAccountAssignmentsForPrincipal(
      { client: ssoAdmin },
      { InstanceArn, PrincipalType: principal.principalType, PrincipalId: principal.principalId },
    )) {
      rows.push(...(page.AccountAssignments ?? []));
    }
    expect(rows).toHaveLength(
      sim.state.assignments.filter(({ principalId }) => principalId === principal.principalId).length,
    );
  });
});
