import type { CommandContext } from "../../command-context.ts";
import { error, type Problem } from "../../config/problem.ts";
import { validateConfiguration } from "../../config/validate-config.ts";
import { CliError, usageError } from "../../errors/cli-error.ts";
import { plural } from "../../output/quantity.ts";
import { lines, table } from "../../output/view.ts";

/** Shows what is wrong with the file and the environment, and fails if a command would fail because of it. */
export async function validateConfig(context: CommandContext): Promise<void> {
  const { path } = context.opened.place;
  const problems = problemsOf(context);
  const json = {
    Path: path,
    Problems: problems.map(({ severity, message, line }) => ({
      Severity: severity,
      Line: line ?? null,
      Message: message,
    })),
  };
  context.show(json, () => {
    const rows = table(
      ["Severity", "Line", "Problem"],
      problems.map(({ severity, message, line }) => [severity, line?.toString(), message]),
    );
    return problems.length === 0 ? lines("Nothing is wrong.\n", rows) : rows;
  });
  const errors = problems.filter(({ severity }) => severity === "error").length;
  if (errors > 0) throw usageError(`the configuration has ${plural(errors, "error")}`);
}

function problemsOf(context: CommandContext): readonly Problem[] {
  try {
    return validateConfiguration(context.opened.configuration());
  } catch (thrown) {
    // A file that cannot be read or understood is one error, whatever else is wrong with it.
    if (!(thrown instanceof CliError)) throw thrown;
    return [error(thrown.advice === undefined ? thrown.message : `${thrown.message}; ${thrown.advice}`)];
  }
}
