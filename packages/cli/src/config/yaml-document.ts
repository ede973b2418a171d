import { isMap, isScalar, LineCounter, parseDocument, type Document, type YAMLMap } from "yaml";
import { usageError } from "../errors/cli-error.ts";
import { placeOf, type ParsedConfig, type Tree } from "./plain-yaml.ts";
import { isTree } from "./resolve-setting.ts";

/** Of the aliases of a file at most as many are followed: a few lines of them can stand for more than fits in memory. */
const maxAliasCount = 100;

/**
 * Reads all of YAML.
 * @throws CliError for what is no YAML, or no mapping, with line and column
 */
export function parseYaml(text: string, path: string): ParsedConfig {
  const { document, counter } = readDocument(text, path);
  return { tree: treeOf(document, path), lines: linesOf(document, counter) };
}

/**
 * The document, which can be changed and written again with its comments.
 * @param isForWriting what is written is quoted where the first YAML, which others read, would take it for something else
 */
export function readDocument(
  text: string,
  path: string,
  isForWriting: boolean = false,
): { readonly document: Document; readonly counter: LineCounter } {
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    prettyErrors: false,
    merge: true,
    logLevel: "error",
    ...(isForWriting ? { compat: "yaml-1.1" } : {}),
  });
  // For writing, it warns of every word that those others would take for something else.
  const [problem] = [...document.errors, ...(isForWriting ? [] : document.warnings)];
  if (problem !== undefined) {
    const { line, col } = counter.linePos(problem.pos[0]);
    throw usageError(`${path}, line ${line}, column ${col}: ${problem.message.replace(/\.$/, "")}`);
  }
  const { contents } = document;
  const isEmpty = contents === null || (isScalar(contents) && contents.value === null);
  if (!isEmpty && !isMap(contents)) {
    const { line, col } = counter.linePos(contents.range?.[0] ?? 0);
    throw usageError(
      `${path}, line ${line}, column ${col}: settings must stand here, such as "region: us-east-1"`,
    );
  }
  return { document, counter };
}

/** @throws CliError for aliases that multiply, or lead nowhere */
export function treeOf(document: Document, path: string): Tree {
  try {
    return (document.toJS({ maxAliasCount }) as Tree | null) ?? {};
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw usageError(`${path} has aliases that cannot be followed: ${error.message}`, undefined, error);
  }
}

function linesOf(document: Document, counter: LineCounter): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const note = (mapping: YAMLMap, above: readonly string[]): void => {
    for (const { key, value } of mapping.items) {
      const range = isScalar(key) ? key.range : undefined;
      if (!isScalar(key) || range === undefined || range === null) continue;
      const path = [...above, String(key.value)];
      lines.set(placeOf(path), counter.linePos(range[0]).line);
      if (isMap(value)) note(value, path);
    }
  };
  if (isMap(document.contents)) note(document.contents, []);
  return lines;
}

/**
 * Writes a document again that says something else.
 * @param before what it says
 * @throws CliError for what is no YAML, and where an anchor is in the way
 */
export function rewriteYaml(text: string, path: string, before: Tree, after: Tree, indent: number): string {
  const { document } = readDocument(text, path, true);
  if (!isMap(document.contents)) document.contents = document.createNode({}) as typeof document.contents;
  try {
    rewrite(document, document.contents as unknown as YAMLMap, before, after);
    return document.toString({ lineWidth: 0, indent });
  } catch (error) {
    throw usageError(`${path} is written in a way that cannot be changed from here`, "edit the file", error);
  }
}

/** Changes what is different, and nothing else: it keeps its comments. */
function rewrite(document: Document, mapping: YAMLMap, before: Tree, after: Tree): void {
  const keys = new Map(mapping.items.map(({ key }) => [isScalar(key) ? String(key.value) : undefined, key]));
  for (const name of Object.keys(before)) if (!Object.hasOwn(after, name)) mapping.delete(keys.get(name));
  for (const [name, value] of Object.entries(after)) {
    const old = Object.hasOwn(before, name) ? before[name] : undefined;
    if (old === value) continue;
    // A name may be a number in the file.
    const key = keys.get(name) ?? name;
    const node: unknown = mapping.get(key, true);
    if (!isTree(value)) mapping.set(key, value);
    else if (isMap(node) && isTree(old)) rewrite(document, node, old, value);
    else mapping.set(key, document.createNode(value));
  }
}
