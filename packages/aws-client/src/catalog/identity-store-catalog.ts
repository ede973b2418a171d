import { groups } from "./groups.ts";
import { memberships } from "./memberships.ts";
import type { Rows } from "./row.ts";
import type { CommandName } from "./sdk-commands.ts";
import { users } from "./users.ts";

/** Every command of `@aws-sdk/client-identitystore`: one that is missing, or that the SDK does not have, does not compile. */
export const identityStoreCatalog: Rows<"identitystore", CommandName<"identitystore">> = {
  ...users,
  ...groups,
  ...memberships,
};
