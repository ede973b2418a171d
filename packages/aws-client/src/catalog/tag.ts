import { createCacheKey } from "@awsideman/cache-core";

/*
 * The names that answers depend on and that writes invalidate. Each says what is true of the answers that carry it.
 * A missing part is a TypeError: an answer that cannot be found again by a write must not be cached, and a write that
 * cannot say what it touches has to invalidate everything.
 */

type Part = string | undefined;

/** Everything in the namespace. */
export const everything = "*";

// Identity store.

/** Lists users of the store. */
export const users = (store: Part): string => name("users", store);
/** Holds attributes of the user, or was found by one. */
export const user = (id: Part): string => name("user", identifier(id));
/** Finds a user of the store by an attribute. */
export const userLookups = (store: Part): string => name("alt-user", store);
/** Lists groups of the store. */
export const groups = (store: Part): string => name("groups", store);
/** Holds attributes of the group, or was found by one. */
export const group = (id: Part): string => name("group", identifier(id));
/** Finds a group of the store by an attribute. */
export const groupLookups = (store: Part): string => name("alt-group", store);

/** Says that a user, a group or a membership is not in the store. */
export const absences = (store: Part): string => name("absences", store);

/** Tells of memberships in the store. */
export const memberships = (store: Part): string => name("memberships", store);
/** Is a page of a list of memberships in the store. */
export const membershipPages = (store: Part): string => name("membership-pages", store);
/** Tells of this membership alone. */
export const membership = (id: Part): string => name("membership", identifier(id));
/** Lists the members of the group. */
export const groupMembers = (id: Part): string => name("group-members", identifier(id));
/** Tells in which groups the user is. */
export const member = (id: Part): string => name("member", identifier(id));
/** Tells whether this user is in this group. */
export const groupMember = (groupId: Part, userId: Part): string =>
  name("group-member", identifier(groupId), identifier(userId));

// Who has access to what.

/** Names the user or group, in the question or in a row of the answer. Goes when it is deleted. */
export const principal = (id: Part): string => name("principal", identifier(id));
/** Is a page of a list of assignments, of any kind: what its rows name is not among its tags. */
export const assignmentPages = "assignment-pages";
/** Lists what some user may use; so it depends on the groups that the user is in, and on what these may use. */
export const assignmentsOfUsers = "assignments-of-users";
/** Lists the accounts that the user or group may use. */
export const accountAssignmentsOf = (id: Part): string => name("account-assignments-of", identifier(id));
/** Lists the accounts that some user of the instance may use. */
export const accountAssignmentsOfUsers = (instance: Part): string =>
  name("account-assignments-of-users", instance);
/** Lists who may use the account with the permission set. */
export const accountAssignments = (account: Part, permissionSetArn: Part): string =>
  name("account-assignments", account, permissionSetArn);
/** Names the account, in the question or in a row of the answer. Goes when the account is closed or leaves. */
export const account = (id: Part): string => name("account", id);

// Permission sets.

/** Lists the permission sets of the instance. */
export const permissionSets = (instance: Part): string => name("permission-sets", instance);
/** Names the permission set, in the question or in a row of the answer. Goes when it is deleted. */
export const permissionSet = (arn: Part): string => name("permission-set", arn);
/** Holds attributes of the permission set. */
export const permissionSetDetails = (arn: Part): string => name("permission-set-details", arn);
export const inlinePolicy = (arn: Part): string => name("inline-policy", arn);
export const permissionsBoundary = (arn: Part): string => name("permissions-boundary", arn);
export const managedPolicies = (arn: Part): string => name("managed-policies", arn);
export const customerManagedPolicies = (arn: Part): string => name("customer-managed-policies", arn);
/** Tells where permission sets of the instance are provisioned, or in which version. */
export const provisioned = (instance: Part): string => name("provisioned", instance);
/** Lists what is provisioned to some account of the instance. */
export const provisionedInAccounts = (instance: Part): string => name("provisioned-in-accounts", instance);
/** Lists what is provisioned to the account. */
export const provisionedInAccount = (id: Part): string => name("provisioned-in-account", id);
/** Lists the accounts that the permission set is provisioned to. */
export const provisionedPermissionSet = (arn: Part): string => name("provisioned-permission-set", arn);

// Instances.

/** Lists instances. */
export const instances = "instances";
/** Holds attributes of the instance, among them its state and its regions. */
export const instanceDetails = (instance: Part): string => name("instance-details", instance);
/** Lists the regions of the instance. */
export const regions = (instance: Part): string => name("regions", instance);
export const region = (instance: Part, regionName: Part): string => name("region", instance, regionName);
export const accessControlAttributes = (instance: Part): string =>
  name("access-control-attributes", instance);
/** Holds the tags, in the sense of AWS, of the resource. */
export const resourceTags = (arn: Part): string => name("tags", arn);

// Organizations. An answer does not say of which organisation it is: what has no identifier is said of all of them.

/** Holds attributes of the organisation. */
export const organization = "organization-details";
/** Lists the roots, with the types of policies that are enabled there. */
export const organizationRoots = "organization-roots";
/** Lists accounts of the whole organisation. */
export const organizationAccounts = "organization-accounts";
/** Holds attributes of the account, or says where it is. */
export const accountDetails = (id: Part): string => name("account-details", id);
/** Is a page of a list of accounts: what its rows name is not among its tags. */
export const accountPages = "account-pages";
/** Lists the accounts that are directly in the root or unit. */
export const accountsIn = (parent: Part): string => name("accounts-in", parent);
/** Lists the accounts that are directly in some root or unit. */
export const accountsInParents = "accounts-in-parents";
/** Lists the units that are directly in the root or unit. */
export const organizationalUnitsIn = (parent: Part): string => name("organizational-units-in", parent);
/** Names the root, the unit or the account, in the question or in a row of the answer. Goes with its name or when it is deleted. */
export const organizationNode = (id: Part): string =>
  id !== undefined && /^\d{12}$/.test(id) ? account(id) : name("organization-node", id);
/** Is a page of a list of units: what its rows name is not among its tags. */
export const organizationalUnitPages = "organizational-unit-pages";
/** Tells which root or unit the account or unit is in. */
export const parentOf = (child: Part): string => name("parent-of", child);
/** Lists the policies of the organisation. */
export const policies = "policies";
/** Holds attributes of the policy, its name for one. */
export const policy = (id: Part): string => name("policy", id);
/** Is a page of a list of policies: what its rows name is not among its tags. */
export const policyPages = "policy-pages";
/** Lists the policies that are attached to the root, unit or account. */
export const policiesOf = (target: Part): string => name("policies-of", target);
/** Lists what some policy is attached to, or what is attached to something. */
export const policyAttachments = "policy-attachments";
/** Lists what the policy is attached to. */
export const targetsOf = (policyId: Part): string => name("targets-of", policyId);
/** Lists what some policy is attached to. */
export const policyTargets = "policy-targets";
/** Holds the policy of the organisation as a resource. */
export const organizationResourcePolicy = "organization-resource-policy";
/** Tells who administers the organisation for which service. */
export const delegatedAdministrators = "delegated-administrators";
/** Lists the services that may act in the organisation. */
export const serviceAccess = "service-access";
/** Lists handshakes. */
export const handshakes = "handshakes";
export const handshake = (id: Part): string => name("handshake", id);
/** Tells of a transfer of responsibility. */
export const responsibilityTransfers = "responsibility-transfers";
/** Holds the tags, in the sense of AWS, of the root, unit, account or policy. */
export const organizationTags = (id: Part): string => name("organization-tags", id);

// Applications.

/** Lists the applications of an instance, given by the ARN of anything in it. */
export const applications = (arn: Part): string => name("applications", instanceOf(arn));
/** Names the application, in the question or in a row of the answer. Goes when it is deleted. */
export const application = (arn: Part): string => name("application", arn);
/** Holds attributes of the application. */
export const applicationDetails = (arn: Part): string => name("application-details", arn);
export const applicationAssignmentConfiguration = (arn: Part): string =>
  name("application-assignment-configuration", arn);
export const applicationSessionConfiguration = (arn: Part): string =>
  name("application-session-configuration", arn);
export const applicationAccessScopes = (arn: Part): string => name("application-access-scopes", arn);
export const applicationAccessScope = (arn: Part, scope: Part): string =>
  name("application-access-scope", arn, scope);
export const applicationAuthenticationMethods = (arn: Part): string =>
  name("application-authentication-methods", arn);
export const applicationAuthenticationMethod = (arn: Part, type: Part): string =>
  name("application-authentication-method", arn, type);
export const applicationGrants = (arn: Part): string => name("application-grants", arn);
export const applicationGrant = (arn: Part, type: Part): string => name("application-grant", arn, type);
/** Is a page of a list of grants: the token issuers in it are not among its tags. */
export const applicationGrantPages = "application-grant-pages";
/** Lists who may use the application. */
export const applicationAssignments = (arn: Part): string => name("application-assignments", arn);
/** Tells whether this user or group may use this application. */
export const applicationAssignment = (arn: Part, principalId: Part): string =>
  name("application-assignment", arn, identifier(principalId));
/** Lists the applications that the user or group may use. */
export const applicationAssignmentsOf = (id: Part): string =>
  name("application-assignments-of", identifier(id));
/** Lists the applications that some user of an instance may use; the instance is given by the ARN of anything in it. */
export const applicationAssignmentsOfUsers = (arn: Part): string =>
  name("application-assignments-of-users", instanceOf(arn));

// Trusted token issuers.

/** Lists the token issuers of an instance, given by the ARN of anything in it. */
export const trustedTokenIssuers = (arn: Part): string => name("trusted-token-issuers", instanceOf(arn));
export const trustedTokenIssuer = (arn: Part): string => name("trusted-token-issuer", arn);
/** Holds a grant that names the token issuer. */
export const trustedTokenIssuerGrants = (arn: Part): string => name("trusted-token-issuer-grants", arn);

/**
 * Returns what `create` makes of the ARN, or `fallback` when the ARN does not tell its instance: the ARNs of
 * applications and token issuers are documented, but not promised, to name it.
 */
export function orWhole(create: (arn: Part) => string, arn: Part, fallback: string): string {
  return arn !== undefined && instancePattern.test(arn) ? create(arn) : fallback;
}

const instancePattern = /(?:^|[:/])(ssoins-[^:/]+)/;

/** `ssoins-…` of `arn:aws:sso:::instance/ssoins-…` and of `arn:aws:sso::<account>:application/ssoins-…/apl-…`. */
function instanceOf(arn: Part): Part {
  return arn === undefined ? undefined : instancePattern.exec(arn)?.[1];
}

/** The services take the hexadecimal digits of these in either case (model: `[A-Fa-f0-9]{8}-…`). */
function identifier(id: Part): Part {
  return typeof id === "string" ? id.toLowerCase() : undefined;
}

function name(kind: string, ...parts: readonly Part[]): string {
  for (const part of parts) {
    if (typeof part !== "string" || part === "") throw new TypeError(`The tag ${kind} needs all its parts`);
  }
  return createCacheKey(kind, ...(parts as readonly string[]));
}
