import { delegatedAdministrators } from "./delegated-administrators.ts";
import { handshakes } from "./handshakes.ts";
import { organization } from "./organization.ts";
import { organizationAccounts } from "./organization-accounts.ts";
import { organizationPolicies } from "./organization-policies.ts";
import { organizationTags } from "./organization-tags.ts";
import { organizationalUnits } from "./organizational-units.ts";
import { responsibilityTransfers } from "./responsibility-transfers.ts";
import type { Rows } from "./row.ts";
import type { CommandName } from "./sdk-commands.ts";

/** Every command of `@aws-sdk/client-organizations`: one that is missing, or that the SDK does not have, does not compile. */
export const organizationsCatalog: Rows<"organizations", CommandName<"organizations">> = {
  ...delegatedAdministrators,
  ...handshakes,
  ...organization,
  ...organizationAccounts,
  ...organizationPolicies,
  ...organizationTags,
  ...organizationalUnits,
  ...responsibilityTransfers,
};
