import { defineCommand, type Command } from "../../command-line/command.ts";
import { configurationChange, removal } from "../../command-line/common-options.ts";

const name = { summary: "The profile" } as const;
const awsProfile = {
  kind: "text",
  value: "NAME",
  summary: "The AWS profile whose credentials it uses; default: the one of its own name",
} as const;
const displayName = { kind: "text", value: "NAME", summary: "What people call the instance" } as const;
const setDefault = { kind: "flag", summary: "Use it where no other is named" } as const;
const given = "--region, --instance-arn and --identity-store-id say what it is to have.";

export const profileCommands: readonly Command[] = [
  defineCommand({
    name: "profile list",
    summary: "List the profiles of the configuration and of AWS's files",
    example: "",
    load: async () => (await import("./list.ts")).listProfiles,
  }),
  defineCommand({
    name: "profile show",
    summary: "Show what a profile says",
    example: "work",
    arguments: { name: { ...name, optional: true, summary: "The profile; default: the one in use" } },
    load: async () => (await import("./show.ts")).showProfile,
  }),
  defineCommand({
    name: "profile add",
    summary: "Add a profile to the configuration",
    example: "audit --region eu-west-1",
    details: [given],
    arguments: { name },
    options: { awsProfile, displayName, default: setDefault, ...configurationChange },
    load: async () => (await import("./add.ts")).addProfile,
  }),
  defineCommand({
    name: "profile update",
    summary: "Change a profile of the configuration",
    example: "work --region eu-west-1",
    details: [`${given} What is not named stays; "awsideman config unset" takes it away.`],
    arguments: { name },
    options: { awsProfile, displayName, default: setDefault, ...configurationChange },
    load: async () => (await import("./update.ts")).updateProfile,
  }),
  defineCommand({
    name: "profile remove",
    summary: "Remove a profile from the configuration",
    example: "work --yes",
    details: ["AWS's files stay as they are, and so does what is cached."],
    arguments: { name },
    options: { ...removal, ...configurationChange },
    load: async () => (await import("./remove.ts")).removeProfile,
  }),
  defineCommand({
    name: "profile set-default",
    summary: "Use a profile where no other is named",
    example: "work",
    arguments: { name: { summary: "A profile of the configuration, or of AWS's files" } },
    options: configurationChange,
    load: async () => (await import("./set-default.ts")).setDefaultProfile,
  }),
];
