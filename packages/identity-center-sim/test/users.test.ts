import {
  CreateUserCommand,
  DeleteUserCommand,
  DescribeUserCommand,
  GetUserIdCommand,
  ListUsersCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-identitystore";
import { describe, expect, it } from "vitest";
import { failureOf, startFixture } from "./support/fixture.ts";

const ada = {
  UserName: "ada",
  Name: { GivenName: "Ada", FamilyName: "Abel" },
  DisplayName: "Ada Abel",
};

describe("users", () => {
  it("are described with everything they were created with, and dates", async () => {
    const { identityStore, IdentityStoreId, clock } = await startFixture();
    const attributes = {
      ...ada,
      NickName: "A",
      ProfileUrl: "https://example.com/ada",
      Emails: [{ Value: "ada@example.com", Type: "work", Primary: true }],
      Addresses: [{ Locality: "Berlin", Country: "DE", Primary: true }],
      PhoneNumbers: [{ Value: "+49 30 1234", Type: "work" }],
      UserType: "Employee",
      Title: "Engineer",
      PreferredLanguage: "de-DE",
      Locale: "de-DE",
      Timezone: "Europe/Berlin",
      Photos: [{ Value: "https://example.com/ada.png", Primary: true }],
      Website: "https://example.com",
      Birthdate: "1990-01-01",
      Roles: [{ Value: "admin" }],
    };
    const { UserId } = await identityStore.send(new CreateUserCommand({ IdentityStoreId, ...attributes }));
    expect(UserId).toMatch(/^[0-9a-f]{10}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

    const { $metadata, ...user } = await identityStore.send(
      new DescribeUserCommand({ IdentityStoreId, UserId }),
    );
    expect(user).toEqual({
      IdentityStoreId,
      UserId,
      ...attributes,
      UserStatus: "ENABLED",
      CreatedAt: new Date(clock.now()),
      CreatedBy: expect.stringMatching(/^arn:aws:iam::\d{12}:user/),
      UpdatedAt: new Date(clock.now()),
      UpdatedBy: expect.stringMatching(/^arn:aws:iam::\d{12}:user/),
    });
    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("keep the milliseconds of their dates", async () => {
    const { identityStore, IdentityStoreId, clock } = await startFixture();
    clock.advance(123);
    const { UserId } = await identityStore.send(new CreateUserCommand({ IdentityStoreId, ...ada }));
    const user = await identityStore.send(new DescribeUserCommand({ IdentityStoreId, UserId }));
    expect(user.CreatedAt?.getTime()).toBe(clock.now());
  });

  it("show an extension only to whoever asks for it", async () => {
    const { identityStore, IdentityStoreId } = await startFixture();
    const Extensions = { "aws:identitystore:enterprise": { department: "R&D", costCenter: "42" } };
    const { UserId } = await identityStore.send(
      new CreateUserCommand({ IdentityStoreId, ...ada, Extensions }),
    );
    const names = Object.keys(Extensions);
    const plain = await identityStore.send(new DescribeUserCommand({ IdentityStoreId, UserId }));
    const full = await identityStore.send(
      new DescribeUserCommand({ IdentityStoreId, UserId, Extensions: names }),
    );
    const listed = await identityStore.send(new ListUsersCommand({ IdentityStoreId, Extensions: names }));
    expect(plain.Extensions).toBeUndefined();
    expect(full.Extensions).toEqual(Extensions);
    expect(listed.Users?.[0]?.Extensions).toEqual(Extensions);
  });

  it("cannot share a user name or an e-mail address", async () => {
    const { identityStore, IdentityStoreId } = await startFixture();
    const Emails = [{ Value: "ada@example.com" }];
    await identityStore.send(new CreateUserCommand({ IdentityStoreId, ...ada, Emails }));
    const sameName = await failureOf(identityStore.send(new CreateUserCommand({ IdentityStoreId, ...ada })));
    const sameEmail = await failureOf(
      identityStore.send(new CreateUserCommand({ IdentityStoreId, ...ada, UserName: "other", Emails })),
    );
    for (const failure of [sameName, sameEmail]) {
      expect(failure).toMatchObject({
        name: "ConflictException",
        Reason: "UNIQUENESS_CONSTRAINT_VIOLATION",
        RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        $metadata: { httpStatusCode: 400 },
      });
    }
  });

  it.each([
    ["UserName", { ...ada, UserName: undefined }, "'userName'"],
    ["Name", { ...ada, Name: undefined }, "'name'"],
    ["DisplayName", { ...ada, DisplayName: undefined }, "'displayName'"],
  ])("are refused without %s", async (_member, attributes, path) => {
    const { identityStore, IdentityStoreId } = await startFixture();
    const failure = await failureOf(
      identityStore.send(new CreateUserCommand({ IdentityStoreId, ...attributes })),
    );
    expect(failure.name).toBe("ValidationException");
    expect(failure.message).toContain(`Value null at ${path} failed to satisfy constraint`);
  });

  it("cannot have a reserved name", async () => {
    const { identityStore, IdentityStoreId } = await startFixture();
    const failure = await failureOf(
      identityStore.send(new CreateUserCommand({ IdentityStoreId, ...ada, UserName: "Administrator" })),
    );
    expect(failure.name).toBe("ValidationException");
  });

  it("are found by user name, e-mail address and external identifier", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture();
    const userId = sim.console.createUser({ UserName: "ada", Emails: [{ Value: "ada@example.com" }] });
    const ExternalId = { Issuer: "https://idp.example.com", Id: "00u1" };
    sim.console.setUserExternalIds(userId, [ExternalId]);
    const identifiers = [
      { UniqueAttribute: { AttributePath: "userName", AttributeValue: "ada" } },
      { UniqueAttribute: { AttributePath: "emails.value", AttributeValue: "ada@example.com" } },
      { ExternalId },
    ];
    for (const AlternateIdentifier of identifiers) {
      const { UserId } = await identityStore.send(
        new GetUserIdCommand({ IdentityStoreId, AlternateIdentifier }),
      );
      expect(UserId).toBe(userId);
    }
    const described = await identityStore.send(new DescribeUserCommand({ IdentityStoreId, UserId: userId }));
    expect(described.ExternalIds).toEqual([ExternalId]);
  });

  it("that are not there are answered with ResourceNotFoundException", async () => {
    const { identityStore, IdentityStoreId } = await startFixture();
    const UserId = `${IdentityStoreId.slice(2)}-00000000-0000-4000-8000-000000000000`;
    expect(
      await failureOf(identityStore.send(new DescribeUserCommand({ IdentityStoreId, UserId }))),
    ).toMatchObject({ name: "ResourceNotFoundException", ResourceType: "USER", ResourceId: UserId });
    const AlternateIdentifier = { UniqueAttribute: { AttributePath: "userName", AttributeValue: "nobody" } };
    expect(
      await failureOf(identityStore.send(new GetUserIdCommand({ IdentityStoreId, AlternateIdentifier }))),
    ).toMatchObject({ name: "ResourceNotFoundException", ResourceType: "USER" });
  });

  it("of another identity store are not there", async () => {
    const { identityStore } = await startFixture();
    const failure = await failureOf(
      identityStore.send(new ListUsersCommand({ IdentityStoreId: "d-0000000000" })),
    );
    expect(failure).toMatchObject({
      name: "ResourceNotFoundException",
      ResourceType: "IDENTITY_STORE",
      ResourceId: "d-0000000000",
    });
  });

  it("are changed, attribute by attribute, by UpdateUser", async () => {
    const { sim, identityStore, clock, IdentityStoreId } = await startFixture();
    const UserId = sim.console.createUser({ UserName: "ada", NickName: "A", Title: "Engineer" });
    const created = clock.now();
    clock.advance(5000);
    await identityStore.send(
      new UpdateUserCommand({
        IdentityStoreId,
        UserId,
        Operations: [
          { AttributePath: "userName", AttributeValue: "ada.abel" },
          { AttributePath: "name.familyName", AttributeValue: "Abel" },
          { AttributePath: "emails", AttributeValue: [{ value: "ada@example.com", primary: true }] },
          { AttributePath: "nickName" },
        ],
      }),
    );
    const user = await identityStore.send(new DescribeUserCommand({ IdentityStoreId, UserId }));
    expect(user).toMatchObject({
      UserName: "ada.abel",
      Name: { GivenName: "ada", FamilyName: "Abel" },
      Emails: [{ Value: "ada@example.com", Primary: true }],
      Title: "Engineer",
      CreatedAt: new Date(created),
      UpdatedAt: new Date(created + 5000),
    });
    expect(user.NickName).toBeUndefined();
    const by = (AttributeValue: string) =>
      identityStore.send(
        new GetUserIdCommand({
          IdentityStoreId,
          AlternateIdentifier: { UniqueAttribute: { AttributePath: "userName", AttributeValue } },
        }),
      );
    expect((await by("ada.abel")).UserId).toBe(UserId);
    expect((await failureOf(by("ada"))).name).toBe("ResourceNotFoundException");
  });

  it.each([
    ["an attribute that there is not", { AttributePath: "shoeSize", AttributeValue: "42" }],
    ["the removal of a required attribute", { AttributePath: "displayName" }],
    ["a value of the wrong type", { AttributePath: "title", AttributeValue: 7 }],
    [
      "a second e-mail address",
      { AttributePath: "emails", AttributeValue: [{ value: "a" }, { value: "b" }] },
    ],
  ])("refuse %s, and then nothing is changed", async (_what, operation) => {
    const { sim, identityStore, IdentityStoreId } = await startFixture();
    const UserId = sim.console.createUser({ UserName: "ada", Title: "Engineer" });
    const before = sim.state.users;
    await failureOf(
      identityStore.send(
        new UpdateUserCommand({
          IdentityStoreId,
          UserId,
          Operations: [{ AttributePath: "title", AttributeValue: "Manager" }, operation],
        }),
      ),
    );
    expect(sim.state.users).toEqual(before);
  });

  it("cannot take over another user's name", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture();
    const UserId = sim.console.createUser({ UserName: "ada" });
    sim.console.createUser({ UserName: "ben" });
    const rename = (AttributeValue: string) =>
      identityStore.send(
        new UpdateUserCommand({
          IdentityStoreId,
          UserId,
          Operations: [{ AttributePath: "userName", AttributeValue }],
        }),
      );
    expect((await failureOf(rename("ben"))).name).toBe("ConflictException");
    await expect(rename("ada")).resolves.toBeDefined();
  });

  it("that are deleted take their memberships along and leave their account assignments behind", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture();
    const { console } = sim;
    const UserId = console.createUser({ UserName: "ada" });
    const groupId = console.createGroup("engineers");
    console.addMember(groupId, UserId);
    const assignment = {
      accountId: sim.accountIds[0] ?? "",
      permissionSetArn: console.createPermissionSet({ Name: "ReadOnly" }),
      principalType: "USER",
      principalId: UserId,
    } as const;
    console.assign(assignment);

    await identityStore.send(new DeleteUserCommand({ IdentityStoreId, UserId }));
    expect(sim.state.users).toEqual([]);
    expect(sim.state.memberships).toEqual([]);
    expect(sim.state.assignments).toEqual([assignment]);
    const again = identityStore.send(new DeleteUserCommand({ IdentityStoreId, UserId }));
    expect((await failureOf(again)).name).toBe("ResourceNotFoundException");
  });

  it("are filtered by user name", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture({ population: { users: 5 } });
    const UserId = sim.console.createUser({ UserName: "ada" });
    const filtered = (AttributePath: string) =>
      identityStore.send(
        new ListUsersCommand({ IdentityStoreId, Filters: [{ AttributePath, AttributeValue: "ada" }] }),
      );
    expect((await filtered("UserName")).Users?.map((user) => user.UserId)).toEqual([UserId]);
    expect((await failureOf(filtered("NickName"))).name).toBe("ValidationException");
  });

  it("are listed in the order in which they were created", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture({ population: { users: 3 } });
    const { Users, NextToken } = await identityStore.send(new ListUsersCommand({ IdentityStoreId }));
    expect(Users?.map((user) => user.UserId)).toEqual(sim.state.users.map((user) => user.userId));
    expect(NextToken).toBeUndefined();
  });

  it("that were disabled say so", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture();
    const UserId = sim.console.createUser({ UserName: "ada" });
    sim.console.setUserStatus(UserId, "DISABLED");
    const user = await identityStore.send(new DescribeUserCommand({ IdentityStoreId, UserId }));
    expect(user.UserStatus).toBe("DISABLED");
  });
});
