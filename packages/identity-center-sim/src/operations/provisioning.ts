import { accountId, pageFields, permissionSetArn, type PageInput } from "../input/common-fields.ts";
import { oneOf, optional, type Field, type Fields } from "../input/field.ts";
import { paginate } from "../pagination.ts";
import { validationError } from "../service-error.ts";
import type { Row } from "../store/ordered-table.ts";
import type { ProvisioningRecord, RequestRecord } from "../store/records.ts";
import type { ReadonlyTables } from "../store/tables.ts";
import {
  describeProgress,
  listRequests,
  newRequest,
  requestId,
  requireCapacity,
  requireRequest,
  statusListFields,
} from "./asynchronous-requests.ts";
import type { Members, OperationTable } from "./operation.ts";
import {
  instanceRead,
  instanceStatus,
  instanceWrite,
  permissionSetRead,
  requirePermissionSet,
} from "./sso-admin.ts";

type ProvisioningStatus = "LATEST_PERMISSION_SET_PROVISIONED" | "LATEST_PERMISSION_SET_NOT_PROVISIONED";

interface ProvisionInput {
  readonly PermissionSetArn: string;
  readonly TargetType: "AWS_ACCOUNT" | "ALL_PROVISIONED_ACCOUNTS";
  readonly TargetId?: string | undefined;
}

interface ProvisionedInput extends PageInput {
  readonly ProvisioningStatus?: ProvisioningStatus | undefined;
}

type ProvisionRequest = Extract<RequestRecord, { readonly kind: "provision" }>;

/** How many of these calls the service works on at once. */
const concurrentProvisionings = 3;

const provisioningStatus: Field<ProvisioningStatus | undefined> = optional(
  oneOf(["LATEST_PERMISSION_SET_PROVISIONED", "LATEST_PERMISSION_SET_NOT_PROVISIONED"]),
);

const provisionFields: Fields<ProvisionInput> = {
  PermissionSetArn: permissionSetArn,
  TargetType: oneOf(["AWS_ACCOUNT", "ALL_PROVISIONED_ACCOUNTS"]),
  TargetId: optional(accountId),
};

const provisionedFields: Fields<ProvisionedInput> = {
  ...pageFields,
  ProvisioningStatus: provisioningStatus,
};

export const provisioningOperations: OperationTable = {
  ProvisionPermissionSet: instanceWrite(provisionFields, (state, input, context) => {
    requirePermissionSet(state, input.PermissionSetArn);
    if ((input.TargetType === "AWS_ACCOUNT") !== (input.TargetId !== undefined)) {
      throw validationError("TargetId goes with the target type AWS_ACCOUNT, and only with it.");
    }
    requireCapacity(state, "provision", concurrentProvisionings);
    const request: ProvisionRequest = {
      ...newRequest(context),
      kind: "provision",
      permissionSetArn: input.PermissionSetArn,
      accountId: input.TargetId,
    };
    state.put("requests", request.requestId, request);
    return { PermissionSetProvisioningStatus: describeRequest(request) };
  }),

  DescribePermissionSetProvisioningStatus: instanceStatus(
    { ProvisionPermissionSetRequestId: requestId },
    (tables, input) => ({
      PermissionSetProvisioningStatus: describeRequest(
        requireRequest(tables, "provision", input.ProvisionPermissionSetRequestId),
      ),
    }),
  ),

  ListPermissionSetProvisioningStatus: instanceStatus(statusListFields, (tables, input, context) => {
    const page = listRequests(tables, "provision", input, context);
    return { PermissionSetsProvisioningStatus: page.items, NextToken: page.nextToken };
  }),

  ListPermissionSetsProvisionedToAccount: instanceRead<ProvisionedInput & { readonly AccountId: string }>(
    { ...provisionedFields, AccountId: accountId },
    (tables, input, context) => {
      const page = paginate(input, context, (after) =>
        withStatus(
          tables,
          tables.provisionings.find("account", input.AccountId, after),
          input.ProvisioningStatus,
        ),
      );
      return {
        PermissionSets: page.items.map((provisioning) => provisioning.permissionSetArn),
        NextToken: page.nextToken,
      };
    },
  ),

  ListAccountsForProvisionedPermissionSet: permissionSetRead(
    provisionedFields,
    (permissionSet, input, context, tables) => {
      const page = paginate(input, context, (after) =>
        withStatus(
          tables,
          tables.provisionings.find("permissionSet", permissionSet.permissionSetArn, after),
          input.ProvisioningStatus,
        ),
      );
      return {
        AccountIds: page.items.map((provisioning) => provisioning.accountId),
        NextToken: page.nextToken,
      };
    },
  ),
};

function* withStatus(
  tables: ReadonlyTables,
  rows: Iterable<Row<ProvisioningRecord>>,
  wanted: ProvisioningStatus | undefined,
): IterableIterator<Row<ProvisioningRecord>> {
  for (const row of rows) {
    if (wanted === undefined || statusOf(tables, row.value) === wanted) yield row;
  }
}

function statusOf(tables: ReadonlyTables, provisioning: ProvisioningRecord): ProvisioningStatus {
  const permissionSet = tables.permissionSets.get(provisioning.permissionSetArn);
  return permissionSet?.revision === provisioning.revision
    ? "LATEST_PERMISSION_SET_PROVISIONED"
    : "LATEST_PERMISSION_SET_NOT_PROVISIONED";
}

function describeRequest(request: ProvisionRequest): Members {
  return {
    ...describeProgress(request),
    AccountId: request.accountId,
    PermissionSetArn: request.permissionSetArn,
  };
}
