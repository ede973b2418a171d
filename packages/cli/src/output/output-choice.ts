import { usageError } from "../errors/cli-error.ts";
import type { Variables } from "../settings/variables.ts";

/** How results can be printed. */
export const outputFormats = ["table", "json", "yaml", "csv", "text"] as const;

export type OutputFormat = (typeof outputFormats)[number];

/** How results are to be printed, and what of them. */
export interface OutputChoice {
  readonly format: OutputFormat;
  /** A JMESPath expression: what of the result is printed. */
  readonly query: string | undefined;
}

/**
 * The options come before the environment.
 * @throws CliError when they contradict each other, or the environment asks for what there is not
 */
export function chooseOutput(
  options: {
    readonly output: OutputFormat | undefined;
    readonly json: boolean;
    readonly query: string | undefined;
  },
  variables: Variables,
): OutputChoice {
  const { output, json, query } = options;
  if (json && output !== undefined && output !== "json") {
    throw usageError(`--json and --output ${output} exclude each other`);
  }
  return { format: output ?? (json ? "json" : fromEnvironment(variables)), query };
}

function fromEnvironment(variables: Variables): OutputFormat {
  const wanted = variables["AWSIDEMAN_OUTPUT"] || "table";
  const format = outputFormats.find((one) => one === wanted.toLowerCase());
  if (format !== undefined) return format;
  throw usageError(
    `AWSIDEMAN_OUTPUT must be ${outputFormats.join(", ")}, received ${JSON.stringify(wanted)}`,
  );
}
