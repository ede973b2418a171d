import { usageError } from "../errors/cli-error.ts";
import type { ConfigFile } from "./config-file.ts";
import { holdsSecret } from "./redact.ts";
import type { Setting } from "./setting.ts";
import type { SettingValue } from "./setting-kinds.ts";

/**
 * A file with a password or a key in it must be of this user, and nobody else's business.
 * @throws CliError if the value is such a secret, and the file is not
 */
export function assertProtected(
  setting: Setting,
  value: SettingValue,
  file: Pick<ConfigFile, "path" | "stats">,
): void {
  if (!holdsSecret(setting, value)) return;
  const problem = protectionProblem(file);
  if (problem !== undefined)
    throw usageError(`${file.path} holds a secret, ${setting.name}, and ${problem.text}`, problem.advice);
}

/** Why others could read or change the file; undefined where nobody can, and where files have no modes. */
export function protectionProblem({
  path,
  stats: { mode, uid },
}: Pick<ConfigFile, "path" | "stats">): { readonly text: string; readonly advice: string } | undefined {
  if (process.geteuid === undefined) return undefined;
  if (uid !== process.geteuid() && uid !== 0)
    return { text: "is another user's", advice: "have one of your own" };
  if ((mode & 0o077) === 0) return undefined;
  return { text: `has mode ${(mode & 0o777).toString(8)}`, advice: `run "chmod 600 ${path}"` };
}
