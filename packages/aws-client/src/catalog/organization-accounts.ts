import { operationName, progressOf } from "./operation.ts";
import type { Progress, Rows } from "./row.ts";
import * as tag from "./tag.ts";

type OrganizationAccountCommand =
  | "CloseAccount"
  | "CreateAccount"
  | "CreateGovCloudAccount"
  | "DescribeAccount"
  | "DescribeCreateAccountStatus"
  | "ListAccounts"
  | "ListAccountsForParent"
  | "ListCreateAccountStatus"
  | "MoveAccount"
  | "RemoveAccountFromOrganization";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html */
export const organizationAccounts: Rows<"organizations", OrganizationAccountCommand> = {
  DescribeAccount: {
    kind: "read",
    key: { resource: "account", operation: "describe", identifier: ["AccountId"] },
    lifetime: "structure",
    tags: ({ AccountId }) => [tag.accountDetails(AccountId), tag.account(AccountId)],
    stable: ({ Account }) => isSettled(Account),
  },
  ListAccounts: {
    kind: "read",
    key: { resource: "account", operation: "list" },
    lifetime: "structure",
    tags: () => [tag.organizationAccounts],
    outputTags: ({ Accounts }) => (Accounts ?? []).flatMap(namesOf),
    pageTags: () => [tag.accountPages],
    stable: ({ Accounts }) => (Accounts ?? []).every(isSettled),
  },
  ListAccountsForParent: {
    kind: "read",
    key: { resource: "account", operation: "list_for_parent", identifier: ["ParentId"] },
    lifetime: "structure",
    // The last is within reach of `account:list:*`.
    tags: ({ ParentId }) => [tag.accountsIn(ParentId), tag.accountsInParents, "account:list"],
    outputTags: ({ Accounts }) => (Accounts ?? []).flatMap(namesOf),
    pageTags: () => [tag.accountPages],
    stable: ({ Accounts }) => (Accounts ?? []).every(isSettled),
  },
  CreateAccount: {
    kind: "write",
    stale: joining,
    staleAfter: ({ CreateAccountStatus }) => named(CreateAccountStatus?.AccountId),
    progress: ({ CreateAccountStatus }) => progressOfCreation(CreateAccountStatus),
  },
  CreateGovCloudAccount: {
    kind: "write",
    stale: joining,
    staleAfter: ({ CreateAccountStatus }) => named(CreateAccountStatus?.AccountId),
    progress: ({ CreateAccountStatus }) => progressOfCreation(CreateAccountStatus),
  },
  DescribeCreateAccountStatus: {
    kind: "poll",
    single: {
      key: { resource: "account", operation: "creation_status", identifier: ["CreateAccountRequestId"] },
      operation: ({ CreateAccountRequestId }) => operationName("account-creation", CreateAccountRequestId),
      finished: ({ CreateAccountStatus }) => progressOfCreation(CreateAccountStatus).state === "finished",
    },
  },
  ListCreateAccountStatus: { kind: "poll" },
  MoveAccount: {
    kind: "write",
    stale: ({ AccountId, SourceParentId, DestinationParentId }) => [
      tag.accountsIn(SourceParentId),
      tag.accountsIn(DestinationParentId),
      tag.parentOf(AccountId),
      // An account says where it is.
      tag.accountDetails(AccountId),
      tag.accountPages,
    ],
  },
  CloseAccount: {
    kind: "write",
    stale: ({ AccountId }) => leaving(AccountId),
    progress: () => ({ state: "in-progress", operation: undefined }),
  },
  RemoveAccountFromOrganization: { kind: "write", stale: ({ AccountId }) => leaving(AccountId) },
};

/** It is made in the root, which the input does not name, and has the policies there that everything has. */
function joining(): readonly string[] {
  return [tag.organizationAccounts, tag.accountsInParents, tag.policyTargets];
}

/** Who has access to it loses that, too. */
function leaving(id: string | undefined): readonly string[] {
  return [
    tag.account(id),
    tag.accountDetails(id),
    tag.organizationAccounts,
    tag.accountPages,
    tag.assignmentPages,
    tag.organizationTags(id),
  ];
}

function named(id: string | undefined): readonly string[] {
  return [tag.account(id), tag.accountDetails(id), tag.parentOf(id), tag.organizationTags(id)];
}

function namesOf({ Id }: { readonly Id?: string | undefined }): readonly string[] {
  return [tag.accountDetails(Id), tag.account(Id)];
}

/** An account that is being closed becomes a closed one without a call from here; one that waits to be activated may wait for ever. */
function isSettled(
  account: { readonly State?: string | undefined; readonly Status?: string | undefined } | undefined,
): boolean {
  // Versions of the SDK before 3.887 know the status only, which AWS has stopped telling on 9 September 2026.
  return (account?.State ?? account?.Status) !== "PENDING_CLOSURE";
}

function progressOfCreation(
  status: { readonly State?: string | undefined; readonly Id?: string | undefined } | undefined,
): Progress {
  return progressOf("account-creation", { Status: status?.State, RequestId: status?.Id });
}
