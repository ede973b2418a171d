import { defineCommand, type Command } from "../../command-line/command.ts";
import { account } from "../../command-line/common-options.ts";

export const orgCommands: readonly Command[] = [
  defineCommand({
    name: "org tree",
    summary: "Show the organisation: its units, and the accounts in them",
    example: "",
    options: { flat: { kind: "flag", summary: "A row for each, and no branches" } },
    load: async () => (await import("./tree.ts")).showTree,
  }),
  defineCommand({
    name: "org account",
    summary: "Show an account, where it is, and its tags",
    example: "111122223333",
    arguments: { account },
    load: async () => (await import("./account.ts")).showAccount,
  }),
  defineCommand({
    name: "org search",
    summary: "List the accounts that have this in their name, address or ID",
    example: "prod",
    arguments: { query: { summary: "A part of it, or all of it with * for any characters" } },
    options: {
      ou: { kind: "text", value: "NAME", summary: "In this unit and in those in it: name or ID" },
      tag: {
        kind: "texts",
        value: "KEY=VALUE",
        summary: "With this tag; KEY alone for any value; may be repeated",
      },
    },
    load: async () => (await import("./search.ts")).searchAccounts,
  }),
  defineCommand({
    name: "org trace-policies",
    summary: "List the policies that apply to an account, from the root down to it",
    example: "111122223333",
    arguments: { account },
    load: async () => (await import("./trace-policies.ts")).tracePolicies,
  }),
];
