import type { CommandContext } from "../command-context.ts";
import { fields, sections, table } from "../output/view.ts";
import type { Edit } from "./edit-config.ts";
import type { Tree } from "./plain-yaml.ts";
import { assertProtected } from "./protection.ts";
import { redact } from "./redact.ts";
import { isTree, valueAt } from "./resolve-setting.ts";
import { defineSetting, type Setting } from "./setting.ts";
import { text } from "./setting-kinds.ts";
import { settingTable } from "./setting-table.ts";
import { writeConfig } from "./write-config.ts";

/** A member of the file as it was and as it is. Without a value: it was, or is, not there. */
interface Change {
  readonly Name: string;
  readonly Before: unknown;
  readonly After: unknown;
}

/**
 * Changes the configuration and shows what has been changed; with `isDry`, what would be.
 * @throws CliError what `plan` throws, and for a file that has a mistake in it or cannot be written
 */
export async function changeConfiguration(
  context: CommandContext,
  isDry: boolean,
  plan: (tree: Tree) => readonly Edit[],
): Promise<void> {
  const { place } = context.opened;
  const planProtected: Parameters<typeof writeConfig>[1] = (tree, { path, stats }) => {
    const edits = plan(tree);
    const right = stats && { path, stats: { mode: Number(stats.mode), uid: Number(stats.uid) } };
    for (const { path: member, value } of edits)
      if (right !== undefined && value !== undefined) assertProtected(settingAt(member), value, right);
    return edits;
  };
  const { path, before, edits, isWritten } = await writeConfig(place, planProtected, isDry);
  const changes = edits.flatMap((edit) => changeOf(before, edit));
  context.show({ DryRun: isDry, Path: path, Changes: changes }, () =>
    sections([
      fields([[isDry ? "Would write" : isWritten ? "Written" : "Unchanged", path]]),
      table(
        ["Setting", "Before", "After"],
        changes.map(({ Name, Before, After }) => [Name, shown(Before), shown(After)]),
      ),
    ]),
  );
  if (isDry) context.note("this was a dry run: nothing was written");
}

function changeOf(before: Tree, { path, value }: Edit): readonly Change[] {
  const old = valueAt(before, path);
  if (value === undefined && isTree(old))
    return Object.keys(old).flatMap((member) => changeOf(before, { path: [...path, member] }));
  if (old === value) return [];
  const setting = settingAt(path);
  const redacted = (one: unknown): unknown =>
    typeof one === "string" || typeof one === "number" || typeof one === "boolean"
      ? redact(setting, one)
      : one;
  return [{ Name: path.join("."), Before: redacted(old) ?? null, After: redacted(value) ?? null }];
}

function shown(value: unknown): string {
  if (value === null) return "-";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The setting that stands there; by its last words, which no two have in common. */
function settingAt(path: readonly string[]): Setting {
  const place = path.join(".");
  const found = settingTable.find(({ name }) => place === name || place.endsWith(`.${name}`));
  return found ?? settingTable.find(({ name }) => path.at(-1) === name.split(".").at(-1)) ?? anything;
}

const anything: Setting = defineSetting({ name: "", summary: "", kind: text });
