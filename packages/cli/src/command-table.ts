import { defineCommand, type Command } from "./command-line/command.ts";

const user = { summary: "The user: name, e-mail address or ID" } as const;
const group = { summary: "The group: name or ID" } as const;
const permissionSet = { summary: "The permission set: name, ARN or ps-…" } as const;
const principal = { summary: "The user or group: name or ID" } as const;
const accountRule = { pattern: /^\d{12}$/, meaning: "an account ID of 12 digits" } as const;
const account = { summary: "The account: its ID", rule: accountRule } as const;

const limit = {
  kind: "count",
  short: "l",
  value: "N",
  minimum: 1,
  summary: "Print the first N only",
} as const;
const principalType = {
  kind: "choice",
  value: "TYPE",
  choices: ["USER", "GROUP"],
  summary: "Which one, where both have the name",
} as const;
const wait = { kind: "flag", short: "w", summary: "Wait until it has succeeded or failed" } as const;
const displayName = { kind: "text", short: "n", value: "NAME", summary: "The name that is shown" } as const;
const email = { kind: "text", short: "e", value: "ADDRESS", summary: "The primary e-mail address" } as const;

/** Every command there is. Nothing of a command is loaded but for its row here. */
export const commandTable: readonly Command[] = [
  defineCommand({
    name: "user list",
    summary: "List all users",
    options: { limit },
    load: async () => (await import("./commands/user/list.ts")).listUsers,
  }),
  defineCommand({
    name: "user get",
    summary: "Show a user and the groups that it is in",
    arguments: { user },
    load: async () => (await import("./commands/user/get.ts")).getUser,
  }),
  defineCommand({
    name: "user create",
    summary: "Create a user",
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
    },
    load: async () => (await import("./commands/user/create.ts")).createUser,
  }),
  defineCommand({
    name: "user update",
    summary: "Change attributes of a user",
    details: ["What is not named stays as it is."],
    arguments: { user },
    options: {
      username: { kind: "text", short: "u", value: "NAME", summary: "The name to sign in with" },
      givenName: { kind: "text", short: "f", value: "NAME", summary: "The given name" },
      familyName: { kind: "text", short: "l", value: "NAME", summary: "The family name" },
      displayName,
      email,
    },
    load: async () => (await import("./commands/user/update.ts")).updateUser,
  }),
  defineCommand({
    name: "user delete",
    summary: "Delete a user",
      watch: { kind: "flag", summary: "Show it every two seconds, until interrupted" },
    details: ["At a terminal it asks first. AWS keeps the user's account assignments: revoke them before."],
    arguments: { user },
    options: { force: { kind: "flag", short: "f", summary: "Do not ask" } },
    load: async () => (await import("./commands/user/delete.ts")).deleteUser,
  }),
  defineCommand({
    name: "group list",
    summary: "List all groups",
    options: { limit },
    load: async () => (await import("./commands/group/list.ts")).listGroups,
  }),
  defineCommand({
    name: "group get",
    summary: "Show a group",
    arguments: { group },
    load: async () => (await import("./commands/group/get.ts")).getGroup,
  }),
  defineCommand({
    name: "group list-members",
    summary: "List the members of a group",
    arguments: { group },
    load: async () => (await import("./commands/group/list-members.ts")).listMembers,
  }),
  defineCommand({
    name: "group add-member",
    summary: "Add a user to a group",
    arguments: { group, user },
    load: async () => (await import("./commands/group/add-member.ts")).addMember,
  }),
  defineCommand({
    name: "group remove-member",
    summary: "Remove a user from a group",
    arguments: { group, user },
    load: async () => (await import("./commands/group/remove-member.ts")).removeMember,
  }),
  defineCommand({
    name: "permission-set list",
    summary: "List all permission sets",
    load: async () => (await import("./commands/permission-set/list.ts")).listPermissionSets,
  }),
  defineCommand({
    name: "permission-set get",
    summary: "Show a permission set and its policies",
    arguments: { permissionSet },
    load: async () => (await import("./commands/permission-set/get.ts")).getPermissionSet,
  defineCommand({
    name: "cache cleanup",
    summary: "Remove what has expired or was invalidated, and give its space back",
    details: ["That happens by itself, too, a little at a time."],
    load: async () => (await import("./commands/cache/cleanup.ts")).cleanUpCache,
  }),
  defineCommand({
    name: "cache check",
    summary: "Look whether all that is kept is whole",
    options: {
      repair: { kind: "flag", summary: "Remove what is damaged, and begin anew where that is not enough" },
    },
    load: async () => (await import("./commands/cache/check.ts")).checkCache,
  }),
  defineCommand({
    name: "cache export",
    summary: "Write what is cached to a file, a line of JSON for each entry",
    details: [
      "Without values it says what is there, since when and for how long. The file is readable by its user alone.",
    ],
    arguments: {
      file: { summary: "A file that is not there yet; - for stdout" },
      pattern: { optional: true, summary: "Which entries; default: all" },
    },
    options: {
      values: { kind: "flag", summary: "With the answers: names, addresses, who has access to what" },
    },
    load: async () => (await import("./commands/cache/export.ts")).exportCache,
  }),
  defineCommand({
    name: "cache encryption",
    summary: "Show whether the cache is encrypted, or change its key",
    details: [
      "rotate puts a new key into the key file, in front of the old one, with which what is there can still be read.",
      "When every process has read the file again, rotate --drop-old removes the old one.",
    ],
    arguments: {
      action: {
        summary: "status or rotate",
        rule: { pattern: /^(?:status|rotate)$/, meaning: "status or rotate" },
      },
    },
    options: {
      dropOld: { kind: "flag", summary: "Keep nothing but the key in use" },
      dryRun: { kind: "flag", summary: "Change nothing" },
    },
    load: async () => (await import("./commands/cache/encryption.ts")).manageEncryption,
  }),
  }),
  defineCommand({
    name: "assignment list",
    summary: "List who has what, and where",
    details: [
      "Without an option: everything, in AWS's fewest calls, which are some for each permission set and each account it is in.",
      "Of an account: everybody's. Of a user: its own and those of its groups, which AWS tells the organisation's management account only.",
    ],
    options: {
      account: { kind: "text", short: "a", value: "ID", rule: accountRule, summary: "In this account" },
      permissionSet: { kind: "text", value: "NAME", summary: "Of this permission set: name, ARN or ps-…" },
      principal: { kind: "text", value: "NAME", summary: "Of this user or group: name or ID" },
      principalType,
    },
    load: async () => (await import("./commands/assignment/list.ts")).listAssignments,
  }),
  defineCommand({
    name: "assignment assign",
    summary: "Give a principal a permission set in an account",
    arguments: { permissionSet, principal, account },
    options: { principalType, wait },
    load: async () => (await import("./commands/assignment/assign.ts")).assign,
  }),
  defineCommand({
    name: "assignment revoke",
    summary: "Take it away",
    arguments: { permissionSet, principal, account },
    options: { principalType, wait },
    load: async () => (await import("./commands/assignment/revoke.ts")).revoke,
  }),
  defineCommand({
    name: "assignment status",
    summary: "Show what became of a request to assign or revoke",
    arguments: { requestId: { summary: "As assign and revoke have printed it" } },
    load: async () => (await import("./commands/assignment/status.ts")).showRequestStatus,
  }),
  defineCommand({
    name: "cache status",
    summary: "Show what the cache holds and what it has saved",
    options: {
      detailed: { kind: "flag", summary: "Show every counter, and each operation's" },
      recentEntries: { kind: "count", value: "N", minimum: 1, summary: "Show the N newest entries" },
    },
    load: async () => (await import("./commands/cache/status.ts")).showCacheStatus,
  }),
  defineCommand({
    name: "cache clear",
    summary: "Forget what is cached, every profile's",
    details: [
      'A pattern is a key or the beginning of one, with * for any characters: "user:list:*", "group:*:ID".',
      "Without one, everything goes that was cached from AWS, or from the endpoint in use.",
    ],
    arguments: { pattern: { optional: true, summary: "What to forget; default: everything" } },
    options: {
      all: { kind: "flag", summary: "Everything, also what came from other endpoints" },
      force: { kind: "flag", short: "f", summary: "Changes nothing: it never asks" },
    },
    load: async () => (await import("./commands/cache/clear.ts")).clearCache,
  }),
  defineCommand({
    name: "cache invalidate",
    summary: "Forget what changes made elsewhere concern",
    details: [
      "The events are those of EventBridge: of the identity store, or of CloudTrail. One, an array, or one on each line.",
      "What is no event is told, and the others are applied.",
      "Provisioning (SCIM) does not say in which store: with --identity-store-id, less is forgotten.",
    ],
    options: {
      fromEvent: {
        kind: "text",
        value: "FILE",
        required: true,
        summary: "Where the events are; - for stdin",
      },
    },
    load: async () => (await import("./commands/cache/invalidate.ts")).invalidateFromEvents,
  }),
  defineCommand({
    name: "cache migrate",
    summary: "Take over what the predecessor has cached",
    details: [
      "Its files are read and stay as they are. What can be taken over are accounts, their parents and the root; of all else it says why not.",
      "It can be run again, and undone.",
    ],
    options: {
      from: { kind: "text", value: "FOLDER", summary: "Where its cache is; default: ~/.awsideman/cache" },
      dryRun: { kind: "flag", summary: "Only say what would be taken over" },
      undo: { kind: "flag", summary: "Drop what was taken over" },
    },
    load: async () => (await import("./commands/cache/migrate.ts")).migrate,
  }),
  defineCommand({
    name: "cache follow-queue",
    summary: "Do that for every event that arrives in a queue",
    details: [
      "Runs until it is interrupted. Prints what it forgets; with --json, a line of JSON for each event.",
      "The queue, and what fills it, is made by the CloudFormation template in @awsideman/aws-client.",
    ],
    arguments: { queueUrl: { summary: "The queue: its URL" } },
    load: async () => (await import("./commands/cache/follow-queue.ts")).followChanges,
  }),
];
