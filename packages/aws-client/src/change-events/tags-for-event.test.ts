import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cloudTrailEvent, commandEvent, storeEvent } from "../../test/support/cloud-trail.ts";
import { rowsOf } from "../catalog/catalog.ts";
import type { AnyWriteRow } from "../catalog/row.ts";
import { everything } from "../catalog/tag.ts";
import { createCommandKey } from "../command-key.ts";
import { eventSources, identities, storeEvents } from "./call-table.ts";
import { tagsForEvent } from "./tags-for-event.ts";

const ids = {
  IdentityStoreId: "d-1234567890",
  UserId: "user-1",
  GroupId: "group-1",
  MembershipId: "membership-1",
  MemberId: { UserId: "user-1" },
  InstanceArn: "arn:aws:sso:::instance/ssoins-1",
  PermissionSetArn: "arn:aws:sso:::permissionSet/ssoins-1/ps-1",
  PrincipalId: "group-1",
  PrincipalType: "GROUP",
  TargetId: "123456789012",
  TargetType: "AWS_ACCOUNT",
  ApplicationArn: "arn:aws:sso::1:application/ssoins-1/apl-1",
  TrustedTokenIssuerArn: "arn:aws:sso::1:trustedTokenIssuer/ssoins-1/tti-1",
  ResourceArn: "arn:aws:sso:::permissionSet/ssoins-1/ps-1",
  AccountId: "123456789012",
  GroupIds: ["group-1"],
  AlternateIdentifier: {},
  ApplicationProviderArn: "arn:aws:sso::aws:applicationProvider/x",
  RegionName: "eu-west-1",
  Scope: "scope",
  AuthenticationMethodType: "IAM",
  GrantType: "authorization_code",
};
const fields = { ...ids, PermissionSet: ids };

const services = ["identitystore", "sso-admin"] as const;
const writes = services.flatMap((service) =>
  [...rowsOf(service)].flatMap(([command, row]) => (row.kind === "write" ? [{ service, command, row }] : [])),
);

function targetsOfCommand(row: AnyWriteRow): readonly string[] {
  return [...new Set([...row.stale(fields), ...(row.staleAfter?.(fields, fields) ?? [])])];
}

function row(command: string): AnyWriteRow {
  const found = writes.find((write) => write.command === command);
  if (found === undefined) throw new Error(`There is no write ${command}`);
  return found.row;
}

describe.each(writes)("$command in CloudTrail", ({ service, command, row: of }) => {
  test("makes stale what the command makes stale", () => {
    const event = commandEvent(service, command, fields, fields);
    expect(tagsForEvent(event)).toMatchObject({
      takenAs: { kind: "command", name: command, service, command },
      targets: targetsOfCommand(of),
    });
  });

  test("makes stale the same when it has failed, for it may have been carried out", () => {
    const event = commandEvent(service, command, fields, null, { errorCode: "InternalFailure" });
    const { targets, takenAs } = tagsForEvent(event);
    expect(takenAs.kind).toBe("command");
    expect(targets).toEqual(expect.arrayContaining([...new Set(of.stale(fields))]));
  });

  test("goes on when the command does, and with an unknown outcome, but not when it was refused", () => {
    const progress = (more: object): string =>
      tagsForEvent(commandEvent(service, command, { ...fields, PermissionSetsEnabled: true }, fields, more))
        .progress.state;
    const expected = of.progress === undefined ? "finished" : "in-progress";
    expect(progress({ errorCode: "InternalFailure" })).toBe(expected);
    expect(progress({ errorCode: "AccessDenied" })).toBe("finished");
    expect(progress({})).toBe(expected);
  });
});

test("what an event has as null was not said", () => {
  const input = { InstanceArn: ids.InstanceArn, Name: "corp", EncryptionConfiguration: null };
  expect(tagsForEvent(commandEvent("sso-admin", "UpdateInstance", input, {})).progress).toEqual({
    state: "finished",
  });
});

test("an asynchronous command names its operation, so that whoever polls ends its mark", () => {
  const status = { RequestId: "r-1", Status: "IN_PROGRESS" };
  const progress = (command: string, output: object): unknown =>
    tagsForEvent(commandEvent("sso-admin", command, fields, output)).progress;
  expect(progress("CreateAccountAssignment", { AccountAssignmentCreationStatus: status })).toEqual({
    state: "in-progress",
    operation: "account-assignment-creation:r-1",
  });
  expect(progress("DeleteAccountAssignment", { AccountAssignmentDeletionStatus: status })).toEqual({
    state: "in-progress",
    operation: "account-assignment-deletion:r-1",
  });
  expect(progress("ProvisionPermissionSet", { PermissionSetProvisioningStatus: status })).toEqual({
    state: "in-progress",
    operation: "permission-set-provisioning:r-1",
  });
});

describe("a read", () => {
  test.each(
    services.flatMap((service) =>
      [...rowsOf(service)]
        .filter(([, { kind }]) => kind !== "write")
        .map(([name]) => [service, name] as const),
    ),
  )("%s %s makes nothing stale", (service, command) => {
    const result = tagsForEvent(commandEvent(service, command, fields, null, { readOnly: true }));
    expect(result).toMatchObject({ takenAs: { kind: "read" }, targets: [] });
  });

  test("of the console makes nothing stale, by its name or by its mark", () => {
    for (const call of [
      { eventSource: "sso-directory.amazonaws.com", eventName: "SearchUsers" },
      { eventSource: "sso-directory.amazonaws.com", eventName: "DescribeUsers" },
      { eventSource: "sso.amazonaws.com", eventName: "LookUpThings", readOnly: true },
      { eventSource: "identitystore-scim.amazonaws.com", eventName: "ListUsers" },
    ]) {
      expect(tagsForEvent(cloudTrailEvent(call))).toMatchObject({ takenAs: { kind: "read" }, targets: [] });
    }
  });
});

describe("what is not understood", () => {
  test("is never taken for nothing, whatever a write's event holds", () => {
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.constant(fields),
      fc.dictionary(
        fc.constantFrom("userId", "identityStoreId", "groupId", "member", "memberId", "id"),
        fc.jsonValue(),
      ),
    );
    const calls = [
      ...writes.map(
        ({ service, command }) =>
          [
            service === "identitystore" ? "identitystore.amazonaws.com" : "sso.amazonaws.com",
            command,
          ] as const,
      ),
      ...Object.entries(eventSources).flatMap(([source, { calls: named }]) =>
        Object.entries(named)
          .filter(([, meaning]) => "command" in meaning)
          .map(([name]) => [source, name] as const),
      ),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...calls),
        odd,
        odd,
        odd,
        (call, requestParameters, responseElements, errorCode) => {
          const [eventSource, eventName] = call;
          const event = cloudTrailEvent({
            eventSource,
            eventName,
            requestParameters,
            responseElements,
            errorCode,
          } as never);
          expect(tagsForEvent(event).targets).not.toEqual([]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each(Object.keys(eventSources))("an unknown call of %s makes everything stale", (eventSource) => {
    const event = cloudTrailEvent({ eventSource, eventName: "RenameEverything" });
    expect(tagsForEvent(event)).toMatchObject({ takenAs: { kind: "unknown" }, targets: [everything] });
  });

  test("a known command that does not say what it touches makes everything of its service stale", () => {
    const bare = (service: (typeof services)[number], command: string): readonly string[] =>
      tagsForEvent(commandEvent(service, command, {}, {})).targets;
    expect(bare("sso-admin", "UpdatePermissionSet")).toEqual([everything]);
    expect(bare("identitystore", "UpdateUser")).toEqual(identities);
  });

  test("so does one whose identifiers are hidden, and one whose answer does not tell what it has made", () => {
    const hidden = { ...fields, UserId: "HIDDEN_DUE_TO_SECURITY_REASONS" };
    expect(tagsForEvent(commandEvent("identitystore", "UpdateUser", hidden, {})).targets).toEqual(identities);
    expect(tagsForEvent(commandEvent("identitystore", "CreateUser", fields, null)).targets).toEqual(
      identities,
    );
  });

  test("names and addresses may be hidden", () => {
    const hidden = { ...fields, UserName: "HIDDEN_DUE_TO_SECURITY_REASONS", Emails: [{ Value: "HIDDEN" }] };
    expect(tagsForEvent(commandEvent("identitystore", "CreateUser", hidden, fields)).targets).toEqual(
      targetsOfCommand(row("CreateUser")),
    );
  });

  test("an event of our services in another shape makes everything stale, one of another service nothing", () => {
    const other = { id: "1", source: "aws.sso", "detail-type": "Something New", detail: {} };
    expect(tagsForEvent(other)).toMatchObject({ takenAs: { kind: "unknown" }, targets: [everything] });
    // A call that does not say which: not an event of the store's own.
    const call = { ...other, source: "aws.identitystore", "detail-type": "AWS API Call via CloudTrail" };
    expect(tagsForEvent(call)).toMatchObject({ takenAs: { kind: "unknown" }, targets: [everything] });
    const ec2 = cloudTrailEvent({ eventSource: "ec2.amazonaws.com", eventName: "RunInstances" });
    expect(tagsForEvent(ec2)).toMatchObject({ takenAs: { kind: "unrelated" }, targets: [] });
    expect(tagsForEvent({ ...other, source: "aws.ec2" })).toMatchObject({ targets: [] });
  });

  test.each([
    [undefined, "An event must be an object, received undefined"],
    [null, "An event must be an object, received null"],
    ["text", "An event must be an object, received string"],
    [[], "An event must be an object, received an array"],
    [{ "detail-type": "x" }, "An event must have a text as its source, received undefined"],
    [{ source: "aws.sso" }, "An event must have a text as its detail-type, received undefined"],
  ])("%o is no event", (value, message) => {
    expect(() => tagsForEvent(value)).toThrow(new TypeError(message));
  });
});

describe("the identity store's own events", () => {
  const user = [
    "arn:aws:identitystore::111122223333:identitystore/d-1234567890",
    "arn:aws:identitystore:::user/user-1",
  ];
  const group = [user[0] ?? "", "arn:aws:identitystore:::group/group-1"];

  test.each(Object.entries(storeEvents))("%s makes stale what %s does", (detailType, command) => {
    const event = storeEvent(detailType, detailType.startsWith("User") ? user : group);
    expect(tagsForEvent(event)).toMatchObject({
      takenAs: { kind: "command", name: detailType, service: "identitystore", command },
      targets: targetsOfCommand(row(command)),
    });
  });

  test("may name the same in their detail, in any way of writing", () => {
    for (const detail of [
      { identityStoreId: "d-1234567890", userId: "user-1" },
      { "identity-store-id": "d-1234567890", "user-id": "user-1" },
    ])
      expect(tagsForEvent(storeEvent("User Updated", [], detail)).targets).toEqual(
        targetsOfCommand(row("UpdateUser")),
      );
  });

  test("who made the change is not who was changed", () => {
    const detail = { identityStoreId: "d-1234567890", actor: { userId: "user-2" } };
    expect(tagsForEvent(storeEvent("User Updated", [], detail)).targets).toEqual(identities);
  });

  test("of a type that nobody knows concern everything of the store", () => {
    const event = storeEvent("Group Membership Rearranged", group);
    expect(tagsForEvent(event)).toMatchObject({ takenAs: { kind: "unknown" }, targets: identities });
  });
});

test("everything of the store is every answer of the identity store, and whatever else its writes reach", () => {
  const changes = new Set(
    writes
      .filter(({ service }) => service === "identitystore")
      .flatMap(({ row: of }) => targetsOfCommand(of)),
  );
  const rows = { GroupMemberships: [ids], AccountAssignments: [ids], ApplicationAssignments: [ids] };
  let reached = 0;
  for (const service of services) {
    for (const [command, of] of rowsOf(service)) {
      if (of.kind !== "read") continue;
      for (const PrincipalType of ["USER", "GROUP"]) {
        const input = { ...fields, PrincipalType };
        const segments = createCommandKey(of.key, input).split(":");
        const prefixes = segments.map((_, index) => segments.slice(0, index + 1).join(":"));
        const named = [...(of.pageTags?.(input) ?? []), ...(of.outputTags?.({ ...fields, ...rows }) ?? [])];
        const tags = [...prefixes, ...of.tags(input), ...named];
        if (service === "sso-admin" && !tags.some((tag) => changes.has(tag))) continue;
        reached += 1;
        expect([command, tags.some((tag) => identities.includes(tag))]).toEqual([command, true]);
      }
    }
  }
  expect(reached).toBeGreaterThan(2 * 11);
});

describe("the console", () => {
  const call = (
    eventSource: string,
    eventName: string,
    requestParameters: object,
    responseElements: object | null = null,
  ) => tagsForEvent(cloudTrailEvent({ eventSource, eventName, requestParameters, responseElements }));
  const directory = "sso-directory.amazonaws.com";
  const identityStoreId = "d-1234567890";

  test("makes no call that the table takes for a command which there is not", () => {
    const commands = Object.values(eventSources).flatMap(({ calls, service }) =>
      Object.values(calls).flatMap((meaning) => ("command" in meaning ? [{ service, ...meaning }] : [])),
    );
    expect(commands.length).toBeGreaterThan(15);
    expect(commands.filter(({ service, command }) => rowsOf(service).get(command)?.kind !== "write")).toEqual(
      [],
    );
  });

  test("creates, changes and deletes users and groups", () => {
    const seen = (name: string, input: object, output?: object): readonly string[] =>
      call(directory, name, { identityStoreId, ...input }, output ?? null).targets;
    expect(seen("CreateUser", {}, { user: { userId: "user-1" } })).toEqual(
      targetsOfCommand(row("CreateUser")),
    );
    expect(seen("CreateGroup", {}, { group: { groupId: "group-1" } })).toEqual(
      targetsOfCommand(row("CreateGroup")),
    );
    for (const name of ["UpdateUser", "EnableUser", "DisableUser", "VerifyEmail"])
      expect(seen(name, { userId: "user-1" })).toEqual(targetsOfCommand(row("UpdateUser")));
    expect(seen("DeleteUser", { userId: "user-1" })).toEqual(targetsOfCommand(row("DeleteUser")));
    expect(seen("UpdateGroup", { groupId: "group-1" })).toEqual(targetsOfCommand(row("UpdateGroup")));
    expect(seen("DeleteGroup", { groupId: "group-1" })).toEqual(targetsOfCommand(row("DeleteGroup")));
  });

  test.each(["AddMemberToGroup", "RemoveMemberFromGroup"])(
    "%s names group and user, and no membership",
    (name) => {
      for (const member of [
        { member: { memberId: "user-1" } },
        { memberId: { userId: "user-1" } },
        { memberId: "user-1" },
      ]) {
        expect(call(directory, name, { identityStoreId, groupId: "group-1", ...member })).toMatchObject({
          takenAs: { kind: "command", command: "CreateGroupMembership" },
          targets: [...row("CreateGroupMembership").stale(fields), "group_membership:describe"],
        });
      }
    },
  );

  test("assigns what no command can name", () => {
    expect(
      call("sso.amazonaws.com", "AssociateProfile", { instanceId: "ins-1", profileId: "p-1" }),
    ).toMatchObject({ takenAs: { kind: "call" }, targets: ["assignment"] });
  });

  test("signs people in, which changes nothing", () => {
    for (const name of ["Authenticate", "Federate", "CreateToken"])
      expect(call("sso.amazonaws.com", name, {})).toMatchObject({ takenAs: { kind: "call" }, targets: [] });
    expect(call(directory, "UpdatePassword", { identityStoreId, userId: "user-1" }).targets).toEqual([]);
  });
});

describe("provisioning", () => {
  const scim = (
    eventName: string,
    requestParameters: object,
    responseElements: object | null,
    options = {},
  ): readonly string[] =>
    tagsForEvent(
      cloudTrailEvent({
        eventSource: "identitystore-scim.amazonaws.com",
        eventName,
        requestParameters: { tenantId: "t", ...requestParameters },
        responseElements,
      }),
      options,
    ).targets;
  const known = { identityStoreId: "d-1234567890" };

  test("is all that the given store is for: other events name theirs", () => {
    const event = commandEvent("identitystore", "UpdateUser", { ...ids, IdentityStoreId: "d-other" }, {});
    expect(tagsForEvent(event, known).targets).toContain("users:d-other");
    expect(tagsForEvent(event, known).targets).not.toContain(`users:${known.identityStoreId}`);
  });

  test("does not say in which store: everything that depends on users and groups", () => {
    expect(scim("PatchUser", { id: "user-1" }, null)).toEqual(identities);
    expect(scim("DeleteGroup", { id: "group-1" }, null)).toEqual(identities);
  });

  test("concerns what the same command does, where the store is given", () => {
    expect(
      scim(
        "CreateUser",
        { httpBody: { userName: "HIDDEN_DUE_TO_SECURITY_REASONS" } },
        { id: "user-1" },
        known,
      ),
    ).toEqual(targetsOfCommand(row("CreateUser")));
    for (const name of ["PatchUser", "PutUser"])
      expect(scim(name, { id: "user-1" }, null, known)).toEqual(targetsOfCommand(row("UpdateUser")));
    expect(scim("DeleteUser", { id: "user-1" }, null, known)).toEqual(targetsOfCommand(row("DeleteUser")));
    expect(scim("DeleteGroup", { id: "group-1" }, null, known)).toEqual(targetsOfCommand(row("DeleteGroup")));
  });

  test("of a group may have changed any membership, for the members are hidden", () => {
    for (const [name, command, output] of [
      ["PatchGroup", "UpdateGroup", null],
      ["CreateGroup", "CreateGroup", { id: "group-1" }],
    ] as const) {
      const targets = scim(name, name === "PatchGroup" ? { id: "group-1" } : {}, output, known);
      expect(targets).toEqual(
        expect.arrayContaining([
          ...targetsOfCommand(row(command)),
          "memberships:d-1234567890",
          "assignments-of-users",
        ]),
      );
      expect(targets).not.toContain(everything);
    }
  });

  test("that was refused names nothing, and concerns the lists", () => {
    const event = cloudTrailEvent({
      eventSource: "identitystore-scim.amazonaws.com",
      eventName: "CreateGroup",
      errorCode: "ConflictException",
      requestParameters: { tenantId: "t" },
    });
    expect(tagsForEvent(event, known).targets).toContain("groups:d-1234567890");
  });
});

test("the event's id and the time of the change are told", () => {
  const event = commandEvent("identitystore", "UpdateUser", fields, {}, { time: "2024-01-02T03:04:05Z" });
  expect(tagsForEvent(event)).toMatchObject({
    id: expect.stringMatching(/^event-\d+$/) as string,
    at: Date.UTC(2024, 0, 2, 3, 4, 5),
  });
  // It is told later than it is made.
  expect(tagsForEvent({ ...event, time: "2024-01-02T03:19:05Z" }).at).toBe(Date.UTC(2024, 0, 2, 3, 4, 5));
  expect(tagsForEvent(storeEvent("User Updated", [])).at).toBe(Date.parse("2023-11-14T22:13:20Z"));
});
