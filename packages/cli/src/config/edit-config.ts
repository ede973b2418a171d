import { usageError } from "../errors/cli-error.ts";
import type { Scalar, Tree, TreeValue } from "./plain-yaml.ts";
import { isTree, valueAt } from "./resolve-setting.ts";

/** A change of the configuration. Without a value, what is there is taken away. */
export interface Edit {
  readonly path: readonly string[];
  readonly value?: Exclude<Scalar, null>;
}

/**
 * What the configuration says after edits. What an edit has left empty is not there any more.
 * @throws CliError where something else stands in the way than what can have members
 */
export function applyToTree(tree: Tree, edits: readonly Edit[]): Tree {
  return edits.reduce<Tree>((edited, { path, value }) => edit(edited, path, value, []), tree);
}

function edit(tree: Tree, path: readonly string[], value: Edit["value"], above: readonly string[]): Tree {
  const [member, ...rest] = path as readonly [string, ...string[]];
  const { [member]: inherited, ...others } = tree as Record<string, TreeValue>;
  // A profile may be called `constructor`.
  const old = Object.hasOwn(tree, member) ? inherited : undefined;
  if (rest.length === 0) return value === undefined ? others : { ...tree, [member]: value };
  const place = [...above, member];
  if (old !== undefined && old !== null && !isTree(old))
    throw usageError(`${place.join(".")} must have members, and has a value`, "edit the file");
  if (value === undefined && (!isTree(old) || valueAt(old, rest) === undefined)) return tree;
  const inner = edit(isTree(old) ? old : {}, rest, value, place);
  // A profile stays a profile, whatever it says.
  const isProfile = place.length === 2 && place[0] === "profiles";
  return Object.keys(inner).length === 0 && !isProfile ? others : { ...tree, [member]: inner };
}
