import { pageFields, resourceId, type PageInput } from "../input/common-fields.ts";
import { list, oneOf, optional, structure, text, type Fields } from "../input/field.ts";
import { paginate } from "../pagination.ts";
import { identityNotFound, notUnique, validationError } from "../service-error.ts";
import type { Row } from "../store/ordered-table.ts";
import type { UserRecord } from "../store/records.ts";
import type { WritableState } from "../store/store.ts";
import { externalIdTerm, type ReadonlyTables } from "../store/tables.ts";
import { alternateIdentifier, attributeText, type AlternateIdentifier } from "./alternate-identifier.ts";
import { applyAttributeOperations, attributeOperations } from "./attribute-operations.ts";
import { storeRead, storeWrite } from "./identity-store.ts";
import { reservedNames } from "./reserved-names.ts";
import { timestamp, type Members, type OperationContext, type OperationTable } from "./operation.ts";
import { enterpriseExtension, userAttributeFields } from "./user-attributes.ts";

interface Filter {
  readonly AttributePath: string;
  readonly AttributeValue: string;
}

interface ListUsersInput extends PageInput {
  readonly Extensions?: readonly string[] | undefined;
  readonly Filters?: readonly Filter[] | undefined;
}

const extensionNames = optional(list(oneOf([enterpriseExtension]), { minimum: 1, maximum: 10 }));

const listUsersFields: Fields<ListUsersInput> = {
  ...pageFields,
  Extensions: extensionNames,
  Filters: optional(
    list(structure({ AttributePath: text({ maximum: 255 }), AttributeValue: text() }), {
      maximum: 1,
    }),
  ),
};

export const userOperations: OperationTable = {
  CreateUser: storeWrite(userAttributeFields, (state, attributes, context) => {
    requireFree(state, attributes.UserName, attributes.Emails?.[0]?.Value);
    const userId = context.newResourceId();
    state.put("users", userId, {
      userId,
      attributes,
      externalIds: [],
      status: "ENABLED",
      createdAt: context.now,
      updatedAt: context.now,
    });
    return { UserId: userId, IdentityStoreId: context.organization.identityStoreId };
  }),

  UpdateUser: storeWrite({ UserId: resourceId, Operations: attributeOperations }, (state, input, context) => {
    const user = requireUser(state, input.UserId);
    const attributes = applyAttributeOperations(userAttributeFields, user.attributes, input.Operations);
    requireFree(state, attributes.UserName, attributes.Emails?.[0]?.Value, user.userId);
    state.put("users", user.userId, { ...user, attributes, updatedAt: context.now });
    return {};
  }),

  // Account assignments of the user stay: only its memberships go with it.
  DeleteUser: storeWrite({ UserId: resourceId }, (state, input) => {
    const user = requireUser(state, input.UserId);
    for (const { value } of state.memberships.find("user", user.userId)) {
      state.remove("memberships", value.membershipId);
    }
    state.remove("users", user.userId);
    return {};
  }),

  DescribeUser: storeRead({ UserId: resourceId, Extensions: extensionNames }, (tables, input, context) =>
    describeUser(requireUser(tables, input.UserId), context, input.Extensions),
  ),

  GetUserId: storeRead({ AlternateIdentifier: alternateIdentifier }, (tables, input, context) => {
    const [found] = findUsers(tables, input.AlternateIdentifier);
    if (found === undefined) throw identityNotFound("USER");
    return {
      UserId: found.value.userId,
      IdentityStoreId: context.organization.identityStoreId,
    };
  }),

  ListUsers: storeRead(listUsersFields, (tables, input, context) => {
    const [filter] = input.Filters ?? [];
    if (filter !== undefined && filter.AttributePath !== "UserName") {
      throw validationError(`Unsupported filter attribute path: ${filter.AttributePath}`);
    }
    const page = paginate(input, context, (after) =>
      filter === undefined
        ? tables.users.rowsAfter(after)
        : tables.users.find("userName", filter.AttributeValue, after),
    );
    return {
      Users: page.items.map((user) => describeUser(user, context, input.Extensions)),
      NextToken: page.nextToken,
    };
  }),
};

/** The user of that identifier; throws ResourceNotFoundException. */
export function requireUser(tables: ReadonlyTables, id: string): UserRecord {
  const user = tables.users.get(id);
  if (user === undefined) throw identityNotFound("USER", id);
  return user;
}

function describeUser(
  user: UserRecord,
  context: OperationContext,
  requested: readonly string[] = [],
): Members {
  const { Extensions: extensions, ...attributes } = user.attributes;
  const asked = Object.entries(extensions ?? {}).filter(([name]) => requested.includes(name));
  return {
    IdentityStoreId: context.organization.identityStoreId,
    UserId: user.userId,
    ...attributes,
    ExternalIds: user.externalIds.length === 0 ? undefined : user.externalIds,
    UserStatus: user.status,
    CreatedAt: timestamp(user.createdAt),
    CreatedBy: context.organization.administratorArn,
    UpdatedAt: timestamp(user.updatedAt),
    UpdatedBy: context.organization.administratorArn,
    Extensions: asked.length === 0 ? undefined : Object.fromEntries(asked),
  };
}

function findUsers(tables: ReadonlyTables, identifier: AlternateIdentifier): Iterable<Row<UserRecord>> {
  if ("ExternalId" in identifier) {
    return tables.users.find("externalId", externalIdTerm(identifier.ExternalId));
  }
  const { AttributePath: path, AttributeValue: value } = identifier.UniqueAttribute;
  switch (path.toLowerCase()) {
    case "username":
      return tables.users.find("userName", attributeText(value));
    case "emails.value":
      return tables.users.find("email", attributeText(value));
    default:
      throw validationError(`Unsupported unique attribute path: ${path}`);
  }
}

function requireFree(state: WritableState, userName: string, email: string | undefined, self?: string): void {
  if (reservedNames.has(userName)) throw validationError(`${userName} is a reserved name`);
  for (const { value } of state.users.find("userName", userName)) {
    if (value.userId !== self) throw notUnique("Duplicate UserName");
  }
  if (email === undefined) return;
  for (const { value } of state.users.find("email", email)) {
    if (value.userId !== self) throw notUnique("Duplicate email address");
  }
}
