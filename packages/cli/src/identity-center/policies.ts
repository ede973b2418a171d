import type { CommandOutput } from "@awsideman/aws-client";
import type { IdentityCenter } from "./identity-center.ts";
import { orUndefined } from "./not-found.ts";

type Managed = NonNullable<
  CommandOutput<"sso-admin", "ListManagedPoliciesInPermissionSet">["AttachedManagedPolicies"]
>;
type References = NonNullable<
  CommandOutput<
    "sso-admin",
    "ListCustomerManagedPolicyReferencesInPermissionSet"
  >["CustomerManagedPolicyReferences"]
>;

/** What a permission set allows, named as AWS names it. */
export interface Policies {
  readonly AttachedManagedPolicies: Managed;
  readonly CustomerManagedPolicyReferences: References;
  /** JSON; undefined when there is none. */
  readonly InlinePolicy: string | undefined;
  readonly PermissionsBoundary:
    | CommandOutput<"sso-admin", "GetPermissionsBoundaryForPermissionSet">["PermissionsBoundary"]
    | undefined;
}

/** Reads all four kinds of policies of a permission set. */
export async function listPolicies(
  { ssoAdmin, instance }: IdentityCenter,
  PermissionSetArn: string,
): Promise<Policies> {
  const { InstanceArn } = await instance();
  const input = { InstanceArn, PermissionSetArn };
  const managed = async (): Promise<Managed> => {
    const policies: Managed = [];
    for await (const page of ssoAdmin.paginate("ListManagedPoliciesInPermissionSet", input)) {
      policies.push(...(page.AttachedManagedPolicies ?? []));
    }
    return policies;
  };
  const references = async (): Promise<References> => {
    const policies: References = [];
    for await (const page of ssoAdmin.paginate("ListCustomerManagedPolicyReferencesInPermissionSet", input)) {
      policies.push(...(page.CustomerManagedPolicyReferences ?? []));
    }
    return policies;
  };
  const [AttachedManagedPolicies, CustomerManagedPolicyReferences, inline, boundary] = await Promise.all([
    managed(),
    references(),
    ssoAdmin.call("GetInlinePolicyForPermissionSet", input),
    // AWS says "not found" where a permission set has none.
    orUndefined(ssoAdmin.call("GetPermissionsBoundaryForPermissionSet", input)),
  ]);
  return {
    AttachedManagedPolicies,
    CustomerManagedPolicyReferences,
    InlinePolicy: inline.InlinePolicy || undefined,
    PermissionsBoundary: boundary?.PermissionsBoundary,
  };
}
