/** The settings of one section; those below another, as in `s3 =`, have its name in front: `s3.max_queue_size`. */
export type IniSection = ReadonlyMap<string, string>;

/** What the name of a section may begin with. The SDK leaves out sections that begin with another word. */
const kinds: readonly string[] = ["profile", "sso-session", "services"];

/**
 * Reads the form of AWS's shared files, and takes it as the SDK for JavaScript takes it, which is stricter in some
 * things and looser in others than the documentation. A test compares the two. Sections are named as in
 * `profile.work`; of sections of the same name and of settings of the same name, the last counts.
 * @throws TypeError for a profile `__proto__`: the SDK reads nothing of such a file
 */
export function parseIni(text: string): ReadonlyMap<string, IniSection> {
  const sections = new Map<string, Map<string, string>>();
  let section: string | undefined;
  let parent: string | undefined;
  for (const raw of text.split(/\r?\n/)) {
    // A comment begins the line, or follows a space.
    const line = raw.replace(/(?:^|\s)[;#].*/s, "").trim();
    if (line.startsWith("[") && line.endsWith("]")) {
      section = sectionName(line.slice(1, -1));
      parent = undefined;
      continue;
    }
    const equals = line.indexOf("=");
    if (section === undefined || equals < 1) continue;
    const name = line.slice(0, equals).trim();
    const value = line.slice(equals + 1).trim();
    if (value === "") {
      parent = name;
      continue;
    }
    if (raw.trimStart() === raw) parent = undefined;
    const key = parent === undefined ? name : `${parent}.${name}`;
    const settings = sections.get(section) ?? new Map<string, string>();
    sections.set(section, settings.set(key, value));
  }
  return sections;
}

/** `profile "work"` is `profile.work`; a name that has none of the known kinds in front is as it is, if it is one word. */
function sectionName(header: string): string | undefined {
  if (header === "__proto__" || header === "profile __proto__")
    throw new TypeError(`The profile "${header}" has a name that cannot be used`);
  const [, kind, , name] = /^([\w-]+)\s(["'])?([\w\-@+.%:/]+)\2$/.exec(header) ?? [];
  if (kind === undefined) return header === "" ? undefined : header;
  return kinds.includes(kind) ? `${kind}.${name}` : undefined;
}
