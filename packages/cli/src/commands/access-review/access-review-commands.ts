import { defineCommand, type Command } from "../../command-line/command.ts";
import { account, permissionSet, principal, principalType } from "../../command-line/common-options.ts";

const groups = {
  kind: "flag",
  summary: "Show groups as they are, without their members",
} as const;

export const accessReviewCommands: readonly Command[] = [
  defineCommand({
    name: "access-review principal",
    summary: "Show what a user or group may use, and through which groups",
    example: "alice",
    details: ["One that is deleted is known by its ID only."],
    arguments: { principal },
    options: { principalType },
    load: async () => (await import("./principal.ts")).reviewPrincipal,
  }),
  defineCommand({
    name: "access-review account",
    summary: "Show who may use an account, and through which groups",
    example: "111122223333",
    arguments: { account },
    options: { groups },
    load: async () => (await import("./account.ts")).reviewAccount,
  }),
  defineCommand({
    name: "access-review permission-set",
    summary: "Show who has a permission set, where, and through which groups",
    example: "ReadOnlyAccess",
    arguments: { permissionSet },
    options: { groups },
    load: async () => (await import("./permission-set.ts")).reviewPermissionSet,
  }),
];
