import { beforeEach, expect, test } from "vitest";
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
