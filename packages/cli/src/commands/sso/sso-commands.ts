import { defineCommand, type Command } from "../../command-line/command.ts";
import { configurationChange } from "../../command-line/common-options.ts";

export const ssoCommands: readonly Command[] = [
  defineCommand({
    name: "sso list",
    summary: "List the instances of Identity Center that there are in the region",
    example: "",
    load: async () => (await import("./list.ts")).listInstances,
  }),
  defineCommand({
    name: "sso set",
    summary: "Write into the configuration which instance is used",
    example: "",
    details: ["Into the profile in use, or for all where there is none. AWS is asked whether there is one."],
    arguments: {
      instance: { optional: true, summary: "Its ARN or the ID of its store; default: the only one" },
    },
    options: {
      displayName: { kind: "text", value: "NAME", summary: "What people call the instance" },
      ...configurationChange,
    },
    load: async () => (await import("./set.ts")).setInstance,
  }),
];
