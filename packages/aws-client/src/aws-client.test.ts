import { DescribeUserCommand, Identitystore, IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { Organizations, OrganizationsClient } from "@aws-sdk/client-organizations";
import { ListInstancesCommand, SSOAdmin, SSOAdminClient } from "@aws-sdk/client-sso-admin";
import { describe, expect, test } from "vitest";
import { commandNameOf, serviceOf } from "./aws-client.ts";
import { createCachedClient } from "./cached-client.ts";

describe("the service of a client", () => {
  test("is recognised for all six classes and their subclasses", () => {
    class Own extends SSOAdminClient {}
    expect([new IdentitystoreClient({}), new Identitystore({})].map(serviceOf)).toEqual([
      "identitystore",
      "identitystore",
    ]);
    expect([new SSOAdminClient({}), new SSOAdmin({}), new Own({})].map(serviceOf)).toEqual(
      Array(3).fill("sso-admin"),
    );
    expect([new OrganizationsClient({}), new Organizations({})].map(serviceOf)).toEqual(
      Array(2).fill("organizations"),
    );
  });

  test("is recognised by class when the configuration does not say, and by configuration when classes have no names", () => {
    const renamed = new SSOAdmin({ serviceId: "Ours" });
    expect(serviceOf(renamed)).toBe("sso-admin");
    expect(serviceOf({ send: () => undefined, config: { serviceId: "SSO Admin" } })).toBe("sso-admin");
  });

  test("is that of nothing else", () => {
    for (const other of [
      undefined,
      null,
      {},
      "client",
      { send: 1 },
      { send: () => 1, config: { serviceId: "S3" } },
    ]) {
      expect(serviceOf(other)).toBeUndefined();
      expect(() => createCachedClient(other as never, {} as never)).toThrow(TypeError);
    }
  });
});

describe("the name of a command", () => {
  test("is that of the operation", () => {
    expect(commandNameOf(new DescribeUserCommand({ IdentityStoreId: "d", UserId: "u" }))).toBe(
      "DescribeUser",
    );
    expect(commandNameOf(new ListInstancesCommand({}))).toBe("ListInstances");
  });

  test("does not need the names of classes, nor schemas", () => {
    const minified = new (class a extends DescribeUserCommand {})({ IdentityStoreId: "d", UserId: "u" });
    expect(commandNameOf(minified)).toBe("DescribeUser");
    class OldCommand {}
    class Own extends OldCommand {}
    expect([new OldCommand(), new Own()].map(commandNameOf)).toEqual(["Old", "Old"]);
    expect(commandNameOf({ input: {} })).toBe("Object");
  });

  test("is that of nothing else", () => {
    expect([undefined, null, "ListUsers"].map(commandNameOf)).toEqual([undefined, undefined, undefined]);
  });
});
