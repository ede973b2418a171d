/** The settings of one section; those below another, as in `s3 =`, have its name in front: `s3.max_queue_size`. */
export type IniSection = ReadonlyMap<string, string>;

/**
 * Reads the form of AWS's shared files. What it does not understand it leaves out, as the SDKs do. Sections of the same
 * name are one; of the same setting, the last one counts.
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export function parseIni(text: string): ReadonlyMap<string, IniSection> {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let parent: string | undefined;
  for (const raw of text.split(/\r?\n/)) {
    const line = withoutComment(raw).trimEnd();
    if (line.trim() === "") continue;
    const header = /^\s*\[([^\]]+)\]$/.exec(line)?.[1];
    if (header !== undefined) {
      const name = sectionName(header);
      section = sections.get(name) ?? new Map<string, string>();
      sections.set(name, section);
      parent = undefined;
      continue;
    }
    const equals = line.indexOf("=");
    if (section === undefined || equals < 1) continue;
    const name = line.slice(0, equals).trim();
    const value = line.slice(equals + 1).trim();
    const nested = /^\s/.test(line) && parent !== undefined;
    section.set(nested ? `${parent}.${name}` : name, value);
    if (!nested) parent = value === "" ? name : undefined;
  }
  return sections;
}

/** A comment begins the line, or follows a space. */
function withoutComment(line: string): string {
  return /^\s*[#;]/.test(line) ? "" : line.replace(/\s[#;].*$/, "");
}

/** `profile  "my name"` is the section `profile my name`. */
function sectionName(header: string): string {
  const [, kind = "", quoted = ""] = /^\s*(profile|sso-session|services)\s+(.+?)\s*$/.exec(header) ?? [];
  return kind === "" ? unquoted(header.trim()) : `${kind} ${unquoted(quoted)}`;
}

function unquoted(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}
