import { settingTable } from "./setting-table.ts";

/** All settings, a line each, for the help. */
export function settingLines(): string {
  const width = Math.max(...settingTable.map(({ name }) => name.length));
  const lines = settingTable.map(
    ({ name, summary }) => `  ${name.padEnd(width)}  ${summary.replaceAll("`", "")}`,
  );
  return [
    "Settings:",
    ...lines,
    `  ${"cache.operation_ttls.X".padEnd(width)}  The same for one operation, such as list_users`,
  ].join("\n");
}
