import { expect, test } from "vitest";
import { commandTable } from "../src/command-table.ts";
import { exampleOf } from "../src/command-line/help.ts";
import { prepareOrganisation } from "./support/example-organisation.ts";

test.for(commandTable.map((command) => [command.name, command] as const))(
  "the example of %s works",
  async ([, command]) => {
    const { run } = await prepareOrganisation();
    const help = await run(`awsideman ${command.name} --help`);
    expect(help.stdout).toContain(`Example:\n  ${exampleOf(command)}\n`);
    if (command.name === "cache inspect") await run("awsideman user list");
    const { code, stderr } = await run(exampleOf(command));
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  },
);

// It has no end of its own.
const endless = new Set(["cache follow-queue"]);

test.for(
  commandTable.filter(({ name }) => !endless.has(name)).map((command) => [command.name, command] as const),
)("the example of %s works as a process, of what is built", async ([, command]) => {
  const { run, runAsProcess } = await prepareOrganisation();
  await run("awsideman user list");
  const { code, stdout, stderr } = await runAsProcess(exampleOf(command));
  expect([code, stdout === "", stderr]).toEqual([
    0,
    false,
    // No stack, and nothing else.
    expect.stringMatching(/^(?:awsideman: [^\n]+\n)*$/),
  ]);
});
