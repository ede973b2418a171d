/*
 * Arguments and options that more than one command has, so that the same thing is called the same everywhere.
 */

export const user = { summary: "The user: name, e-mail address or ID" } as const;
export const group = { summary: "The group: name or ID" } as const;
export const permissionSet = { summary: "The permission set: name, ARN or ps-…" } as const;
export const principal = { summary: "The user or group: name or ID" } as const;
export const account = {
  summary: "The account: its ID, or its name where Organizations may be asked",
  // A number of another length is a mistake, and no name.
  rule: { pattern: /^\d{12}$|\D/, meaning: "an account ID of 12 digits, or a name" },
} as const;
/** In place of an account: several. */
export const accountChoice = {
  accounts: {
    kind: "texts",
    value: "ACCOUNT,…",
    summary: "In these: IDs or names, with commas; may be repeated",
  },
  ou: { kind: "text", value: "UNIT", summary: "In all below this unit: its name or ID" },
  accountPattern: { kind: "text", value: "PATTERN", summary: "In those whose name or ID matches; * and ?" },
} as const;
export const severalAccounts =
  "In several accounts at once: --accounts, --ou, --account-pattern. It waits for each, and ends with 6 if some fail.";
export const pattern = {
  summary: "A part of a name, or all of one with * for any characters and ? for one",
} as const;

export const limit = {
  kind: "count",
  short: "l",
  value: "N",
  minimum: 1,
  summary: "Print the first N only",
} as const;
export const filter = {
  kind: "texts",
  short: "f",
  value: "ATTRIBUTE=VALUE",
  summary: "Print only those; * and ? stand for characters; may be repeated",
} as const;
export const caseSensitive = {
  kind: "flag",
  short: "c",
  summary: "Tell capitals from small letters",
} as const;
export const principalType = {
  kind: "choice",
  value: "TYPE",
  choices: ["USER", "GROUP"],
  summary: "Which one, where both have the name",
} as const;
export const wait = {
  kind: "flag",
  short: "w",
  summary: "Wait until it has succeeded or failed",
} as const;

/** What every command has that changes something. */
export const change = {
  dryRun: {
    kind: "flag",
    summary: "Show what would be sent, and what of the cache that makes stale; send nothing",
  },
} as const;
/** The same of one that changes the configuration. */
export const configurationChange = {
  dryRun: { kind: "flag", summary: "Show what would be written; write nothing" },
} as const;
/** What every command has that takes something away. */
export const removal = {
  ...change,
  yes: { kind: "flag", short: "y", summary: "Do not ask; needed where there is nobody to ask" },
  force: { kind: "flag", short: "f", summary: "The same" },
} as const;
