import { defineCommand, type Command } from "../../command-line/command.ts";
import { configurationChange } from "../../command-line/common-options.ts";
import { settingLines } from "../../config/setting-lines.ts";

const setting = { summary: "Its name, such as cache.default_ttl" } as const;
const names = settingLines();

export const configCommands: readonly Command[] = [
  defineCommand({
    name: "config show",
    summary: "Show every setting and what it is",
    example: "--origin",
    details: [
      "What counts is what is nearest: the option, the environment, the profile, the rest of the file, the default.",
      "Secrets are not shown.",
    ],
    options: { origin: { kind: "flag", summary: "Show who has said it, and whom that overrules" } },
    load: async () => (await import("./show.ts")).showConfig,
  }),
  defineCommand({
    name: "config path",
    summary: "Show which file the configuration is",
    example: "",
    details: ["AWSIDEMAN_CONFIG names another one."],
    load: async () => (await import("./path.ts")).showConfigPath,
  }),
  defineCommand({
    name: "config get",
    summary: "Show what one setting is, and nothing else",
    example: "cache.default_ttl",
    details: [names],
    arguments: { setting },
    load: async () => (await import("./get.ts")).getSetting,
  }),
  defineCommand({
    name: "config set",
    summary: "Write a setting into the configuration",
    example: "cache.default_ttl 300",
    details: ["With --profile, into that profile. Comments and order stay.", names],
    arguments: { setting, value: { summary: "What it is to be" } },
    options: configurationChange,
    load: async () => (await import("./set.ts")).setSetting,
  }),
  defineCommand({
    name: "config unset",
    summary: "Take a setting out of the configuration",
    example: "cache.default_ttl",
    details: ["With --profile, out of that profile."],
    arguments: { setting },
    options: configurationChange,
    load: async () => (await import("./unset.ts")).unsetSetting,
  }),
  defineCommand({
    name: "config validate",
    summary: "Show what is wrong with the configuration and the environment",
    example: "",
    details: ["Ends with 2 if a command would fail because of it. What has no meaning is a warning."],
    load: async () => (await import("./validate.ts")).validateConfig,
  }),
];
