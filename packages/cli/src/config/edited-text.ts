import { isDeepStrictEqual } from "node:util";
import { usageError } from "../errors/cli-error.ts";
import { isJson, parseConfig, withoutMark } from "./config-file.ts";
import { applyToTree, type Edit } from "./edit-config.ts";
import type { Tree } from "./plain-yaml.ts";

const mark = "\ufeff";

/**
 * Returns the text of a configuration with edits made to it. Comments, order, line ends and a byte order mark stay.
 * @param path says whether it is JSON, and stands in messages
 * @throws CliError for a text with a mistake in it, and where the edits cannot be made without changing something else
 */
export async function editedText(text: string, path: string, edits: readonly Edit[]): Promise<string> {
  const { tree } = await parseConfig(text, path);
  const expected = applyToTree(tree, edits);
  if (isDeepStrictEqual(expected, tree)) return text;
  const body = withoutMark(text);
  const edited = isJson(path) ? editedJson(body, expected) : await editedYaml(body, path, tree, expected);
  const lineEnds = body.includes("\r\n") ? edited.replaceAll("\n", "\r\n") : edited;
  const whole = text === body ? lineEnds : mark + lineEnds;
  // Whatever an alias, an anchor or a tag has made of it: what is not exactly this is not written.
  const { tree: result } = await parseConfig(whole, path);
  if (isDeepStrictEqual(result, expected)) return whole;
  throw usageError(`${path} is written in a way that cannot be changed from here`, "edit the file");
}

function editedJson(text: string, expected: Tree): string {
  return `${JSON.stringify(expected, null, indentationOf(text))}\n`;
}

async function editedYaml(text: string, path: string, before: Tree, after: Tree): Promise<string> {
  const { rewriteYaml } = await import("./yaml-document.ts");
  return rewriteYaml(text.replaceAll("\r\n", "\n"), path, before, after, indentationOf(text));
}

/** As many spaces as the first line has that has any. */
function indentationOf(text: string): number {
  return Math.min(/^( +)["\w]/m.exec(text)?.[1]?.length ?? 2, 8);
}
