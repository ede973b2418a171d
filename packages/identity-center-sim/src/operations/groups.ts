import { pageFields, resourceId, type PageInput } from "../input/common-fields.ts";
import { list, optional, structure, text, type Fields } from "../input/field.ts";
import { paginate } from "../pagination.ts";
import { identityNotFound, notUnique, validationError } from "../service-error.ts";
import type { Row } from "../store/ordered-table.ts";
import type { GroupRecord } from "../store/records.ts";
import type { WritableState } from "../store/store.ts";
import { externalIdTerm, type ReadonlyTables } from "../store/tables.ts";
import { alternateIdentifier, attributeText, type AlternateIdentifier } from "./alternate-identifier.ts";
import { applyAttributeOperations, attributeOperations } from "./attribute-operations.ts";
import { storeRead, storeWrite } from "./identity-store.ts";
import { timestamp, type Members, type OperationContext, type OperationTable } from "./operation.ts";
import { reservedNames } from "./reserved-names.ts";

interface GroupAttributes {
  readonly DisplayName: string;
  readonly Description?: string | undefined;
}

interface ListGroupsInput extends PageInput {
  readonly Filters?:
    | readonly { readonly AttributePath: string; readonly AttributeValue: string }[]
    | undefined;
}

const groupAttributeFields: Fields<GroupAttributes> = {
  DisplayName: text({ maximum: 1024 }),
  Description: optional(text({ maximum: 1024 })),
};

const listGroupsFields: Fields<ListGroupsInput> = {
  ...pageFields,
  Filters: optional(
    list(structure({ AttributePath: text({ maximum: 255 }), AttributeValue: text() }), {
      maximum: 1,
    }),
  ),
};

export const groupOperations: OperationTable = {
  CreateGroup: storeWrite(groupAttributeFields, (state, input, context) => {
    requireFree(state, input.DisplayName);
    const groupId = context.newResourceId();
    state.put("groups", groupId, {
      groupId,
      displayName: input.DisplayName,
      description: input.Description,
      externalIds: [],
      createdAt: context.now,
      updatedAt: context.now,
    });
    return { GroupId: groupId, IdentityStoreId: context.organization.identityStoreId };
  }),

  UpdateGroup: storeWrite(
    { GroupId: resourceId, Operations: attributeOperations },
    (state, input, context) => {
      const group = requireGroup(state, input.GroupId);
      const attributes = applyAttributeOperations<GroupAttributes>(
        groupAttributeFields,
        { DisplayName: group.displayName, Description: group.description },
        input.Operations,
      );
      requireFree(state, attributes.DisplayName, group.groupId);
      state.put("groups", group.groupId, {
        ...group,
        displayName: attributes.DisplayName,
        description: attributes.Description,
        updatedAt: context.now,
      });
      return {};
    },
  ),

  // Account assignments of the group stay: only its memberships go with it.
  DeleteGroup: storeWrite({ GroupId: resourceId }, (state, input) => {
    const group = requireGroup(state, input.GroupId);
    for (const { value } of state.memberships.find("group", group.groupId)) {
      state.remove("memberships", value.membershipId);
    }
    state.remove("groups", group.groupId);
    return {};
  }),

  DescribeGroup: storeRead({ GroupId: resourceId }, (tables, input, context) =>
    describeGroup(requireGroup(tables, input.GroupId), context),
  ),

  GetGroupId: storeRead({ AlternateIdentifier: alternateIdentifier }, (tables, input, context) => {
    const [found] = findGroups(tables, input.AlternateIdentifier);
    if (found === undefined) throw identityNotFound("GROUP");
    return {
      GroupId: found.value.groupId,
      IdentityStoreId: context.organization.identityStoreId,
    };
  }),

  ListGroups: storeRead(listGroupsFields, (tables, input, context) => {
    const [filter] = input.Filters ?? [];
    if (filter !== undefined && filter.AttributePath !== "DisplayName") {
      throw validationError(`Unsupported filter attribute path: ${filter.AttributePath}`);
    }
    const page = paginate(input, context, (after) =>
      filter === undefined
        ? tables.groups.rowsAfter(after)
        : tables.groups.find("displayName", filter.AttributeValue, after),
    );
    return {
      Groups: page.items.map((group) => describeGroup(group, context)),
      NextToken: page.nextToken,
    };
  }),
};

/** The group of that identifier; throws ResourceNotFoundException. */
export function requireGroup(tables: ReadonlyTables, id: string): GroupRecord {
  const group = tables.groups.get(id);
  if (group === undefined) throw identityNotFound("GROUP", id);
  return group;
}

function describeGroup(group: GroupRecord, context: OperationContext): Members {
  return {
    GroupId: group.groupId,
    IdentityStoreId: context.organization.identityStoreId,
    DisplayName: group.displayName,
    ExternalIds: group.externalIds.length === 0 ? undefined : group.externalIds,
    Description: group.description,
    CreatedAt: timestamp(group.createdAt),
    CreatedBy: context.organization.administratorArn,
    UpdatedAt: timestamp(group.updatedAt),
    UpdatedBy: context.organization.administratorArn,
  };
}

function findGroups(tables: ReadonlyTables, identifier: AlternateIdentifier): Iterable<Row<GroupRecord>> {
  if ("ExternalId" in identifier) {
    return tables.groups.find("externalId", externalIdTerm(identifier.ExternalId));
  }
  const { AttributePath: path, AttributeValue: value } = identifier.UniqueAttribute;
  if (path.toLowerCase() !== "displayname") {
    throw validationError(`Unsupported unique attribute path: ${path}`);
  }
  return tables.groups.find("displayName", attributeText(value));
}

function requireFree(state: WritableState, displayName: string, self?: string): void {
  if (reservedNames.has(displayName)) throw validationError(`${displayName} is a reserved name`);
  for (const { value } of state.groups.find("displayName", displayName)) {
    if (value.groupId !== self) throw notUnique("Duplicate GroupDisplayName");
  }
}
