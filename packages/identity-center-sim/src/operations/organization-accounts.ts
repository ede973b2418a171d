import { accountId, type PageInput } from "../input/common-fields.ts";
import { ServiceError } from "../service-error.ts";
import type { AccountRecord } from "../store/records.ts";
import type { ReadonlyTables } from "../store/tables.ts";
import { timestamp, type Members, type OperationContext, type OperationTable } from "./operation.ts";
import {
  arnOf,
  isParent,
  nodeId,
  ofParentFields,
  organizationRead,
  organizationWrite,
  requireParent,
  smallPage,
  smallPageFields,
} from "./organizations.ts";
import { pathOf } from "./organizational-units.ts";

interface MoveInput {
  readonly AccountId: string;
  readonly SourceParentId: string;
  readonly DestinationParentId: string;
}

/** The accounts are those of the start: none is made, closed or removed. */
export const organizationAccountOperations: OperationTable = {
  DescribeOrganization: organizationRead({}, (_tables, _input, context) => {
    const { accountIds, organizationId } = context.organization;
    return {
      Organization: {
        Id: organizationId,
        Arn: arnOf(context, "organization"),
        FeatureSet: "ALL",
        MasterAccountId: accountIds[0],
        MasterAccountArn: arnOf(context, "account", accountIds[0]),
        MasterAccountEmail: `aws+${accountIds[0]}@example.com`,
      },
    };
  }),

  DescribeAccount: organizationRead({ AccountId: accountId }, (tables, input, context) => ({
    Account: show(tables, requireAccount(tables, input.AccountId), context),
  })),

  ListAccounts: organizationRead<PageInput>(smallPageFields, (tables, input, context) => {
    const page = smallPage(input, context, (after) => tables.accounts.rowsAfter(after));
    return {
      Accounts: page.items.map((account) => show(tables, account, context)),
      NextToken: page.nextToken,
    };
  }),

  ListAccountsForParent: organizationRead(ofParentFields, (tables, input, context) => {
    requireParent(tables, input.ParentId, context);
    const page = smallPage(input, context, (after) => tables.accounts.find("parent", input.ParentId, after));
    return {
      Accounts: page.items.map((account) => show(tables, account, context)),
      NextToken: page.nextToken,
    };
  }),

  MoveAccount: organizationWrite<MoveInput>(
    { AccountId: accountId, SourceParentId: nodeId, DestinationParentId: nodeId },
    (state, { AccountId, SourceParentId, DestinationParentId }, context) => {
      const account = requireAccount(state, AccountId);
      if (!isParent(state, DestinationParentId, context)) {
        throw new ServiceError("DestinationParentNotFoundException", "There is no such destination.");
      }
      if (account.parentId !== SourceParentId) {
        throw new ServiceError("SourceParentNotFoundException", "The account is not in that source.");
      }
      if (SourceParentId === DestinationParentId) {
        throw new ServiceError("DuplicateAccountException", "The account is there already.");
      }
      state.put("accounts", AccountId, { ...account, parentId: DestinationParentId });
      return {};
    },
  ),
};

function requireAccount(tables: ReadonlyTables, id: string): AccountRecord {
  const account = tables.accounts.get(id);
  if (account !== undefined) return account;
  throw new ServiceError("AccountNotFoundException", "You specified an account that doesn't exist.");
}

function show(tables: ReadonlyTables, account: AccountRecord, context: OperationContext): Members {
  return {
    Id: account.accountId,
    Arn: arnOf(context, "account", account.accountId),
    Name: account.name,
    Email: account.email,
    State: "ACTIVE",
    Paths: [`${pathOf(tables, account.parentId, context)}${account.accountId}/`],
    JoinedMethod: account.accountId === context.organization.accountIds[0] ? "INVITED" : "CREATED",
    JoinedTimestamp: timestamp(account.joinedAt),
  };
}
