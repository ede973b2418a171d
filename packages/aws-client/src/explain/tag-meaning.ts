import { parseCacheKey } from "@awsideman/cache-core";
import { everything } from "../catalog/tag.ts";

/**
 * What is true of the answers that carry a tag, by its first segment. `$1` and `$2` stand for the others. A test holds it
 * against the catalogue.
 */
export const meanings: Readonly<Record<string, string>> = {
  users: "lists users of the store $1",
  user: "holds attributes of the user $1, or was found by one",
  "alt-user": "finds a user of the store $1 by an attribute",
  groups: "lists groups of the store $1",
  group: "holds attributes of the group $1, or was found by one",
  "alt-group": "finds a group of the store $1 by an attribute",
  absences: "says that a user, a group or a membership is not in the store $1",
  memberships: "tells of memberships in the store $1",
  "membership-pages": "is a page of a list of memberships in the store $1",
  membership: "tells of the membership $1",
  "group-members": "lists the members of the group $1",
  member: "tells in which groups the user $1 is",
  "group-member": "tells whether the user $2 is in the group $1",
  principal: "names the user or group $1",
  "assignment-pages": "is a page of a list of assignments",
  "assignments-of-users": "lists what some user may use, also through groups",
  "account-assignments-of": "lists the accounts that the user or group $1 may use",
  "account-assignments-of-users": "lists the accounts that some user of the instance $1 may use",
  "account-assignments": "lists who may use the account $1 with the permission set $2",
  account: "names the account $1",
  "permission-sets": "lists the permission sets of the instance $1",
  "permission-set": "names the permission set $1",
  "permission-set-details": "holds attributes of the permission set $1",
  "inline-policy": "holds the inline policy of the permission set $1",
  "permissions-boundary": "holds the permissions boundary of the permission set $1",
  "managed-policies": "lists the AWS managed policies of the permission set $1",
  "customer-managed-policies": "lists the customer managed policies of the permission set $1",
  provisioned: "tells where permission sets of the instance $1 are provisioned, or in which version",
  "provisioned-in-accounts": "lists what is provisioned to some account of the instance $1",
  "provisioned-in-account": "lists what is provisioned to the account $1",
  "provisioned-permission-set": "lists the accounts that the permission set $1 is provisioned to",
  instances: "lists instances",
  "instance-details": "holds attributes of the instance $1",
  regions: "lists the regions of the instance $1",
  region: "holds attributes of the region $2 of the instance $1",
  "access-control-attributes": "holds the attributes for access control of the instance $1",
  tags: "holds the tags of $1",
  "organization-details": "holds attributes of the organisation",
  "organization-roots": "lists the roots of the organisation",
  "organization-accounts": "lists accounts of the whole organisation",
  "account-details": "holds attributes of the account $1, or says where it is",
  "account-pages": "is a page of a list of accounts",
  "accounts-in": "lists accounts in $1",
  "accounts-in-parents": "lists accounts in some part of the organisation",
  "organizational-units-in": "lists organizational units in $1",
  "organization-node": "names the root or organizational unit $1",
  "organizational-unit-pages": "is a page of a list of organizational units",
  "parent-of": "says what $1 is in",
  policies: "lists policies of the organisation",
  policy: "holds attributes of the policy $1",
  "policy-pages": "is a page of a list of policies",
  "policies-of": "lists policies that are attached to $1",
  "policy-attachments": "lists what is attached to some part of the organisation",
  "targets-of": "lists what the policy $1 is attached to",
  "policy-targets": "lists what some policy is attached to",
  "organization-resource-policy": "holds the resource policy of the organisation",
  "delegated-administrators": "tells of delegated administrators",
  "service-access": "lists the services that have access to the organisation",
  handshakes: "lists handshakes",
  handshake: "holds the handshake $1",
  "responsibility-transfers": "tells of transfers of responsibility",
  "organization-tags": "holds the tags of $1",
  applications: "lists the applications of the instance $1",
  application: "names the application $1",
  "application-details": "holds attributes of the application $1",
  "application-assignment-configuration": "holds how the application $1 is assigned",
  "application-session-configuration": "holds how sessions of the application $1 are configured",
  "application-access-scopes": "lists the access scopes of the application $1",
  "application-access-scope": "holds the access scope $2 of the application $1",
  "application-authentication-methods": "lists the authentication methods of the application $1",
  "application-authentication-method": "holds the authentication method $2 of the application $1",
  "application-grants": "lists the grants of the application $1",
  "application-grant": "holds the grant $2 of the application $1",
  "application-grant-pages": "is a page of a list of grants",
  "application-assignments": "lists who may use the application $1",
  "application-assignment": "tells whether the user or group $2 may use the application $1",
  "application-assignments-of": "lists the applications that the user or group $1 may use",
  "application-assignments-of-users": "lists the applications that some user of the instance $1 may use",
  "trusted-token-issuers": "lists the trusted token issuers of the instance $1",
  "trusted-token-issuer": "holds attributes of the trusted token issuer $1",
  "trusted-token-issuer-grants": "holds a grant that names the trusted token issuer $1",
};

/** Says what is true of the answers that carry a tag: `lists users of the store d-1`. */
export function tagMeaning(tag: string): string {
  if (tag === everything) return "is anything in the namespace";
  const [kind = "", ...parts] = parseCacheKey(tag).segments;
  const meaning = Object.hasOwn(meanings, kind) ? meanings[kind] : undefined;
  // Some kinds are resources of keys, too: `user:list` is the beginning of one.
  if (meaning === undefined || isPrefix(kind, parts)) return `has a key that begins with ${tag}`;
  return meaning.replace(/\$(\d)/g, (_, place: string) => parts[Number(place) - 1] ?? "");
}

function isPrefix(kind: string, parts: readonly string[]): boolean {
  return parts[0] === "list" || (kind === "group" && parts[0] === "members");
}
