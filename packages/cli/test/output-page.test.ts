import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { commandTable } from "../src/command-table.ts";
import { exampleOf } from "../src/command-line/help.ts";
import { prepareOrganisation } from "./support/example-organisation.ts";

const page = "../../../docs/command-line-output.md";

/** Lines that show more than the example does, or that print something else than a result. */
const lines: Readonly<Record<string, string | undefined>> = {
  "user list": "awsideman user list",
  "group list": "awsideman group list",
  "cache status": "awsideman cache status --detailed --recent-entries 3",
  "permission-set list": "awsideman permission-set list",
  "cache export": undefined,
  "cache follow-queue": undefined,
  "completion bash": undefined,
  "completion zsh": undefined,
  "completion fish": undefined,
};

/** Members whose own members are named by data. */
const maps = /^(?:byOperation|byResource|call\.input)$/;

/** Every member there is in a value, by its path, with what it is. */
function membersOf(value: unknown, path: string, members: Map<string, Set<string>>): void {
  if (Array.isArray(value)) {
    if (value.length === 0 && !members.has(`${path}[]`)) members.set(`${path}[]`, new Set());
    for (const item of value) membersOf(item, `${path}[]`, members);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value))
      membersOf(member, `${path === "" ? "" : `${path}.`}${maps.test(path) ? "*" : name}`, members);
  } else {
    const isTime = typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
    const kind = value === null ? "null" : isTime ? "time" : typeof value;
    members.set(path, (members.get(path) ?? new Set()).add(kind));
  }
}

async function describeCommand(name: string, line: string): Promise<string> {
  const { run } = await prepareOrganisation();
  const first = line.replace(/ --(?:json|output \w+)\b/, "");
  // Most have something to tell of only then.
  await run("awsideman user list");
  const { code, stdout, stderr } = await run(`${first} --json`);
  if (code !== 0) throw new Error(`${line} has ended with ${code}: ${stderr}`);
  const members = new Map<string, Set<string>>();
  membersOf(JSON.parse(stdout), "", members);
  const seen = [...members].filter(([path, kinds]) => kinds.size > 0 || !hasMembers(path, members));
  const width = Math.max(...seen.map(([path]) => path.length));
  const listed = seen.map(([path, kinds]) => `${path.padEnd(width)}  ${[...kinds].join(" or ")}`.trimEnd());

  const again = await prepareOrganisation();
  await again.run("awsideman user list");
  const [columns = ""] = (await again.run(`${first} --output csv`)).stdout.split("\n");
  return [
    `### ${name}`,
    "",
    "```",
    ...listed,
    "```",
    "",
    `Columns: ${columns.split(",").join(", ")}`,
    "",
  ].join("\n");
}

function hasMembers(path: string, members: ReadonlyMap<string, unknown>): boolean {
  return [...members.keys()].some((other) => other.startsWith(`${path}.`) || other.startsWith(`${path}[`));
}

test("the page of what is printed says what is printed", { timeout: 120_000 }, async () => {
  const sections: string[] = [];
  for (const command of commandTable) {
    const line = command.name in lines ? lines[command.name] : exampleOf(command);
    if (line !== undefined) sections.push(await describeCommand(command.name, line));
  }
  const written = await readFile(new URL(page, import.meta.url), "utf8");
  const mark =
    "<!-- What follows is checked by packages/cli/test/output-page.test.ts; vitest --update writes it. -->\n";
  const [prose = ""] = written.split(mark);
  await expect(`${prose}${mark}\n${sections.join("\n")}`).toMatchFileSnapshot(page);
});
