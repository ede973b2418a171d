import * as identityStorePackage from "@aws-sdk/client-identitystore";
import * as organizationsPackage from "@aws-sdk/client-organizations";
import * as ssoAdminPackage from "@aws-sdk/client-sso-admin";
import { expect, describe, it } from "vitest";
import { startFixture } from "./support/fixture.ts";

/** What the simulator does not play. Whatever else the packages have, it must. */
const unsupported: readonly RegExp[] = [
  /Application/,
  /TrustedTokenIssuer/,
  /AccessControlAttribute/,
  /Region/,
  /^(Create|Delete)Instance$/,
];

const identityStoreOperations = operationsOf(identityStorePackage);
const ssoAdminOperations = operationsOf(ssoAdminPackage);
const organizationsOperations = operationsOf(organizationsPackage);

/** What it plays of Organizations, with what each says without any input. */
const organizationsSupported: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      "AttachPolicy",
      "CreateOrganizationalUnit",
      "CreatePolicy",
      "DeleteOrganizationalUnit",
      "DescribeAccount",
      "DescribeOrganizationalUnit",
      "DescribePolicy",
      "DetachPolicy",
      "ListAccountsForParent",
      "ListChildren",
      "ListOrganizationalUnitsForParent",
      "ListParents",
      "ListPolicies",
      "ListPoliciesForTarget",
      "ListTagsForResource",
      "ListTargetsForPolicy",
      "MoveAccount",
      "TagResource",
      "UntagResource",
      "UpdateOrganizationalUnit",
    ].map((name) => [name, "InvalidInputException"]),
  ),
  DescribeOrganization: "answered",
  ListAccounts: "answered",
  ListRoots: "answered",
};

describe("the operations of the SDK's packages", () => {
  it("are the known number", () => {
    expect(identityStoreOperations).toHaveLength(19);
    expect(ssoAdminOperations).toHaveLength(79);
    expect(organizationsOperations).toHaveLength(63);
  });

  it("are all supported, or answered with UnknownOperationException", async () => {
    const { sim, identityStore, ssoAdmin } = await startFixture();
    const outcomes = new Map<string, string>();
    for (const operation of identityStoreOperations) {
      outcomes.set(operation, await outcomeOf(identityStore, identityStorePackage, operation));
    }
    for (const operation of ssoAdminOperations) {
      outcomes.set(operation, await outcomeOf(ssoAdmin, ssoAdminPackage, operation));
    }
    for (const [operation, outcome] of outcomes) {
      const expected = unsupported.some((pattern) => pattern.test(operation))
        ? "UnknownOperationException"
        : // Without any input, all but this one lack something.
          operation === "ListInstances"
          ? "answered"
          : "ValidationException";
      expect([operation, outcome]).toEqual([operation, expected]);
    }
    expect(sim.calls.total).toBe(98);
    const unknown = [...outcomes.values()].filter((outcome) => outcome === "UnknownOperationException");
    expect(unknown).toHaveLength(79 - 36);
  });

  it("of Organizations are the supported ones, or answered with UnknownOperationException", async () => {
    const { organizations } = await startFixture();
    for (const operation of organizationsOperations) {
      const outcome = await outcomeOf(organizations, organizationsPackage, operation);
      const expected = organizationsSupported[operation] ?? "UnknownOperationException";
      expect([operation, outcome]).toEqual([operation, expected]);
    }
  });

  it("belong to one service each", async () => {
    const { sim } = await startFixture();
    const call = async (target: string) => {
      const response = await fetch(sim.endpoint, {
        method: "POST",
        headers: { "x-amz-target": target, "content-type": "application/x-amz-json-1.1" },
        body: "{}",
      });
      return [response.status, response.headers.get("x-amzn-errortype")];
    };
    expect(await call("SWBExternalService.ListInstances")).toEqual([200, null]);
    const unknown = [400, "UnknownOperationException"];
    expect(await call("AWSIdentityStore.ListInstances")).toEqual(unknown);
    expect(await call("SWBExternalService.ListUsers")).toEqual(unknown);
    expect(await call("SWBExternalService.ListAccounts")).toEqual(unknown);
    expect(await call("AWSOrganizationsV20161128.ListInstances")).toEqual(unknown);
    expect(await call("AWSOrganizationsV20161128.ListAccounts")).toEqual([200, null]);
    expect(await call("SWBExternalService.toString")).toEqual(unknown);
    expect(await call("OtherService.ListInstances")).toEqual(unknown);
    expect(await call("nonsense")).toEqual(unknown);
  });
});

describe("the wire", () => {
  it("carries a request identifier on every reply, and errors in each service's form", async () => {
    const { sim, IdentityStoreId } = await startFixture();
    const call = async (target: string, body: string) => {
      const response = await fetch(sim.endpoint, {
        method: "POST",
        headers: { "x-amz-target": target },
        body,
      });
      expect(response.headers.get("content-type")).toBe("application/x-amz-json-1.1");
      expect(response.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
      return {
        status: response.status,
        id: response.headers.get("x-amzn-requestid"),
        body: (await response.json()) as Record<string, unknown>,
      };
    };
    const missing = await call(
      "AWSIdentityStore.DescribeUser",
      JSON.stringify({ IdentityStoreId, UserId: "00000000-0000-4000-8000-000000000000" }),
    );
    expect(missing.status).toBe(400);
    expect(missing.body).toEqual({
      __type: "com.amazonaws.identitystore#ResourceNotFoundException",
      Message: "USER not found.",
      RequestId: missing.id,
      ResourceType: "USER",
      ResourceId: "00000000-0000-4000-8000-000000000000",
    });
    const refused = await call("SWBExternalService.ListPermissionSets", "{}");
    expect(refused.body).toEqual({
      __type: "ValidationException",
      Message:
        "1 validation error detected: Value null at 'instanceArn' failed to satisfy constraint: Member must not be null",
    });
    const broken = await call("SWBExternalService.ListInstances", "{");
    expect(broken).toMatchObject({ status: 400, body: { __type: "SerializationException" } });
  });

  it("carries times as seconds", async () => {
    const { sim, clock } = await startFixture();
    const { Instances } = sim.perform("ListInstances", {}) as { Instances: { CreatedDate: number }[] };
    expect(Instances[0]?.CreatedDate).toBe(clock.now() / 1000);
  });
});

type Command = new (input: object) => object;

function operationsOf(sdkPackage: object): string[] {
  return Object.keys(sdkPackage)
    .filter((name) => /^[A-Z]\w+Command$/.test(name))
    .map((name) => name.slice(0, -"Command".length));
}

async function outcomeOf(
  client: { send(command: never): Promise<unknown> },
  sdkPackage: object,
  operation: string,
): Promise<string> {
  const Command = (sdkPackage as Record<string, Command>)[`${operation}Command`];
  if (Command === undefined) throw new Error(`There is no ${operation}Command.`);
  try {
    await client.send(new Command({}) as never);
    return "answered";
  } catch (error) {
    return (error as Error).name;
  }
}
