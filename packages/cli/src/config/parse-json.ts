import { usageError } from "../errors/cli-error.ts";
import type { ParsedConfig, Tree } from "./plain-yaml.ts";

/**
 * Reads a configuration in JSON, as the program's first version has once written it.
 * @throws CliError that says where it ends to be JSON
 */
export function parseJson(text: string, path: string): ParsedConfig {
  // Without lines: nobody writes in this form any more.
  const lines = new Map<string, number>();
  if (text.trim() === "") return { tree: {}, lines };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usageError(`${path} is no JSON: ${(error as SyntaxError).message}`, undefined, error);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw usageError(`${path} must have an object with the settings in it`);
  return { tree: value as Tree, lines };
}
