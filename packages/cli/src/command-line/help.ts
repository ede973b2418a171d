import type { Command } from "./command.ts";
import { globalOptions } from "./global-options.ts";
import { kebabCase, type OptionDescription, type Options } from "./option.ts";
import { argumentName } from "./read-values.ts";

const introduction = `awsideman reads and administers AWS IAM Identity Center, through a cache.`;

const exitCodeHelp = `Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 access denied, 5 throttled, 6 partly done, 130 interrupted.`;

/**
 * Writes the help about commands.
 * @param about all of the table, the commands of one group, or one command
 */
export function formatHelp(about: readonly Command[], table: readonly Command[]): string {
  const [command, other] = about;
  if (command !== undefined && other === undefined) return helpOfCommand(command);
  const isAll = about.length === table.length;
  const usage = isAll ? "awsideman GROUP COMMAND" : `awsideman ${command?.name.split(" ")[0]} COMMAND`;
  const sections = [`Usage: ${usage} [ARGUMENTS] [OPTIONS]`];
  if (isAll) sections.unshift(introduction);
  sections.push(`Commands:\n${columns(about.map((one) => [usageOf(one), one.summary]))}`);
  sections.push(`Options of every command:\n${optionLines(globalOptions)}`);
  sections.push(`"awsideman GROUP COMMAND --help" tells about one of them.`);
  if (isAll) sections.push(exitCodeHelp);
  return `${sections.join("\n\n")}\n`;
}

function helpOfCommand(command: Command): string {
  const { summary, details, options } = command;
  const given = Object.entries(command.arguments);
  const sections = [
    `Usage: awsideman ${usageOf(command)} [OPTIONS]`,
    [`${summary}.`, ...details].join("\n\n"),
  ];
  if (given.length > 0) {
    sections.push(
      `Arguments:\n${columns(given.map(([name, { summary: said }]) => [argumentName(name), said]))}`,
    );
  }
  if (Object.keys(options).length > 0) sections.push(`Options:\n${optionLines(options)}`);
  sections.push(`Options of every command:\n${optionLines(globalOptions)}`);
  sections.push(`Example:\n  ${exampleOf(command)}`);
  return `${sections.join("\n\n")}\n`;
}

/** A line as somebody types it. */
export function exampleOf({ name, example }: Command): string {
  return `awsideman ${name} ${example}`.trimEnd();
}

function usageOf(command: Command): string {
  const words = Object.entries(command.arguments).map(([name, { optional, several }]) => {
    const shown = several ? `${argumentName(name)}...` : argumentName(name);
    return optional ? `[${shown}]` : shown;
  });
  for (const [name, option] of Object.entries(command.options)) {
    if (option.kind !== "flag" && option.required) words.push(`--${kebabCase(name)} ${option.value}`);
  }
  return [command.name, ...words].join(" ");
}

function optionLines(options: Options): string {
  return columns(
    Object.entries(options).map(([name, option]) => {
      const short = option.short === undefined ? "    " : `-${option.short}, `;
      const value = option.kind === "flag" ? "" : ` ${option.value}`;
      return [`${short}--${kebabCase(name)}${value}`, summaryOf(option)];
    }),
  );
}

function summaryOf(option: OptionDescription): string {
  return option.kind === "choice" ? `${option.summary}: ${option.choices.join(" or ")}` : option.summary;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
