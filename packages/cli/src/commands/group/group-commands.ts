import { defineCommand, type Command } from "../../command-line/command.ts";
import {
  caseSensitive,
  change,
  filter,
  group,
  limit,
  pattern,
  removal,
  user,
} from "../../command-line/common-options.ts";

const name = { kind: "text", short: "n", value: "NAME", summary: "The name" } as const;
const description = {
  kind: "text",
  short: "d",
  value: "TEXT",
  summary: "What it is for",
} as const;

export const groupCommands: readonly Command[] = [
  defineCommand({
    name: "group list",
    summary: "List all groups",
    example: "--output csv",
    details: ["Attributes to filter by: DisplayName, Description, GroupId."],
    options: { filter, limit },
    load: async () => (await import("./list.ts")).listGroups,
  }),
  defineCommand({
    name: "group find",
    summary: "List the groups that have this in their name or description",
    example: "eng",
    arguments: { pattern },
    options: { caseSensitive, limit },
    load: async () => (await import("./find.ts")).findGroups,
  }),
  defineCommand({
    name: "group get",
    summary: "Show a group",
    example: "Engineers",
    arguments: { group },
    load: async () => (await import("./get.ts")).getGroup,
  }),
  defineCommand({
    name: "group create",
    summary: "Create a group",
    example: "--name Auditors --description 'May read everything'",
    options: { name: { ...name, required: true }, description, ...change },
    load: async () => (await import("./create.ts")).createGroup,
  }),
  defineCommand({
    name: "group update",
    summary: "Change the name or the description of a group",
    example: "Engineers --description 'Who builds it'",
    details: ["What is not named stays as it is."],
    arguments: { group },
    options: {
      name,
      description: { ...description, mayBeEmpty: true, summary: `${description.summary}; '' for nothing` },
      ...change,
    },
    load: async () => (await import("./update.ts")).updateGroup,
  }),
  defineCommand({
    name: "group delete",
    summary: "Delete a group",
    example: "Engineers --yes",
    details: ["It asks first. AWS keeps the group's account assignments: revoke them before."],
    arguments: { group },
    options: removal,
    load: async () => (await import("./delete.ts")).deleteGroup,
  }),
  defineCommand({
    name: "group list-members",
    summary: "List the members of a group",
    example: "Engineers",
    arguments: { group },
    load: async () => (await import("./list-members.ts")).listMembers,
  }),
  defineCommand({
    name: "group add-member",
    summary: "Add a user to a group",
    example: "Engineers bob",
    arguments: { group, user },
    options: change,
    load: async () => (await import("./add-member.ts")).addMember,
  }),
  defineCommand({
    name: "group remove-member",
    summary: "Remove a user from a group",
    example: "Engineers alice --yes",
    details: ["It asks first."],
    arguments: { group, user },
    options: removal,
    load: async () => (await import("./remove-member.ts")).removeMember,
  }),
];
