import { outputFormats, type OutputFormat } from "../output/output-choice.ts";
import type { OptionDescription } from "./option.ts";

/** What the options of every command say. */
export interface GlobalValues {
  readonly profile: string | undefined;
  readonly region: string | undefined;
  readonly endpointUrl: string | undefined;
  readonly instanceArn: string | undefined;
  readonly identityStoreId: string | undefined;
  readonly output: OutputFormat | undefined;
  readonly json: boolean;
  readonly query: string | undefined;
  readonly noCache: boolean;
  readonly maxAge: number | undefined;
  readonly showAge: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
}

/** The options that every command has. */
export const globalOptions: Readonly<Record<keyof GlobalValues | "help" | "version", OptionDescription>> = {
  profile: {
    kind: "text",
    short: "p",
    value: "NAME",
    summary: "The profile, of the configuration or of AWS; default: AWSIDEMAN_PROFILE, AWS_PROFILE",
  },
  region: {
    kind: "text",
    short: "r",
    value: "REGION",
    summary: "The region of Identity Center; default: AWS_REGION, or the profile's",
  },
  endpointUrl: {
    kind: "text",
    value: "URL",
    summary: "Ask this instead of AWS; default: AWS_ENDPOINT_URL, or the profile's",
  },
  instanceArn: {
    kind: "text",
    value: "ARN",
    summary: "The instance, where there is more than one; default: AWSIDEMAN_INSTANCE_ARN, or the profile's",
  },
  identityStoreId: {
    kind: "text",
    value: "ID",
    summary: "The same, by its identity store; default: AWSIDEMAN_IDENTITY_STORE_ID, or the profile's",
  },
  output: {
    kind: "choice",
    short: "o",
    value: "FORMAT",
    choices: outputFormats,
    summary: "How to print; default: AWSIDEMAN_OUTPUT, or table",
  },
  json: { kind: "flag", summary: "The same as --output json" },
  query: {
    kind: "text",
    value: "EXPRESSION",
    summary: "Print what this JMESPath expression takes of the JSON",
  },
  noCache: { kind: "flag", summary: "Ask AWS, and keep what it says; the same as --max-age 0" },
  maxAge: { kind: "duration", value: "AGE", summary: "Ask AWS for what is older: 30s, 5m, 1h" },
  showAge: { kind: "flag", summary: "Tell on stderr how old the answer is, and how often AWS was asked" },
  verbose: { kind: "flag", short: "v", summary: "Tell on stderr what the cache does, and an error's causes" },
  quiet: { kind: "flag", short: "q", summary: "On stderr, only what went wrong" },
  help: { kind: "flag", short: "h", summary: "Print help" },
  version: { kind: "flag", summary: "Print the version" },
};
