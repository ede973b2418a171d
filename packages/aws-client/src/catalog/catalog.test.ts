import * as identityStore from "@aws-sdk/client-identitystore";
import * as organizations from "@aws-sdk/client-organizations";
import * as ssoAdmin from "@aws-sdk/client-sso-admin";
import { describe, expect, test } from "vitest";
import { commandsThatRead, keyFronts, findRow, readsByName, rowsOf, services } from "./catalog.ts";
import type { Service } from "./sdk-commands.ts";

const packages: Record<Service, object> = {
  identitystore: identityStore,
  organizations,
  "sso-admin": ssoAdmin,
};

function commandsOf(service: Service): string[] {
  return Object.keys(packages[service])
    .filter((name) => name.endsWith("Command") && !name.startsWith("$"))
    .map((name) => name.slice(0, -"Command".length));
}

describe.each(services)("the catalogue of %s", (service) => {
  test("has a row for every command of the SDK, and no other", () => {
    expect([...rowsOf(service).keys()].toSorted()).toEqual(commandsOf(service).toSorted());
  });

  test("reads what the SDK's names say is read, and one more", () => {
    const misnamed = [...rowsOf(service)].filter(
      ([name, { kind }]) => readsByName(name) !== (kind !== "write"),
    );
    expect(misnamed).toEqual([]);
  });

  test("takes every question for a status as a poll, and never caches a list of them", () => {
    const polls = [...rowsOf(service)].filter(([, { kind }]) => kind === "poll");
    const statuses = commandsOf(service).filter((name) => /^(?:Describe|List).*Status$/.test(name));
    expect(polls.map(([name]) => name).toSorted()).toEqual(statuses.toSorted());
    expect(polls.filter(([name]) => name.startsWith("List")).map(([, row]) => row)).toEqual(
      polls.filter(([name]) => name.startsWith("List")).map(() => ({ kind: "poll" })),
    );
  });

  test("has names for whole pages wherever rows have names of their own", () => {
    const uneven = [...rowsOf(service)].filter(
      ([name, row]) =>
        row.kind === "read" &&
        name.startsWith("List") &&
        (row.pageTags === undefined) !== (row.outputTags === undefined),
    );
    expect(uneven).toEqual([]);
  });
});

test("that there is no such thing is an answer of every command of Identity Center that asks for one thing, and of no other", () => {
  const asksForOne = /^Describe|^Get\w+Id$|^GetPermissionsBoundaryForPermissionSet$/;
  const uneven = (["identitystore", "sso-admin"] as const).flatMap((service) =>
    [...rowsOf(service)].filter(
      ([name, row]) => row.kind === "read" && asksForOne.test(name) !== (row.absence !== undefined),
    ),
  );
  expect(uneven.map(([name]) => name)).toEqual([]);
});

/** Writes that go on after their answer: whether AWS gives a request to ask for. */
const goesOn: Readonly<Record<string, boolean>> = {
  CreateAccountAssignment: true,
  DeleteAccountAssignment: true,
  ProvisionPermissionSet: true,
  CreateInstance: false,
  UpdateInstance: false,
  DeleteInstance: false,
  CreateInstanceAccessControlAttributeConfiguration: false,
  AddRegion: false,
  RemoveRegion: false,
  CreateAccount: true,
  CreateGovCloudAccount: true,
  CloseAccount: false,
  EnablePolicyType: false,
  DisablePolicyType: false,
};

test("writes that go on after their answer are known, and those without a request to ask for have no name", () => {
  const input = { PermissionSetsEnabled: true };
  const status = { RequestId: "r", Id: "r" };
  const output = {
    AccountAssignmentCreationStatus: status,
    AccountAssignmentDeletionStatus: status,
    PermissionSetProvisioningStatus: status,
    CreateAccountStatus: status,
  };
  const found = services.flatMap((service) =>
    [...rowsOf(service)].flatMap(([name, row]) => {
      const progress = row.kind === "write" ? row.progress?.(output, input) : undefined;
      return progress?.state === "in-progress" ? [[name, progress.operation !== undefined]] : [];
    }),
  );
  expect(Object.fromEntries(found)).toEqual(goesOn);
});

test("a new name of an instance is there at once; its encryption, and permission sets, take their time", () => {
  const row = rowsOf("sso-admin").get("UpdateInstance");
  const stateOf = (input: object): unknown =>
    row?.kind === "write" ? row.progress?.({}, { ...input }).state : undefined;
  expect(
    [{ Name: "corp" }, { EncryptionConfiguration: {} }, { PermissionSetsEnabled: false }].map(stateOf),
  ).toEqual(["finished", "in-progress", "in-progress"]);
});

test("that something is not there is no answer of Organizations, which has another error for each kind of thing", () => {
  const rows = [...rowsOf("organizations").values()];
  expect(rows.filter((row) => row.kind === "read" && row.absence !== undefined)).toEqual([]);
});

test("there are 161 commands: 79 reads and polls, 82 writes", () => {
  const rows = services.flatMap((service) => [...rowsOf(service).values()]);
  const count = (kind: string): number => rows.filter((row) => row.kind === kind).length;
  expect([rows.length, count("read"), count("poll"), count("write")]).toEqual([161, 71, 8, 82]);
});

test("no two commands share the front of a key", () => {
  const fronts = services.flatMap((service) =>
    [...rowsOf(service).values()].flatMap((row) => {
      const key = row.kind === "read" ? row.key : row.kind === "poll" ? row.single?.key : undefined;
      return key === undefined ? [] : [`${key.resource}:${key.operation}`];
    }),
  );
  expect(new Set(fronts).size).toBe(fronts.length);
});

test("a command of the other service, or of a later SDK, has no row", () => {
  expect(findRow("sso-admin", "DescribeUser")).toBeUndefined();
  expect(findRow("organizations", "DescribeUser")).toBeUndefined();
  expect(findRow("identitystore", "RenameUser")).toBeUndefined();
  expect(findRow("identitystore", "constructor")).toBeUndefined();
});

test("only names that clearly read are taken to read", () => {
  expect(["DescribeX", "GetX", "ListX", "IsX", "BatchGetX", "SearchX"].filter(readsByName)).toHaveLength(6);
  expect(["IssueToken", "Getaway", "PutX", "StartX", "describe", ""].filter(readsByName)).toEqual([]);
});

test("what reads can be named, of every service, and nothing that writes", () => {
  const names = commandsThatRead();
  expect(names).toEqual(
    expect.arrayContaining(["ListUsers", "ListRoots", "DescribeAccountAssignmentCreationStatus"]),
  );
  expect(names.filter((name) => !readsByName(name) && name !== "IsMemberInGroups")).toEqual([]);
});

test("the fronts of all keys can be named, each once", () => {
  const fronts = keyFronts();
  expect(fronts).toEqual(
    expect.arrayContaining(["user:list", "account:describe", "assignment:creation_status"]),
  );
  expect(new Set(fronts).size).toBe(fronts.length);
});
