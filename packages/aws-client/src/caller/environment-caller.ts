import { identityOf, variablesThatCount } from "./environment-identity.ts";
import { fingerprint } from "./fingerprint.ts";
import { SharedFiles, type Variables } from "./shared-files.ts";

/** Milliseconds since 1970, by the clock that also dates files. */
const processStart = Date.now() - process.uptime() * 1000;

export interface EnvironmentCallerOptions {
  /** The profile that the client is made with. Default: `AWS_PROFILE`, or else the default profile. */
  readonly profile?: string | undefined;
  /** Default: `process.env`. */
  readonly variables?: Variables;
  /** Default: those of the environment. */
  readonly files?: SharedFiles;
}

/**
 * Returns a name for whoever a client is that finds its credentials by itself: one that is made without `credentials`. It
 * tells apart all that the SDK would look at, environment variables and shared files, and what profiles are based on;
 * it asks nobody and loads nothing. Where the settings only say whom to ask (a program, a person who has signed in, the
 * machine's own role), the name is that of this user on this machine.
 *
 * What is called returns the name at the moment. It stays the same as long as environment and files do. The SDK reads them once
 * in the life of a process, and nobody can tell whether that was before or after a change: from a change on, it is a name
 * that nobody else has. Files that have been changed since the process began make it a name of this process alone.
 * @throws TypeError for a profile that is no string
 * @example
 * const caller = environmentCaller({ profile });
 * const client = createCachedClient(new Identitystore({ profile }), { cache, caller });
 */
export function environmentCaller(options: EnvironmentCallerOptions = {}): () => string {
  const { profile, variables = process.env, files = new SharedFiles(variables) } = options;
  if (profile !== undefined && typeof profile !== "string")
    throw new TypeError(`\`profile\` must be a string, received ${typeof profile}`);
  const before = variablesThatCount(variables);
  const identity = identityOf(profile, variables, files);
  const life = files.changedAt < processStart ? [] : [process.pid, processStart];
  const shownName =
    profile ?? (variables["AWS_PROFILE"] || (variables["AWS_ACCESS_KEY_ID"] ? "key" : "default"));
  const nameOf = (...parts: readonly unknown[]): string =>
    `${shownName}-${fingerprint(JSON.stringify([identity, ...parts]))}`;
  let name = nameOf(...life);
  let changed = false;
  return () => {
    if (!changed && (files.hasChanged() || variablesThatCount(variables) !== before)) {
      changed = true;
      name = nameOf(crypto.randomUUID());
    }
    return name;
  };
}
