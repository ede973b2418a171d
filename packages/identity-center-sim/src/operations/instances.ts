import { pageFields, type PageInput } from "../input/common-fields.ts";
import { flag, optional, structure, text, type Fields } from "../input/field.ts";
import { numbered, paginate } from "../pagination.ts";
import { validationError } from "../service-error.ts";
import type { InstanceRecord } from "../store/records.ts";
import type { ReadonlyTables } from "../store/tables.ts";
import { read, timestamp, type Members, type OperationContext, type OperationTable } from "./operation.ts";
import { instanceRead, instanceWrite } from "./sso-admin.ts";

interface UpdateInstanceInput {
  readonly Name?: string | undefined;
  readonly PermissionSetsEnabled?: boolean | undefined;
  readonly EncryptionConfiguration?: object | undefined;
}

const updateInstanceFields: Fields<UpdateInstanceInput> = {
  Name: optional(text({ maximum: 255, pattern: /^[\w+=,.@-]+$/ })),
  PermissionSetsEnabled: optional(flag()),
  EncryptionConfiguration: optional(structure<object>({})),
};

export const instanceOperations: OperationTable = {
  ListInstances: read<PageInput>("sso-admin", pageFields, (tables, input, context) => {
    const page = paginate(input, context, (after) =>
      numbered([summarize(instanceOf(tables, context), context)], after),
    );
    return { Instances: page.items, NextToken: page.nextToken };
  }),

  DescribeInstance: instanceRead({}, (tables, _input, context) => {
    const instance = instanceOf(tables, context);
    return {
      ...summarize(instance, context),
      EncryptionConfigurationDetails: {
        KeyType: "AWS_OWNED_KMS_KEY",
        EncryptionStatus: "ENABLED",
      },
      PermissionSetsEnabled: instance.permissionSetsEnabled,
    };
  }),

  UpdateInstance: instanceWrite(updateInstanceFields, (state, input, context) => {
    if (input.EncryptionConfiguration !== undefined) {
      throw validationError("This simulator has AWS owned keys only.");
    }
    const instance = instanceOf(state, context);
    state.put("instances", context.organization.instanceArn, {
      name: input.Name ?? instance.name,
      permissionSetsEnabled: input.PermissionSetsEnabled ?? instance.permissionSetsEnabled,
    });
    return {};
  }),
};

function instanceOf(tables: ReadonlyTables, context: OperationContext): InstanceRecord {
  return (
    tables.instances.get(context.organization.instanceArn) ?? {
      name: undefined,
      permissionSetsEnabled: true,
    }
  );
}

function summarize(instance: InstanceRecord, context: OperationContext): Members {
  const { organization } = context;
  const createdAt = timestamp(organization.createdAt);
  return {
    InstanceArn: organization.instanceArn,
    IdentityStoreId: organization.identityStoreId,
    IdentityStoreArn: organization.identityStoreArn,
    OwnerAccountId: organization.accountIds[0],
    Name: instance.name,
    CreatedDate: createdAt,
    Status: "ACTIVE",
    PrimaryRegion: organization.region,
    Regions: [
      {
        RegionName: organization.region,
        Status: "ACTIVE",
        AddedDate: createdAt,
        IsPrimaryRegion: true,
      },
    ],
  };
}
