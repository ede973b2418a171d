import { defineCommand, type Command } from "./command-line/command.ts";
import {
  account,
  accountChoice,
  change,
  permissionSet,
  principal,
  principalType,
  removal,
  severalAccounts,
  wait,
} from "./command-line/common-options.ts";
import { entryCommands, ruleOptions } from "./commands/cache/entry-commands.ts";
import { completionCommands } from "./commands/completion/completion-commands.ts";
import { configCommands } from "./commands/config/config-commands.ts";
import { accessReviewCommands } from "./commands/access-review/access-review-commands.ts";
import { groupCommands } from "./commands/group/group-commands.ts";
import { permissionSetCommands } from "./commands/permission-set/permission-set-commands.ts";
import { profileCommands } from "./commands/profile/profile-commands.ts";
import { ssoCommands } from "./commands/sso/sso-commands.ts";
import { orgCommands } from "./commands/org/org-commands.ts";
import { userCommands } from "./commands/user/user-commands.ts";

/** Every command there is. Nothing of a command is loaded but for its row here. */
export const commandTable: readonly Command[] = [
  ...userCommands,
  ...groupCommands,
  ...permissionSetCommands,
  defineCommand({
    name: "assignment list",
    summary: "List who has what, and where",
    example: "--account 111122223333",
    details: [
      "Without an option: everything, in AWS's fewest calls, which are some for each permission set and each account it is in.",
      "Of an account: everybody's. Of a user: its own and those of its groups, which AWS tells the organisation's management account only.",
    ],
    options: {
      account: {
        kind: "text",
        short: "a",
        value: "ACCOUNT",
        rule: account.rule,
        summary: "In this account: ID, or name",
      },
      permissionSet: { kind: "text", value: "NAME", summary: "Of this permission set: name, ARN or ps-…" },
      principal: { kind: "text", value: "NAME", summary: "Of this user or group: name or ID" },
      principalType,
    },
    load: async () => (await import("./commands/assignment/list.ts")).listAssignments,
  }),
  defineCommand({
    name: "assignment assign",
    summary: "Give a principal a permission set in an account",
    example: "ReadOnlyAccess alice 111122223333 --wait",
    details: [severalAccounts],
    arguments: { permissionSet, principal, account: { ...account, optional: true } },
    options: { ...accountChoice, principalType, wait, ...change },
    load: async () => (await import("./commands/assignment/assign.ts")).assign,
  }),
  defineCommand({
    name: "assignment revoke",
    summary: "Take a permission set in an account away from a principal",
    example: "ReadOnlyAccess Engineers 111122223333 --yes",
    details: ["It asks first.", severalAccounts],
    arguments: { permissionSet, principal, account: { ...account, optional: true } },
    options: { ...accountChoice, principalType, wait, ...removal },
    load: async () => (await import("./commands/assignment/revoke.ts")).revoke,
  }),
  defineCommand({
    name: "assignment status",
    summary: "Show what became of a request to assign or revoke",
    example: "4f0c1f0e-6d5b-4a39-8e27-160594837261",
    arguments: {
      requestId: {
        summary: "As assign and revoke have printed it",
        rule: { pattern: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, meaning: "an ID of a request" },
      },
    },
    load: async () => (await import("./commands/assignment/status.ts")).showRequestStatus,
  }),
  ...accessReviewCommands,
  ...orgCommands,
  defineCommand({
    name: "cache status",
    summary: "Show what the cache holds and what it has saved",
    example: "--detailed",
    options: {
      detailed: { kind: "flag", summary: "Show every counter, and each operation's" },
      recentEntries: { kind: "count", value: "N", minimum: 1, summary: "Show the N newest entries" },
      watch: { kind: "flag", summary: "Show it every two seconds, until interrupted" },
    },
    load: async () => (await import("./commands/cache/status.ts")).showCacheStatus,
  }),
  ...entryCommands,
  defineCommand({
    name: "cache clear",
    summary: "Forget what is cached, every profile's",
    example: "'user:list:*'",
    details: [
      'A pattern is a key or the beginning of one, with * for any characters: "user:list:*", "group:*:ID".',
      "Without one, everything goes that was cached from AWS, or from the endpoint in use.",
      "It always concerns every profile: --profile says only which endpoint is in use. At a terminal, --all asks first.",
    ],
    arguments: { pattern: { optional: true, summary: "What to forget; default: everything" } },
    options: {
      resource: {
        kind: "text",
        value: "KIND",
        summary: "All that tells of users, say: user, group, account, …",
      },
      all: { kind: "flag", summary: "Everything, also what came from other endpoints" },
      dryRun: { kind: "flag", summary: "Only say how many entries that are" },
      yes: { kind: "flag", short: "y", summary: "Do not ask" },
      force: { kind: "flag", short: "f", summary: "The same" },
    },
    load: async () => (await import("./commands/cache/clear.ts")).clearCache,
  }),
  defineCommand({
    name: "cache warm",
    summary: "Load what is likely to be read",
    example: "users groups",
    details: [
      "What is cached already is not asked for, but with --no-cache, or where it is older than --max-age.",
      "Everybody else's calls go first, and who interrupts it keeps what was loaded. Ends with 6 if something is left.",
      "Nothing but this is ever asked: it takes no other commands.",
    ],
    arguments: {
      what: {
        optional: true,
        several: true,
        choices: ["users", "groups", "memberships", "permission-sets", "assignments"],
        summary: "users, groups, memberships, permission-sets, assignments; default: all",
      },
    },
    options: {
      budget: { kind: "count", value: "N", minimum: 1, summary: "Make N calls at most" },
      rate: { kind: "count", value: "N", minimum: 1, summary: "Make N calls a second at most" },
    },
    load: async () => (await import("./commands/cache/warm.ts")).warm,
  }),
  defineCommand({
    name: "cache invalidate",
    summary: "Forget what a change made elsewhere concerns",
    example: "add-member group",
    details: [
      "An operation on a resource is such as: delete user ID, add-member group ID, create assignment.",
      "The events are those of EventBridge: of the identity store, or of CloudTrail. One, an array, or one on each line.",
      "What is no event is told, and the others are applied.",
      "Provisioning (SCIM) does not say in which store: with --identity-store-id, less is forgotten.",
    ],
    arguments: {
      operation: { optional: true, summary: "What was done: create, update, delete, add-member, …" },
      resource: { optional: true, summary: "To what: user, group, permission_set, assignment, account" },
      id: { optional: true, summary: "Its ID; default: all of them" },
    },
    options: {
      fromEvent: { kind: "text", value: "FILE", summary: "Where events are instead; - for stdin" },
      dryRun: { kind: "flag", summary: "Only say what would be dropped" },
      ...ruleOptions,
    },
    load: async () => (await import("./commands/cache/invalidate.ts")).invalidate,
  }),
  defineCommand({
    name: "cache migrate",
    summary: "Take over what the predecessor has cached",
    example: "--dry-run",
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
    name: "cache cleanup",
    summary: "Remove what has expired or was invalidated, and give its space back",
    example: "",
    details: ["That happens by itself, too, a little at a time."],
    load: async () => (await import("./commands/cache/cleanup.ts")).cleanUpCache,
  }),
  defineCommand({
    name: "cache check",
    summary: "Look whether all that is kept is whole",
    example: "",
    options: {
      repair: { kind: "flag", summary: "Remove what is damaged, and begin anew where that is not enough" },
    },
    load: async () => (await import("./commands/cache/check.ts")).checkCache,
  }),
  defineCommand({
    name: "cache export",
    summary: "Write what is cached to a file, a line of JSON for each entry",
    example: "- 'user:*'",
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
    example: "status",
    details: [
      "rotate puts a new key into the key file, in front of the old one, with which what is there can still be read.",
      "When every process has read the file again, rotate --drop-old removes the old one.",
    ],
    arguments: {
      action: {
        choices: ["status", "rotate"],
        summary: "status or rotate",
      },
    },
    options: {
      dropOld: { kind: "flag", summary: "Keep nothing but the key in use" },
      dryRun: { kind: "flag", summary: "Change nothing" },
    },
    load: async () => (await import("./commands/cache/encryption.ts")).manageEncryption,
  }),
  defineCommand({
    name: "cache follow-queue",
    summary: "Do that for every event that arrives in a queue",
    example: "https://sqs.us-east-1.amazonaws.com/111122223333/changes",
    details: [
      "Runs until it is interrupted. Prints what it forgets; with --json, a line of JSON for each event; no other format, and no --query.",
      "The queue, and what fills it, is made by the CloudFormation template in @awsideman/aws-client.",
    ],
    arguments: { queueUrl: { summary: "The queue: its URL" } },
    load: async () => (await import("./commands/cache/follow-queue.ts")).followChanges,
  }),
  ...profileCommands,
  ...configCommands,
  ...ssoCommands,
  ...completionCommands,
];
