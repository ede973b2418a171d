import type { PageInput } from "../input/common-fields.ts";
import { list, oneOf, optional, text } from "../input/field.ts";
import { numbered } from "../pagination.ts";
import { ServiceError } from "../service-error.ts";
import type { Row } from "../store/ordered-table.ts";
import type { OrganizationalUnitRecord, Tag } from "../store/records.ts";
import type { WritableState } from "../store/store.ts";
import type { ReadonlyTables } from "../store/tables.ts";
import type { Members, OperationContext, OperationTable } from "./operation.ts";
import {
  arnOf,
  nodeId,
  ofParentFields,
  organizationRead,
  organizationWrite,
  requireParent,
  smallPage,
  smallPageFields,
} from "./organizations.ts";
import { tag } from "./tags.ts";

interface CreateInput {
  readonly ParentId: string;
  readonly Name: string;
  readonly Tags?: readonly Tag[] | undefined;
}

interface ChildrenInput extends PageInput {
  readonly ParentId: string;
  readonly ChildType: "ACCOUNT" | "ORGANIZATIONAL_UNIT";
}

const unitName = text({ maximum: 128 });

export const organizationalUnitOperations: OperationTable = {
  ListRoots: organizationRead<PageInput>(smallPageFields, (_tables, input, context) => {
    const { rootId } = context.organization;
    const root = {
      Id: rootId,
      Arn: arnOf(context, "root", rootId),
      Name: "Root",
      PolicyTypes: [{ Type: "SERVICE_CONTROL_POLICY", Status: "ENABLED" }],
    };
    const page = smallPage(input, context, (after) => numbered([root], after));
    return { Roots: page.items, NextToken: page.nextToken };
  }),

  DescribeOrganizationalUnit: organizationRead(
    { OrganizationalUnitId: nodeId },
    (tables, input, context) => ({
      OrganizationalUnit: show(tables, requireUnit(tables, input.OrganizationalUnitId), context),
    }),
  ),

  ListOrganizationalUnitsForParent: organizationRead(ofParentFields, (tables, input, context) => {
    requireParent(tables, input.ParentId, context);
    const page = smallPage(input, context, (after) =>
      tables.organizationalUnits.find("parent", input.ParentId, after),
    );
    return {
      OrganizationalUnits: page.items.map((unit) => show(tables, unit, context)),
      NextToken: page.nextToken,
    };
  }),

  ListChildren: organizationRead<ChildrenInput>(
    { ...ofParentFields, ChildType: oneOf(["ACCOUNT", "ORGANIZATIONAL_UNIT"]) },
    (tables, input, context) => {
      const { ParentId, ChildType } = input;
      requireParent(tables, ParentId, context);
      const page = smallPage(input, context, (after): Iterable<Row<object>> =>
        ChildType === "ACCOUNT"
          ? tables.accounts.find("parent", ParentId, after)
          : tables.organizationalUnits.find("parent", ParentId, after),
      );
      const children = page.items as readonly { accountId?: string; organizationalUnitId?: string }[];
      return {
        Children: children.map(({ accountId, organizationalUnitId }) => ({
          Id: accountId ?? organizationalUnitId,
          Type: ChildType,
        })),
        NextToken: page.nextToken,
      };
    },
  ),

  ListParents: organizationRead<PageInput & { readonly ChildId: string }>(
    { ...smallPageFields, ChildId: nodeId },
    (tables, input, context) => {
      const child = tables.accounts.get(input.ChildId) ?? tables.organizationalUnits.get(input.ChildId);
      if (child === undefined) throw new ServiceError("ChildNotFoundException", "There is no such child.");
      const { parentId } = child;
      const Type = parentId === context.organization.rootId ? "ROOT" : "ORGANIZATIONAL_UNIT";
      const page = smallPage(input, context, (after) => numbered([{ Id: parentId, Type }], after));
      return { Parents: page.items, NextToken: page.nextToken };
    },
  ),

  CreateOrganizationalUnit: organizationWrite<CreateInput>(
    { ParentId: nodeId, Name: unitName, Tags: optional(list(tag, { maximum: 50 })) },
    (state, input, context) => {
      requireParent(state, input.ParentId, context);
      requireFreeName(state, input.ParentId, input.Name);
      const prefix = `ou-${context.organization.rootId.slice("r-".length)}-`;
      const unit: OrganizationalUnitRecord = {
        organizationalUnitId: context.newOrganizationId(prefix),
        name: input.Name,
        parentId: input.ParentId,
      };
      const { organizationalUnitId } = unit;
      state.put("organizationalUnits", organizationalUnitId, unit);
      // Everything has this one from the start.
      state.put("policyAttachments", `p-FullAWSAccess ${organizationalUnitId}`, {
        policyId: "p-FullAWSAccess",
        targetId: organizationalUnitId,
      });
      if (input.Tags !== undefined) {
        state.put("tags", organizationalUnitId, { resourceArn: organizationalUnitId, tags: input.Tags });
      }
      return { OrganizationalUnit: show(state, unit, context) };
    },
  ),

  UpdateOrganizationalUnit: organizationWrite<{
    readonly OrganizationalUnitId: string;
    readonly Name?: string | undefined;
  }>({ OrganizationalUnitId: nodeId, Name: optional(unitName) }, (state, input, context) => {
    const unit = requireUnit(state, input.OrganizationalUnitId);
    const changed = { ...unit, name: input.Name ?? unit.name };
    if (changed.name !== unit.name) requireFreeName(state, unit.parentId, changed.name);
    state.put("organizationalUnits", unit.organizationalUnitId, changed);
    return { OrganizationalUnit: show(state, changed, context) };
  }),

  DeleteOrganizationalUnit: organizationWrite({ OrganizationalUnitId: nodeId }, (state, input) => {
    const { organizationalUnitId } = requireUnit(state, input.OrganizationalUnitId);
    requireEmpty(state, organizationalUnitId);
    state.remove("organizationalUnits", organizationalUnitId);
    state.remove("tags", organizationalUnitId);
    for (const { value } of state.policyAttachments.find("target", organizationalUnitId)) {
      state.remove("policyAttachments", `${value.policyId} ${organizationalUnitId}`);
    }
    return {};
  }),
};

/** `o-…/r-…/ou-…/…/` of a root or a unit. */
export function pathOf(tables: ReadonlyTables, id: string, context: OperationContext): string {
  const { organizationId, rootId } = context.organization;
  const unit = id === rootId ? undefined : tables.organizationalUnits.get(id);
  if (unit === undefined) return `${organizationId}/${rootId}/`;
  return `${pathOf(tables, unit.parentId, context)}${id}/`;
}

function show(tables: ReadonlyTables, unit: OrganizationalUnitRecord, context: OperationContext): Members {
  const { organizationalUnitId, name } = unit;
  return {
    Id: organizationalUnitId,
    Arn: arnOf(context, "ou", organizationalUnitId),
    Name: name,
    Path: pathOf(tables, organizationalUnitId, context),
  };
}

function requireUnit(tables: ReadonlyTables, id: string): OrganizationalUnitRecord {
  const unit = tables.organizationalUnits.get(id);
  if (unit !== undefined) return unit;
  throw new ServiceError("OrganizationalUnitNotFoundException", "You specified an OU that doesn't exist.");
}

function requireFreeName(state: WritableState, parentId: string, name: string): void {
  for (const { value } of state.organizationalUnits.find("parent", parentId)) {
    if (value.name !== name) continue;
    throw new ServiceError("DuplicateOrganizationalUnitException", "A unit there has that name already.");
  }
}

function requireEmpty(state: WritableState, id: string): void {
  const [unit] = state.organizationalUnits.find("parent", id);
  const [account] = state.accounts.find("parent", id);
  if (unit === undefined && account === undefined) return;
  throw new ServiceError("OrganizationalUnitNotEmptyException", "The unit is not empty.");
}
