/** A value of the configuration: what YAML and JSON have in common. */
export type Scalar = string | number | boolean | null;
export type Tree = { readonly [member: string]: TreeValue };
export type TreeValue = Scalar | readonly TreeValue[] | Tree;

/** What a file says, and where. */
export interface ParsedConfig {
  readonly tree: Tree;
  /** The line of a member, from 1, by its {@link placeOf}. */
  readonly lines: ReadonlyMap<string, number>;
}

/** The name of a place in the tree. */
export function placeOf(path: readonly string[]): string {
  return path.join("\0");
}

const indentation = /^ */;
const blank = /^[ \t]*(?:#.*)?$/;
const member = /^([A-Za-z][\w.@+-]{0,99}):(?: +(.*))?$/;
/** Words of which the first begins with a letter: no number, and nothing that a sign at the beginning would mean. */
const plain = /^(?:[A-Za-z/]|~\/)[\w./@+~:?&=%-]*(?: +[\w./@+~?&=%-]+)*$/;
const integer = /^(?:0|[1-9]\d{0,14})$/;
/** Words that mean something else than themselves, in YAML 1.1 or 1.2. */
const notText = /^(?:null|true|false|yes|no|on|off|y|n)$/i;
const quoted = /^(?:"([^"\\]*)"|'([^']*)')$/;
/** What is left of a mapping when its last member is taken away. */
const empty = "{}";
const printableAscii = /^[ -~]*$/;

/**
 * Reads the small part of YAML that most configurations are written in: members below each other, plain words, whole
 * numbers, `true` and `false`, text in quotes without escapes, `{}` for what has no members, and comments. The library that reads all of YAML takes longer
 * to load than a cached answer has.
 * @param text without a byte order mark
 * @returns undefined for anything that is not surely read as the library would read it, mistakes included
 */
export function parsePlainYaml(text: string): ParsedConfig | undefined {
  const root: Record<string, TreeValue> = {};
  const lines = new Map<string, number>();
  /** The mappings that are open, the innermost last. Of one that nothing has been put in yet, the depth is unknown. */
  const open: OpenMapping[] = [{ members: root, path: [], depth: 0 }];
  let isClosed = false;
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (!printableAscii.test(line)) return undefined;
    if (blank.test(line)) continue;
    if (isClosed) return undefined;
    if (line === empty && lines.size === 0) {
      isClosed = true;
      continue;
    }
    const depth = (indentation.exec(line)?.[0] ?? "").length;
    const found = member.exec(withoutComment(line.slice(depth)));
    if (found === null) return undefined;
    const [, name = "", written = ""] = found;
    if (notText.test(name)) return undefined;

    let mapping = open.at(-1) as OpenMapping;
    if (mapping.depth === undefined) {
      const parent = open.at(-2) as OpenMapping;
      if (depth > (parent.depth as number)) mapping.depth = depth;
      else {
        // `name:` with nothing below it is null.
        parent.members[mapping.path.at(-1) as string] = null;
        open.pop();
      }
    }
    while (depth < ((mapping = open.at(-1) as OpenMapping).depth as number)) open.pop();
    if (depth !== mapping.depth || Object.hasOwn(mapping.members, name)) return undefined;

    const path = [...mapping.path, name];
    lines.set(placeOf(path), index + 1);
    if (written === "") {
      const members: Record<string, TreeValue> = {};
      mapping.members[name] = members;
      open.push({ members, path, depth: undefined });
      continue;
    }
    const value = readValue(written);
    if (value === undefined) return undefined;
    mapping.members[name] = value;
  }
  const last = open.at(-1) as OpenMapping;
  if (last.depth === undefined) (open.at(-2) as OpenMapping).members[last.path.at(-1) as string] = null;
  return { tree: root, lines };
}

interface OpenMapping {
  readonly members: Record<string, TreeValue>;
  readonly path: readonly string[];
  /** Spaces in front of its members. */
  depth: number | undefined;
}

function readValue(text: string): Scalar | Tree | undefined {
  if (text === empty) return {};
  if (integer.test(text)) return Number(text);
  if (text === "true" || text === "false") return text === "true";
  const [, double, single] = quoted.exec(text) ?? [];
  if (double !== undefined || single !== undefined) return double ?? single;
  // A colon at the end of a word makes a member.
  return plain.test(text) && !notText.test(text) && !/:(?: |$)/.test(text) ? text : undefined;
}

/** A comment follows a space. Where there are quotes before it, this is for the library to judge. */
function withoutComment(text: string): string {
  const hash = text.indexOf(" #");
  return (hash === -1 ? text : text.slice(0, hash)).trimEnd();
}
