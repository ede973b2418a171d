import { defineCommand, type Command } from "../../command-line/command.ts";
import {
  caseSensitive,
  change,
  filter,
  limit,
  pattern,
  permissionSet,
  removal,
  wait,
} from "../../command-line/common-options.ts";

const attributes = {
  description: { kind: "text", value: "TEXT", summary: "What it is for" },
  sessionDuration: {
    kind: "text",
    value: "TIME",
    summary: "How long a session lasts: 1h to 12h, 90m, PT8H",
  },
  relayState: { kind: "text", value: "URL", summary: "Where a session in the console begins" },
} as const;
const policy = { kind: "texts", value: "POLICY" } as const;
const policies = "ARN, or the name of one of AWS's own; may be repeated";

export const permissionSetCommands: readonly Command[] = [
  defineCommand({
    name: "permission-set list",
    summary: "List all permission sets",
    example: "--json",
    details: ["Attributes to filter by: Name, Description, SessionDuration, PermissionSetArn."],
    options: { filter, limit },
    load: async () => (await import("./list.ts")).listPermissionSets,
  }),
  defineCommand({
    name: "permission-set find",
    summary: "List the permission sets that have this in their name or description",
    example: "read",
    arguments: { pattern },
    options: { caseSensitive, limit },
    load: async () => (await import("./find.ts")).findPermissionSets,
  }),
  defineCommand({
    name: "permission-set get",
    summary: "Show a permission set and its policies",
    example: "ReadOnlyAccess",
    arguments: { permissionSet },
    load: async () => (await import("./get.ts")).getPermissionSet,
  }),
  defineCommand({
    name: "permission-set create",
    summary: "Create a permission set",
    example: "--name Audit --session-duration 4h --managed-policy SecurityAudit",
    options: {
      name: { kind: "text", short: "n", value: "NAME", required: true, summary: "The name" },
      ...attributes,
      managedPolicy: { ...policy, summary: `Attach this: ${policies}` },
      ...change,
    },
    load: async () => (await import("./create.ts")).createPermissionSet,
  }),
  defineCommand({
    name: "permission-set update",
    summary: "Change a permission set and its managed policies",
    example: "ReadOnlyAccess --session-duration 4h --provision",
    details: [
      "What is not named stays as it is. Accounts that have it keep it as it was until it is provisioned: it asks, at a terminal.",
    ],
    arguments: { permissionSet },
    options: {
      ...attributes,
      addManagedPolicy: { ...policy, summary: `Attach this: ${policies}` },
      removeManagedPolicy: { ...policy, summary: `Detach this: ${policies}` },
      provision: { kind: "flag", summary: "Bring it to the accounts that have it, without asking" },
      wait: { ...wait, summary: "Wait until that has succeeded or failed" },
      ...change,
    },
    load: async () => (await import("./update.ts")).updatePermissionSet,
  }),
  defineCommand({
    name: "permission-set delete",
    summary: "Delete a permission set",
    example: "ReadOnlyAccess --dry-run",
    details: ["It asks first. AWS refuses while somebody has it: revoke that before."],
    arguments: { permissionSet },
    options: removal,
    load: async () => (await import("./delete.ts")).deletePermissionSet,
  }),
];
