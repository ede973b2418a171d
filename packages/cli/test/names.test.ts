import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { commandTable } from "../src/command-table.ts";
import { exampleOf } from "../src/command-line/help.ts";
import { outputFormats } from "../src/output/output-choice.ts";
import { prepareOrganisation, type ExampleOrganisation } from "./support/example-organisation.ts";
import { names, tricks } from "./support/names.ts";
import { orders, widthOf } from "./support/terminal-width.ts";

const all = Object.values({ ...names, ...tricks });

/** An organisation whose users, groups and accounts are called so. */
async function prepareNamed(called: readonly string[]): Promise<ExampleOrganisation> {
  const organisation = await prepareOrganisation();
  const { console: admin } = organisation.sim;
  for (const name of called) {
    admin.createUser({ UserName: name, DisplayName: name });
    admin.createGroup(name, name);
  }
  return organisation;
}

/** RFC 4180, and lines that end as those of Unix do. */
function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === "\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

describe("in a pipe, a name is what it is", () => {
  /** How names are read from what is printed. */
  const readers = {
    json: (text: string) => (JSON.parse(text) as { Users: readonly { UserName: string }[] }).Users,
    yaml: (text: string) => (parse(text) as { Users: readonly { UserName: string }[] }).Users,
    csv: (text: string) => readCsv(text).map((row) => ({ UserName: row[1] ?? "" })),
  };

  test.for(Object.entries(readers))("%s", async ([format, read]) => {
    const { run } = await prepareNamed(all);
    const { code, stdout, stderr } = await run(`awsideman user list --output ${format}`);
    expect([code, stderr]).toEqual([0, ""]);
    const found = read(stdout).map(({ UserName }) => UserName);
    // A spreadsheet would run a formula.
    const expected = format === "csv" ? all.map((name) => name.replace(/^=/, "'=")) : all;
    expect(found).toEqual(expect.arrayContaining([...expected]));
  });

  test("text", async () => {
    const { run } = await prepareNamed(all);
    const { stdout } = await run("awsideman user list --output text --query 'Users[].[UserName]'");
    for (const name of all) expect(stdout).toContain(`${name}\n`);
  });
});

describe("at a terminal, it does nothing", () => {
  test.for(outputFormats.flatMap((format) => [40, 200].map((columns) => [format, columns] as const)))(
    "as %s, %i columns wide",
    async ([format, columns]) => {
      const { run } = await prepareNamed(all);
      for (const list of ["user list", "group list"]) {
        const { code, stdout } = await run(`awsideman ${list} --output ${format}`, { columns });
        expect([list, code, orders.exec(stdout)?.[0]]).toEqual([list, 0, undefined]);
        expect(stdout.split("eve").length).toBeGreaterThan(Object.keys(tricks).length);
      }
    },
  );

  test.for(["cache inspect user:list --value", "cache export - 'user:*' --values"])("by %s", async (line) => {
    const { run } = await prepareNamed(all);
    await run("awsideman user list");
    const { code, stdout } = await run(`awsideman ${line}`, { columns: 80 });
    expect([code, orders.exec(stdout)?.[0]]).toEqual([0, undefined]);
    expect(stdout.split("eve").length).toBeGreaterThan(Object.keys(tricks).length);
  });

  test("nor in an error", async () => {
    const { run } = await prepareNamed([]);
    for (const name of Object.values(tricks)) {
      const { code, stderr } = await run(`awsideman user get '${name}'`, { columns: 40 });
      expect([code, orders.exec(stderr)?.[0]]).toEqual([3, undefined]);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    }
  });
});

test("columns stand under each other, whatever the script", async () => {
  const { run } = await prepareNamed(all);
  const { stdout } = await run("awsideman user list", { columns: 200 });
  const [, ruler = "", ...rows] = stdout.trimEnd().split("\n");
  const starts = [...ruler.matchAll(/-+/g)].map(({ index }) => index);
  const ids = rows.map((row) => row.slice(0, starts[1]));
  expect(new Set(ids.map((id) => id.trimEnd().length)).size).toBe(1);
  for (const name of Object.values(names)) {
    const row = rows.find((one) => one.startsWith(name, starts[1]));
    const last = row?.lastIndexOf(name) ?? -1;
    expect([name, widthOf(row?.slice(0, last) ?? "")]).toEqual([name, starts[3]]);
  }
});

/** What prints a sentence, a path or lines for programs, and no table: a terminal breaks those by itself. */
const noTables = new Set([
  "cache cleanup",
  "cache clear",
  "cache export",
  "cache follow-queue",
  "cache invalidate",
  "cache migrate",
  "completion bash",
  "completion fish",
  "completion zsh",
  "config path",
]);

test.for(
  commandTable.filter(({ name }) => !noTables.has(name)).map((command) => [command.name, command] as const),
)("%s fits into 40 columns, with names in every script", async ([, command]) => {
  const { run } = await prepareNamed(all);
  await run("awsideman user list");
  const line = exampleOf(command).replaceAll(/ --(?:json\b|output \w+|query '[^']*')/g, "");
  const { code, stdout, stderr } = await run(line, { columns: 40 });
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  expect(orders.exec(stdout)?.[0]).toBeUndefined();
  const wide = stdout.split("\n").filter((shown) => widthOf(shown) > 40);
  // How much was compared is a sentence, too.
  expect(wide.filter((shown) => !shown.startsWith("Compared "))).toEqual([]);
});
