import type { OptionDescription } from "./option.ts";

/** What the options of every command say. */
export interface GlobalValues {
  readonly profile: string | undefined;
  readonly region: string | undefined;
  readonly endpointUrl: string | undefined;
  readonly instanceArn: string | undefined;
  readonly identityStoreId: string | undefined;
  readonly json: boolean;
  readonly noCache: boolean;
  readonly verbose: boolean;
}

/** The options that every command has. */
export const globalOptions: Readonly<Record<keyof GlobalValues | "help" | "version", OptionDescription>> = {
  profile: { kind: "text", short: "p", value: "NAME", summary: "The AWS profile; default: AWS_PROFILE" },
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
  instanceArn: { kind: "text", value: "ARN", summary: "The instance, where there is more than one" },
  identityStoreId: { kind: "text", value: "ID", summary: "The same, by its identity store" },
  json: { kind: "flag", summary: "Print JSON" },
  noCache: { kind: "flag", summary: "Read from AWS and store nothing; writes invalidate all the same" },
  verbose: { kind: "flag", short: "v", summary: "Tell on stderr what the cache does, and an error's causes" },
  help: { kind: "flag", short: "h", summary: "Print help" },
  version: { kind: "flag", summary: "Print the version" },
};
