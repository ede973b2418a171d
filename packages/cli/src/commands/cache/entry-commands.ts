import { defineCommand, type Command } from "../../command-line/command.ts";

const accountRule = { pattern: /^\d{12}$/, meaning: "an account ID of 12 digits" } as const;

/** What an operation on a resource may be about besides the resource. */
export const ruleOptions = {
  affectedUser: { kind: "texts", value: "ID", summary: "A user whose membership changes; may be repeated" },
  account: { kind: "text", value: "ID", rule: accountRule, summary: "The account of an assignment" },
  principal: { kind: "text", value: "ID", summary: "The user or group of an assignment: its ID" },
  principalType: {
    kind: "choice",
    value: "TYPE",
    choices: ["USER", "GROUP"],
    summary: "What the principal is",
  },
} as const;

/** The commands about single entries. */
export const entryCommands: readonly Command[] = [
  defineCommand({
    name: "cache list",
    summary: "List what is cached",
    example: "'user:*'",
    details: [
      'A pattern is a key or the beginning of one, with * for any characters: "user:list:*", "group:*:ID".',
    ],
    arguments: { pattern: { optional: true, summary: "Which entries; default: all of the endpoint in use" } },
    options: {
      limit: { kind: "count", short: "l", value: "N", minimum: 1, summary: "Print the first N only" },
      all: { kind: "flag", summary: "Also what came from other endpoints" },
    },
    load: async () => (await import("./list.ts")).listCacheEntries,
  }),
  defineCommand({
    name: "cache inspect",
    summary: "Show one entry: which call it answers, since when, for how long",
    example: "user:list",
    details: ["Enough of the key is the beginning of it that no other key has."],
    arguments: { key: { summary: "Its key, as cache list prints it" } },
    options: {
      value: { kind: "flag", summary: "With the answer: names, addresses, who has access to what" },
    },
    load: async () => (await import("./inspect.ts")).inspectEntry,
  }),
  defineCommand({
    name: "cache explain",
    summary: "Say why something is answered from the cache or not, or what a write drops",
    example: "delete user",
    details: [
      "A key: what is there, whether it would be served now, and if not, why not. The beginning that no other key has is enough.",
      "A command of AWS with its --input: the same for its answer; for one that writes, what it would drop and why.",
      "An operation on a resource, such as delete user ID: what cache invalidate would drop. Nothing is changed.",
    ],
    arguments: {
      what: { summary: "A key, a command of AWS, or an operation" },
      resource: { optional: true, summary: "What the operation is on: user, group, permission_set, …" },
      id: { optional: true, summary: "Its ID; default: all of them" },
    },
    options: {
      input: { kind: "text", short: "i", value: "JSON", summary: "What the command of AWS is given" },
      service: {
        kind: "choice",
        value: "NAME",
        choices: ["identitystore", "sso-admin", "organizations"],
        summary: "Whose command it is, where two have it",
      },
      limit: { kind: "count", short: "l", value: "N", minimum: 1, summary: "Name N entries; default: 20" },
      ...ruleOptions,
    },
    load: async () => (await import("./explain.ts")).explain,
  }),
  defineCommand({
    name: "cache audit",
    summary: "Ask AWS again for some of what is cached, and count what differs",
    example: "--share 10%",
    details: [
      "What was changed past the cache, in the console or by provisioning, is found so, and dropped.",
      "Takes what is cached for the profile in use, at random, and waits for the quota after everybody else.",
    ],
    options: {
      share: {
        kind: "text",
        value: "SHARE",
        summary: "How much of it: 0.1 or 10%; default: all, but see --limit",
      },
      limit: {
        kind: "count",
        short: "l",
        value: "N",
        minimum: 1,
        summary: "Ask for about N entries at most; default: 100 without --share",
      },
    },
    load: async () => (await import("./audit.ts")).auditEntries,
  }),
];
