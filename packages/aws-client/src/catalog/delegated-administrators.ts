import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type DelegatedAdministratorCommand =
  | "DeregisterDelegatedAdministrator"
  | "DisableAWSServiceAccess"
  | "EnableAWSServiceAccess"
  | "ListAWSServiceAccessForOrganization"
  | "ListDelegatedAdministrators"
  | "ListDelegatedServicesForAccount"
  | "RegisterDelegatedAdministrator";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/ */
export const delegatedAdministrators: Rows<"organizations", DelegatedAdministratorCommand> = {
  ListDelegatedAdministrators: {
    kind: "read",
    key: { resource: "delegated_administrator", operation: "list" },
    lifetime: "structure",
    tags: () => [tag.delegatedAdministrators],
    outputTags: ({ DelegatedAdministrators }) =>
      (DelegatedAdministrators ?? []).flatMap(({ Id }) => [tag.accountDetails(Id), tag.account(Id)]),
    pageTags: () => [tag.accountPages],
  },
  ListDelegatedServicesForAccount: {
    kind: "read",
    key: { resource: "delegated_administrator", operation: "services", identifier: ["AccountId"] },
    lifetime: "structure",
    tags: ({ AccountId }) => [tag.delegatedAdministrators, tag.account(AccountId)],
  },
  ListAWSServiceAccessForOrganization: {
    kind: "read",
    key: { resource: "organization", operation: "service_access" },
    lifetime: "structure",
    tags: () => [tag.serviceAccess],
  },
  RegisterDelegatedAdministrator: { kind: "write", stale: () => [tag.delegatedAdministrators] },
  DeregisterDelegatedAdministrator: { kind: "write", stale: () => [tag.delegatedAdministrators] },
  EnableAWSServiceAccess: { kind: "write", stale: () => [tag.serviceAccess] },
  // A service that may not act any more has no administrators either.
  DisableAWSServiceAccess: {
    kind: "write",
    stale: () => [tag.serviceAccess, tag.delegatedAdministrators],
  },
};
