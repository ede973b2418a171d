import type { GlobalValues } from "../command-line/global-options.ts";
import { findConfig, hostOf, type ConfigPlace } from "../config/config-place.ts";
import { openConfiguration, type Configuration } from "../config/configuration.ts";
import { chooseOutput, type OutputChoice } from "../output/output-choice.ts";
import { chooseConfiguredOutput } from "./configured-output.ts";
import { resolveSettings, type Settings } from "./settings.ts";
import type { Variables } from "./variables.ts";

/** What counts for one command. */
export interface OpenedSettings {
  readonly globals: GlobalValues;
  readonly variables: Variables;
  /** Where the configuration is, or would be. */
  readonly place: ConfigPlace;
  /** Known also where the rest is not. */
  readonly output: OutputChoice;
  /** @throws CliError when the file cannot be read or understood */
  readonly configuration: () => Configuration;
  /** @throws CliError when anything in it is not what it must be */
  readonly settings: () => Settings;
}

/**
 * Reads the configuration. What is wrong with it is thrown where somebody wants to know what it says: who wants to put it
 * right does not.
 * @throws CliError when nobody can say how to print
 */
export async function openSettings(globals: GlobalValues, variables: Variables): Promise<OpenedSettings> {
  const place = findConfig(hostOf(variables));
  const read = await attempt(() => openConfiguration(globals, variables, place));
  let resolved: (() => Settings) | undefined;
  return {
    globals,
    variables,
    place,
    output: chooseOutputAnyway(globals, variables, read),
    configuration: read,
    settings: () => (resolved ??= memoised(() => resolveSettings(globals, read())))(),
  };
}

function chooseOutputAnyway(
  globals: GlobalValues,
  variables: Variables,
  read: () => Configuration,
): OutputChoice {
  try {
    return chooseConfiguredOutput(globals, read());
  } catch {
    // The option and the environment are looked at again, and are wrong again if it is they that are.
    return chooseOutput(globals, variables);
  }
}

async function attempt<Value>(action: () => Promise<Value>): Promise<() => Value> {
  try {
    const value = await action();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function memoised<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
