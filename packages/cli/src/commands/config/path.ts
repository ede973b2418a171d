import type { CommandContext } from "../../command-context.ts";
import { lines } from "../../output/view.ts";
import { printable } from "../../output/text.ts";

/** Shows which file the configuration is, or would be. */
export async function showConfigPath(context: CommandContext): Promise<void> {
  const { path, exists, ignored } = context.opened.place;
  context.show({ Path: path, Exists: exists, Ignored: ignored }, () => lines(`${printable(path)}\n`));
  if (!exists) context.note("it is not there yet: what is set is written there");
  for (const file of ignored) context.note(`${file} is not read`);
}
