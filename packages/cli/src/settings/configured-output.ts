import type { GlobalValues } from "../command-line/global-options.ts";
import type { Configuration } from "../config/configuration.ts";
import { settings } from "../config/setting-table.ts";
import { chooseOutput, type OutputChoice } from "../output/output-choice.ts";

/**
 * How results are printed, also where the configuration cannot be used: then as the line and the environment say.
 * @throws CliError when options contradict each other, or it is to be what there is not
 */
export function chooseConfiguredOutput(
  globals: GlobalValues,
  configuration: Pick<Configuration, "get" | "sources">,
): OutputChoice {
  if (globals.output !== undefined || globals.json) return chooseOutput(globals, {});
  return chooseOutput(globals, { AWSIDEMAN_OUTPUT: configuration.get(settings.output).value });
}
