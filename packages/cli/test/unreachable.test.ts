import { expect, test } from "vitest";
import { commandTable } from "../src/command-table.ts";
import { exampleOf } from "../src/command-line/help.ts";
import { prepareOrganisation } from "./support/example-organisation.ts";

/** Where nobody listens, and no system gives this port to somebody by chance. */
const refused = { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_MAX_ATTEMPTS: "1" };

const unreachable = {
  code: 1,
  stdout: "",
  stderr:
    "awsideman: AWS cannot be reached: the connection is refused; check the network, the region and --endpoint-url\n",
};
const nothingThere = {
  code: 3,
  stdout: "",
  stderr: expect.stringMatching(/^awsideman: there is no entry [^\n]+\n$/) as string,
};
const done = { code: 0, stderr: expect.stringMatching(/^(?:awsideman: [^\n]+\n)*$/) as string };

function endOf(name: string): object {
  if (name === "cache inspect") return nothingThere;
  // These look at this machine alone.
  return /^(?:cache (?!warm)|completion |config |profile )/.test(name) ? done : unreachable;
}

test.for(commandTable.map((command) => [command.name, command] as const))(
  "%s where AWS cannot be reached, and nobody can be asked: a line says so, or it does without",
  async ([name, command]) => {
    const { run } = await prepareOrganisation();
    expect(await run(exampleOf(command), { variables: refused })).toMatchObject(endOf(name));
  },
);
