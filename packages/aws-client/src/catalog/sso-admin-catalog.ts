import { accountAssignments } from "./account-assignments.ts";
import { applicationAccessScopes } from "./application-access-scopes.ts";
import { applicationAssignments } from "./application-assignments.ts";
import { applicationAuthenticationMethods } from "./application-authentication-methods.ts";
import { applicationGrants } from "./application-grants.ts";
import { applicationProviders } from "./application-providers.ts";
import { applications } from "./applications.ts";
import { instances } from "./instances.ts";
import { permissionSetPolicies } from "./permission-set-policies.ts";
import { permissionSets } from "./permission-sets.ts";
import { provisioning } from "./provisioning.ts";
import { regions } from "./regions.ts";
import type { Rows } from "./row.ts";
import type { CommandName } from "./sdk-commands.ts";
import { tags } from "./tags.ts";
import { trustedTokenIssuers } from "./trusted-token-issuers.ts";

/** Every command of `@aws-sdk/client-sso-admin`: one that is missing, or that the SDK does not have, does not compile. */
export const ssoAdminCatalog: Rows<"sso-admin", CommandName<"sso-admin">> = {
  ...accountAssignments,
  ...applicationAccessScopes,
  ...applicationAssignments,
  ...applicationAuthenticationMethods,
  ...applicationGrants,
  ...applicationProviders,
  ...applications,
  ...instances,
  ...permissionSetPolicies,
  ...permissionSets,
  ...provisioning,
  ...regions,
  ...tags,
  ...trustedTokenIssuers,
};
