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
