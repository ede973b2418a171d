import type { Identifiers } from "./identifiers.ts";

/** What never changes while the simulator runs: the accounts and the identifiers of the instance. */
export interface Organization {
  readonly region: string;
  /** The first is the management account, which owns the instance. */
  readonly accountIds: readonly [string, ...string[]];
  /** `o-…` of the organisation, and `r-…` of its only root. */
  readonly organizationId: string;
  readonly rootId: string;
  readonly instanceArn: string;
  readonly identityStoreId: string;
  readonly identityStoreArn: string;
  /** When the instance was made, in milliseconds since the epoch. */
  readonly createdAt: number;
  /** Who is named in CreatedBy and UpdatedBy. */
  readonly administratorArn: string;
}

export function createOrganization(
  identifiers: Identifiers,
  organizationIdentifiers: Identifiers,
  options: { readonly accounts: number; readonly region: string; readonly now: number },
): Organization {
  const management = identifiers.accountId();
  const accountIds: [string, ...string[]] = [management];
  while (accountIds.length < options.accounts) {
    const candidate = identifiers.accountId();
    if (!accountIds.includes(candidate)) accountIds.push(candidate);
  }
  const identityStoreId = identifiers.identityStoreId();
  return {
    region: options.region,
    accountIds,
    organizationId: organizationIdentifiers.organizationId("o-"),
    rootId: organizationIdentifiers.organizationId("r-").slice(0, "r-0000".length),
    instanceArn: `arn:aws:sso:::instance/ssoins-${identifiers.instanceSuffix()}`,
    identityStoreId,
    identityStoreArn: `arn:aws:identitystore::${management}:identitystore/${identityStoreId}`,
    createdAt: options.now,
    administratorArn: `arn:aws:iam::${management}:user/administrator`,
  };
}
