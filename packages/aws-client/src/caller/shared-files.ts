import { readFileSync, statSync, type Stats } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { parseIni, type IniSection } from "./ini-file.ts";

/** The variables of an environment. */
export type Variables = Readonly<Record<string, string | undefined>>;

type Sections = ReadonlyMap<string, IniSection>;

const nothing: Sections = new Map();

/**
 * AWS's shared files, read when they are first needed and never again, and taken as the SDK for JavaScript takes them: to
 * load its own reader costs a command more than half of what everything else does.
 */
export class SharedFiles {
  readonly configPath: string;
  readonly credentialsPath: string;
  readonly #onUnreadable: (path: string, error: unknown) => void;
  readonly #before: string;
  #config: Sections | undefined;
  #credentials: Sections | undefined;

  /**
   * @param onUnreadable told of a file that is there and cannot be read, which is then taken as empty, as the SDK takes it;
   * what it throws, whoever wanted to read gets. Default: nobody is told.
   */
  constructor(variables: Variables, onUnreadable: (path: string, error: unknown) => void = () => undefined) {
    const home = homeOf(variables);
    const place = (variable: string, name: string): string => {
      const given = variables[variable] || join(home, ".aws", name);
      return given.startsWith("~/") ? join(home, given.slice(2)) : given;
    };
    this.configPath = place("AWS_CONFIG_FILE", "config");
    this.credentialsPath = place("AWS_SHARED_CREDENTIALS_FILE", "credentials");
    this.#onUnreadable = onUnreadable;
    this.#before = this.#state();
  }

  /**
   * The settings of a profile; undefined when neither file has any.
   * @param last whose settings count where both have one. The SDK looks for credentials and the region in the
   * credentials file last, and in the other for everything else.
   */
  profile(name: string, last: "config" | "credentials" = "credentials"): IniSection | undefined {
    const configured =
      this.section("profile", name) ?? (name === "default" ? this.#read().get(name) : undefined);
    this.#credentials ??= this.#parse(this.credentialsPath);
    const credentials = this.#credentials.get(name);
    if (configured === undefined || credentials === undefined) return configured ?? credentials;
    return new Map(last === "config" ? [...credentials, ...configured] : [...configured, ...credentials]);
  }

  /** A section of the config file: `[sso-session x]`, `[services x]`. */
  section(kind: "profile" | "sso-session" | "services", name: string): IniSection | undefined {
    return this.#read().get(`${kind}.${name}`);
  }

  /** Sorted. */
  profileNames(): readonly string[] {
    const names = new Set<string>();
    for (const name of this.#read().keys()) {
      if (name === "default") names.add(name);
      else if (name.startsWith("profile.")) names.add(name.slice("profile.".length));
    }
    this.#credentials ??= this.#parse(this.credentialsPath);
    for (const name of this.#credentials.keys()) names.add(name);
    return [...names].sort();
  }

  /** Names of the sections `[sso-session x]`, in the file's order. */
  sessionNames(): readonly string[] {
    const start = "sso-session.";
    return [...this.#read().keys()].flatMap((name) =>
      name.startsWith(start) ? [name.slice(start.length)] : [],
    );
  }

  /** Whether a file was changed since this was made. Looks at them, and reads none. */
  hasChanged(): boolean {
    return this.#state() !== this.#before;
  }

  /** Milliseconds since 1970: when a file was last changed or taken away before this was made; 0 when nobody can tell. */
  get changedAt(): number {
    return Math.max(changeOf(this.configPath), changeOf(this.credentialsPath));
  }

  #state(): string {
    return `${stateOf(this.configPath)} ${stateOf(this.credentialsPath)}`;
  }

  #read(): Sections {
    return (this.#config ??= this.#parse(this.configPath));
  }

  #parse(path: string): Sections {
    let text: string;
    try {
      text = readFileSync(path, "utf8");
    } catch (error) {
      // Neither file has to be there.
      if (!isAbsent(error)) this.#onUnreadable(path, error);
      return nothing;
    }
    try {
      return parseIni(text);
    } catch {
      return nothing;
    }
  }
}

/** Where the SDK takes the user's folder to be. */
export function homeOf(variables: Variables): string {
  const { HOME, USERPROFILE, HOMEPATH, HOMEDRIVE = "C:\\" } = variables;
  return HOME || USERPROFILE || (HOMEPATH ? `${HOMEDRIVE}${HOMEPATH}` : homedir());
}

function stateOf(path: string): string {
  const file = look(path);
  return file === undefined ? "-" : `${file.ino} ${file.size} ${file.mtimeMs} ${file.ctimeMs}`;
}

function changeOf(path: string): number {
  const file = look(path);
  if (file !== undefined) return Math.max(file.mtimeMs, file.ctimeMs);
  // What is not there may have been there: its folder has been changed then.
  return look(dirname(path))?.mtimeMs ?? 0;
}

/** Undefined when there is no such file, or nobody may look at it. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}
