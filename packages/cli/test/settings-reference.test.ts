import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { globalOptions } from "../src/command-line/global-options.ts";
import { formatHelp } from "../src/command-line/help.ts";
import { kebabCase } from "../src/command-line/option.ts";
import { commandTable } from "../src/command-table.ts";
import { settingTable } from "../src/config/setting-table.ts";
import type { Setting } from "../src/config/setting.ts";
import { parsePlainYaml } from "../src/config/plain-yaml.ts";
import type { ConfigFile } from "../src/config/config-file.ts";
import { otherVariables, unusedMembers } from "../src/config/unused-members.ts";

const root = path.join(import.meta.dirname, "..");

/** However wide a formatter makes the columns. */
function narrow(line: string): string {
  return line.replaceAll(/ +\|/g, " |");
}

function rowOf({ name, summary, option, variables, scope, default: fallback, otherwise }: Setting): string {
  const said = [
    ...(option === undefined ? [] : [`\`--${kebabCase(option)}\``]),
    ...variables.map((variable) => `\`${variable.name}\``),
  ];
  const whose = { profile: " Of a profile.", whole: "", anywhere: "" }[scope];
  const without = fallback === undefined ? otherwise : `\`${String(fallback)}\``;
  return `| \`${name}\` | ${said.join(", ")} | ${summary}.${whose}${without === undefined ? "" : ` Default: ${without}`} |`;
}

test("the README has the table of the settings", () => {
  const readme = readFileSync(path.join(root, "README.md"), "utf8");
  const lines = readme.split("\n").map(narrow);
  const inReadme = lines.filter((line) =>
    settingTable.some(({ name }) => line.startsWith(`| \`${name}\` |`)),
  );
  expect(inReadme).toEqual(settingTable.map((setting) => narrow(rowOf(setting))));
});

test("the README's configuration is one, and there is nothing in it that means nothing", () => {
  const readme = readFileSync(path.join(root, "README.md"), "utf8");
  const text = /^```yaml\n(default_profile.*?)^```$/ms.exec(readme)?.[1] ?? "";
  const parsed = parsePlainYaml(text);
  expect(parsed?.tree).toHaveProperty("profiles.prod.region");
  const file = { ...parsed, path: "config.yaml", stats: { mode: 0o600, uid: 0 } } as ConfigFile;
  expect(unusedMembers({ file })).toEqual([]);
});

test("the help of what sets one names all of them", () => {
  const help = formatHelp(
    commandTable.filter(({ name }) => name === "config set"),
    commandTable,
  );
  for (const { name } of settingTable) expect(help).toContain(`\n  ${name} `);
});

test("the help of an option names the variables that say the same", () => {
  for (const { option, variables } of settingTable) {
    if (option === undefined) continue;
    const { summary } = globalOptions[option];
    expect(summary, `--${option}`).toContain(variables[0]?.name);
  }
});

describe("every variable of this program", () => {
  test("that the sources name is a setting, or is known to be none", () => {
    const known = new Set([
      ...otherVariables,
      ...settingTable.flatMap(({ variables }) => variables.map(({ name }) => name)),
    ]);
    const files = ["cli", "cache-core", "aws-client", "storage-disk", "storage-redis"].flatMap((name) => {
      const folder = path.join(root, "..", name, "src");
      return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) =>
        path.join(folder, file),
      );
    });
    const sources = files
      .filter((file) => /(?<!\.test)\.ts$/.test(file) && !file.includes("testing"))
      .map((file) => readFileSync(file, "utf8"));
    // Names that are used: `variables["AWSIDEMAN_X"]`, `text(variables, "AWSIDEMAN_X")`, `process.env["AWSIDEMAN_X"]`.
    const used = sources.flatMap((text) =>
      [...text.matchAll(/(?:\[|variables, )"(AWSIDEMAN_[A-Z_]+)"/g)].map(([, name]) => name as string),
    );
    expect(used).toContain("AWSIDEMAN_CACHE_BACKEND");
    expect([...new Set(used)].filter((name) => !known.has(name))).toEqual([]);
  });
});
