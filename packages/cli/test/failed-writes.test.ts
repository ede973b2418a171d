import { beforeEach, describe, expect, test, vi } from "vitest";
import { prepareOrganisation, type ExampleOrganisation } from "./support/example-organisation.ts";

let organisation: ExampleOrganisation;

beforeEach(async () => {
  organisation = await prepareOrganisation();
});

test("nothing is said to be updated where nothing was", async () => {
  organisation.sim.faults.add({
    kind: "error-before",
    error: "AccessDeniedException",
    message: "not that",
    operation: "UpdatePermissionSet",
  });
  expect(
    await organisation.run("awsideman permission-set update ReadOnlyAccess --session-duration 4h"),
  ).toEqual({
    code: 4,
    stdout: "",
    stderr: "awsideman: AWS denies access: not that; use a profile that may do this\n",
  });
});

describe("a change that is made is shown, whatever becomes of bringing it to its accounts", () => {
  const update = "awsideman permission-set update ReadOnlyAccess --session-duration 4h --provision --wait";

  const notBrought = "it could not be brought to its accounts";
  const notKnown = "it is not known whether it was brought to its accounts";

  test.each([
    [
      "ListAccountsForProvisionedPermissionSet",
      /^Updated +ReadOnlyAccess\nARN +\S+\nChanged +UpdatePermissionSet\n$/,
      notBrought,
    ],
    ["ProvisionPermissionSet", /^Changed +UpdatePermissionSet\n$/m, notBrought],
    ["DescribePermissionSetProvisioningStatus", /^Provisioning +IN_PROGRESS\nRequest ID +\S+\n$/m, notKnown],
  ])("AWS denies %s", async (operation, shown, what) => {
    organisation.sim.configure({ operationDuration: 60_000 });
    const fault = { kind: "error-before", error: "AccessDeniedException", message: "no", operation } as const;
    organisation.sim.faults.add(fault);
    const denied = await organisation.run(update);
    expect(denied).toMatchObject({
      code: 6,
      stderr: `awsideman: ${what}: AWS denies access: no; use a profile that may do this\n`,
    });
    expect(denied.stdout).toMatch(shown);
    organisation.sim.faults.add(fault);
    const alone = await organisation.run("awsideman permission-set update ReadOnlyAccess --provision --wait");
    expect(alone.code).toBe(4);
  });

  test("AWS does not answer", async () => {
    vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
    const operation = "ProvisionPermissionSet";
    organisation.sim.faults.add({ kind: "drop-after-apply", operation });
    expect(await organisation.run(update)).toMatchObject({
      code: 6,
      stdout: expect.stringMatching(/^Changed +UpdatePermissionSet\n$/m) as string,
      stderr: `awsideman: ${notKnown}: AWS cannot be reached: the connection was cut; ${operation} may have been carried out all the same: look before you try again\n`,
    });
  });

  test("it is interrupted", async () => {
    organisation.sim.configure({ operationDuration: 60_000 });
    const operation = "DescribePermissionSetProvisioningStatus";
    using asked = organisation.sim.faults.hold({ operation });
    const interruption = new AbortController();
    const running = organisation.run(update, { interruption: interruption.signal });
    await asked.reached;
    interruption.abort();
    const interrupted = await running;
    expect(interrupted).toMatchObject({
      code: 130,
      stderr: "awsideman: interrupted; AWS goes on with what was sent\n",
    });
    expect(interrupted.stdout).toMatch(/^Provisioning +IN_PROGRESS\nRequest ID +\S+\n$/m);
  });

  test("nobody has it", async () => {
    organisation.sim.console.createPermissionSet({ Name: "Audit" });
    expect(await organisation.run("awsideman permission-set update Audit --provision")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Name +Audit\nARN +\S+\n$/) as string,
      stderr: "awsideman: no account has it: there is nowhere to bring it\n",
    });
  });
});

describe("of a change that AWS has not answered it is said that it may be made", () => {
  const create = "awsideman user create --username zoe --given-name Zoe --family-name Zimmer";
  const lookFirst = "may have been carried out all the same: look before you try again";

  test.each(["drop-connection", "drop-after-apply"] as const)("%s", async (kind) => {
    vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
    organisation.sim.faults.add({ kind, operation: "CreateUser" });
    expect(await organisation.run(create)).toEqual({
      code: 1,
      stdout: "",
      stderr: `awsideman: AWS cannot be reached: the connection was cut; CreateUser ${lookFirst}\n`,
    });
  });

  test("where the service fails after it has made it", async () => {
    vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
    organisation.sim.faults.add({ kind: "error-after-apply", operation: "DeleteUser", message: "oops" });
    expect(await organisation.run("awsideman user delete alice --yes")).toEqual({
      code: 1,
      stdout: "",
      stderr: `awsideman: AWS has failed: oops; DeleteUser ${lookFirst}\n`,
    });
  });

  test.each([
    [create, "CreateUser", 1, "AWS reports a conflict: "],
    ["awsideman user delete alice --yes", "DeleteUser", 3, "AWS does not find what was asked for: "],
  ])("where AWS refuses it when it is sent again: %s", async (line, operation, code, message) => {
    organisation.sim.faults.add({ kind: "drop-after-apply", operation });
    const again = await organisation.run(line);
    expect(again).toMatchObject({ code, stdout: "" });
    expect(again.stderr).toContain(`awsideman: ${message}`);
    expect(again.stderr).toContain(
      `; ${operation} had been tried before without an answer, and may have been carried out then: look before you try again\n`,
    );
  });

  test("also where others were made before it", async () => {
    vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
    const operation = "AttachManagedPolicyToPermissionSet";
    organisation.sim.faults.add({ kind: "drop-after-apply", operation });
    const line = "awsideman permission-set create --name Half --managed-policy SecurityAudit";
    expect(await organisation.run(line)).toMatchObject({
      code: 6,
      stderr: `awsideman: 1 of 2 changes are made, ${operation} may be, too: AWS cannot be reached: the connection was cut; ${operation} ${lookFirst}\n`,
    });
  });
});

test("that is not said where AWS refuses it after it has refused to take more calls", async () => {
  organisation.sim.faults.add({ kind: "throttle", operation: "CreateGroup" });
  const again = await organisation.run("awsideman group create --name Engineers");
  expect(again.stderr).toMatch(/^awsideman: AWS reports a conflict: [^;]+\n$/);
  expect(organisation.sim.calls.of("CreateGroup").received).toBe(2);
});
