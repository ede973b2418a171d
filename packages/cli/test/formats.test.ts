import { describe, expect, test } from "vitest";
import { commandTable } from "../src/command-table.ts";
import { exampleOf } from "../src/command-line/help.ts";
import { outputFormats } from "../src/output/output-choice.ts";
import { prepareOrganisation } from "./support/example-organisation.ts";

describe("a terminal 40 columns wide", () => {
  test("shows each user in lines of its own, and a pipe a table", async () => {
    const { run } = await prepareOrganisation();
    const narrow = await run("awsideman user list", { columns: 40 });
    expect(narrow.stdout).toMatch(
      /^User ID {3}\S+\n {10}\S+\nUsername {2}alice\nEmail {5}alice@example\.com\nName {6}Alice/m,
    );
    const piped = await run("awsideman user list");
    expect(piped.stdout).toMatch(/^User ID +Username +Email +Name\n/);
  });

  test("is another form of a list that is kept than a wide one", async () => {
    const { run, sim } = await prepareOrganisation();
    sim.configure({ pageSize: 2 });
    for (let number = 0; number < 5; number++) sim.console.createUser({ UserName: `user-${number}` });
    const before = await run("awsideman user list");
    for (const columns of [40, 200, 40]) {
      const { stdout } = await run("awsideman user list", { columns });
      expect(stdout === before.stdout).toBe(columns === 200);
    }
    const json = await run("awsideman user list --json");
    expect(JSON.parse(json.stdout)).toHaveProperty("Users");
    const query = await run("awsideman user list --json --query 'length(Users)'");
    expect(query.stdout).toBe("7\n");
  });
});

describe("AWSIDEMAN_OUTPUT", () => {
  test("is how results are printed where no option says otherwise", async () => {
    const { run } = await prepareOrganisation();
    const variables = { AWSIDEMAN_OUTPUT: "csv" };
    expect((await run("awsideman group list", { variables })).stdout).toMatch(/^Group ID,Display Name,/);
    expect((await run("awsideman group list --json", { variables })).stdout).toMatch(/^\{/);
    const wrong = await run("awsideman group list", { variables: { AWSIDEMAN_OUTPUT: "xml" } });
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
    expect(wrong.stderr).toMatch(/^awsideman: AWSIDEMAN_OUTPUT [^\n]*xml[^\n]*\n$/);
  });
});

test("a query that is none is told before anything is changed", async () => {
  const { run, sim } = await prepareOrganisation();
  const line = "awsideman user create --username zoe --given-name Z --family-name Z --query 'UserId['";
  expect(await run(line)).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(/^awsideman: --query is wrong: /) as string,
  });
  expect(sim.calls.of("CreateUser").received).toBe(0);
});

test("--quiet says nothing of what is not wrong", async () => {
  const { run } = await prepareOrganisation();
  const line = "awsideman user find nobody-at-all";
  expect((await run(line)).stderr).toBe("awsideman: there is nothing to list\n");
  expect(await run(`${line} --quiet`)).toEqual({ code: 0, stdout: "", stderr: "" });
  expect((await run("awsideman user get nobody --quiet")).stderr).toMatch(/there is no user "nobody"/);
});

test.for(outputFormats)("every command prints in every format: %s", async (format) => {
  const { run } = await prepareOrganisation();
  await run("awsideman user list");
  const reading = commandTable.filter(({ name }) =>
    /^(?:cache (?:status|list|inspect|explain|check)|.* (?:list|get|list-members|show|find|tree|search))$/.test(
      name,
    ),
  );
  for (const command of reading) {
    const line = exampleOf(command).replace(/ --(?:json|query '[^']*'|output \w+)/g, "");
    const { code, stderr } = await run(`${line} --output ${format}`);
    expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: "" });
  }
});
