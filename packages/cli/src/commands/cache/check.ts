import type { CheckReport } from "@awsideman/cache-core";
import { assertUsable } from "../../cache-status/health.ts";
import type { CommandContext } from "../../command-context.ts";
import { CliError } from "../../errors/cli-error.ts";
import { plural } from "../../output/quantity.ts";
import { lines, sections, table, type View } from "../../output/view.ts";

export interface CheckCacheInput {
  readonly repair: boolean;
}

/** Looks at all that is kept, and ends with an error when something is wrong that is not repaired. */
export async function checkCache(context: CommandContext, { repair }: CheckCacheInput): Promise<void> {
  const { manager, backend } = await context.cache();
  const report = await examine(context, repair);
  if (report === undefined) {
    await assertUsable(manager, "checked");
    return context.show({ entries: 0, problems: [] }, () =>
      lines(`There is nothing to check: ${backend} keeps nothing that could be damaged.\n`),
    );
  }
  context.show(report, () => describe(report));
  // How a server is set up is not damage, and nothing here can repair it.
  const left = report.problems.filter(({ kind, repaired }) => !repaired && kind !== "settings").length;
  if (left === 0) return;
  const advice = repair ? 'run "awsideman cache clear --all"' : 'run "awsideman cache check --repair"';
  throw new CliError(`${plural(left, "problem")} found in the cache`, { advice });
}

async function examine(context: CommandContext, repair: boolean): Promise<CheckReport | undefined> {
  const { manager } = await context.cache();
  try {
    return await manager.check({ repair });
  } catch (error) {
    throw new CliError(`the cache cannot be checked: ${(error as Error).message}`, { cause: error });
  }
}

function describe({ entries, problems }: CheckReport): View {
  const looked = `Looked at ${plural(entries, "entry", "entries")}: `;
  if (problems.length === 0) return lines(`${looked}nothing is wrong.\n`);
  const rows = problems.map(({ kind, subject, message, repaired }) => [
    kind,
    subject,
    message,
    repaired ? "repaired" : "",
  ]);
  return sections([
    table(["Kind", "Subject", "Problem", ""], rows),
    lines(`${looked}${plural(problems.length, "problem")}.\n`),
  ]);
}
