import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { CliError } from "../errors/cli-error.ts";
import { parseIni, type IniSection } from "./ini-file.ts";
import type { Variables } from "./variables.ts";

/** AWS's shared files, read when they are first needed. */
export class SharedFiles {
  readonly configPath: string;
  readonly credentialsPath: string;
  #config: ReadonlyMap<string, IniSection> | undefined;
  #credentials: ReadonlyMap<string, IniSection> | undefined;

  constructor(variables: Variables) {
    const folder = join(variables["HOME"] || variables["USERPROFILE"] || homedir(), ".aws");
    this.configPath = variables["AWS_CONFIG_FILE"] || join(folder, "config");
    this.credentialsPath = variables["AWS_SHARED_CREDENTIALS_FILE"] || join(folder, "credentials");
  }

  /** The settings of a profile, those of the credentials file last; undefined when neither file has it. */
  profile(name: string): IniSection | undefined {
    const configured =
      this.section(`profile ${name}`) ?? (name === "default" ? this.section("default") : undefined);
    const credentials = (this.#credentials ??= read(this.credentialsPath)).get(name);
    if (configured === undefined && credentials === undefined) return undefined;
    return new Map([...(configured ?? []), ...(credentials ?? [])]);
  }

  /** A section of the config file: `sso-session x`, `services x`. */
  section(name: string): IniSection | undefined {
    return (this.#config ??= read(this.configPath)).get(name);
  }

  profileNames(): readonly string[] {
    const names = new Set<string>();
    for (const name of (this.#config ??= read(this.configPath)).keys()) {
      if (name === "default") names.add(name);
      else if (name.startsWith("profile ")) names.add(name.slice("profile ".length));
    }
    for (const name of (this.#credentials ??= read(this.credentialsPath)).keys()) names.add(name);
    return [...names].sort();
  }
}

function read(path: string): ReadonlyMap<string, IniSection> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Neither file has to be there.
    if (code === "ENOENT" || code === "ENOTDIR") return new Map();
    throw new CliError(`${path} cannot be read (${code})`, { cause: error });
  }
  return parseIni(text);
}
