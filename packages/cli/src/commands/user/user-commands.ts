import { defineCommand, type Command } from "../../command-line/command.ts";
import {
  caseSensitive,
  change,
  filter,
  limit,
  pattern,
  removal,
  user,
} from "../../command-line/common-options.ts";

const displayName = { kind: "text", short: "n", value: "NAME", summary: "The name that is shown" } as const;
const email = { kind: "text", short: "e", value: "ADDRESS", summary: "The primary e-mail address" } as const;
const attributes =
  "Attributes to filter by: UserName, DisplayName, Email, GivenName, FamilyName, Title, UserType, UserStatus, UserId.";

export const userCommands: readonly Command[] = [
  defineCommand({
    name: "user list",
    summary: "List all users",
    example: "--query 'Users[].UserName' --output text",
    details: [attributes],
    options: { filter, limit },
    load: async () => (await import("./list.ts")).listUsers,
  }),
  defineCommand({
    name: "user find",
    summary: "List the users that have this in a name or in an address",
    example: "alice",
    arguments: { pattern },
    options: { caseSensitive, limit },
    load: async () => (await import("./find.ts")).findUsers,
  }),
  defineCommand({
    name: "user get",
    summary: "Show a user and the groups that it is in",
    example: "alice",
    arguments: { user },
    load: async () => (await import("./get.ts")).getUser,
  }),
  defineCommand({
    name: "user create",
    summary: "Create a user",
    example: "--username carol --given-name Carol --family-name Brown --email carol@example.com",
    options: {
      username: {
        kind: "text",
        short: "u",
        value: "NAME",
        required: true,
        summary: "The name to sign in with",
      },
      givenName: { kind: "text", short: "f", value: "NAME", required: true, summary: "The given name" },
      familyName: { kind: "text", short: "l", value: "NAME", required: true, summary: "The family name" },
      displayName: { ...displayName, summary: "The name that is shown; default: given and family name" },
      email,
      ...change,
    },
    load: async () => (await import("./create.ts")).createUser,
  }),
  defineCommand({
    name: "user update",
    summary: "Change attributes of a user",
    example: "alice --display-name 'Alice Brown'",
    details: ["What is not named stays as it is."],
    arguments: { user },
    options: {
      username: { kind: "text", short: "u", value: "NAME", summary: "The name to sign in with" },
      givenName: { kind: "text", short: "f", value: "NAME", summary: "The given name" },
      familyName: { kind: "text", short: "l", value: "NAME", summary: "The family name" },
      displayName,
      email: { ...email, mayBeEmpty: true, summary: `${email.summary}; '' for none` },
      ...change,
    },
    load: async () => (await import("./update.ts")).updateUser,
  }),
  defineCommand({
    name: "user delete",
    summary: "Delete a user",
    example: "alice --yes",
    details: ["It asks first. AWS keeps the user's account assignments: revoke them before."],
    arguments: { user },
    options: removal,
    load: async () => (await import("./delete.ts")).deleteUser,
  }),
];
