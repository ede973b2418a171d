import type { CommandContext } from "../../command-context.ts";
import { completionScripts } from "../../completion/scripts.ts";
import type { Shell } from "../../completion/shells.ts";

export interface PrintScriptInput {
  readonly shell: Shell;
}

/** Whatever the format: a shell reads it. */
export async function printScript(
  { output }: Pick<CommandContext, "output">,
  { shell }: PrintScriptInput,
): Promise<void> {
  output.print(completionScripts[shell]);
}
