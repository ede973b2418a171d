import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type OrganizationalUnitCommand =
  | "CreateOrganizationalUnit"
  | "DeleteOrganizationalUnit"
  | "DescribeOrganizationalUnit"
  | "ListChildren"
  | "ListOrganizationalUnitsForParent"
  | "ListParents"
  | "ListRoots"
  | "UpdateOrganizationalUnit";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html */
export const organizationalUnits: Rows<"organizations", OrganizationalUnitCommand> = {
  ListRoots: {
    kind: "read",
    key: { resource: "root", operation: "list" },
    lifetime: "structure",
    tags: () => [tag.organizationRoots],
    stable: ({ Roots }) =>
      (Roots ?? []).every(({ PolicyTypes }) =>
        (PolicyTypes ?? []).every(({ Status }) => Status === "ENABLED"),
      ),
  },
  DescribeOrganizationalUnit: {
    kind: "read",
    key: {
      resource: "organizational_unit",
      operation: "describe",
      identifier: ["OrganizationalUnitId"],
    },
    lifetime: "structure",
    tags: ({ OrganizationalUnitId }) => [tag.organizationNode(OrganizationalUnitId)],
  },
  ListOrganizationalUnitsForParent: {
    kind: "read",
    key: { resource: "organizational_unit", operation: "list_for_parent", identifier: ["ParentId"] },
    lifetime: "structure",
    tags: ({ ParentId }) => [tag.organizationalUnitsIn(ParentId)],
    outputTags: ({ OrganizationalUnits }) =>
      (OrganizationalUnits ?? []).map(({ Id }) => tag.organizationNode(Id)),
    pageTags: () => [tag.organizationalUnitPages],
  },
  ListChildren: {
    kind: "read",
    key: { resource: "organizational_unit", operation: "children", identifier: ["ParentId"] },
    lifetime: "structure",
    tags: ({ ParentId, ChildType }) => [
      ...(ChildType === "ACCOUNT" ? [] : [tag.organizationalUnitsIn(ParentId)]),
      ...(ChildType === "ORGANIZATIONAL_UNIT" ? [] : [tag.accountsIn(ParentId), tag.accountsInParents]),
    ],
    outputTags: ({ Children }) => (Children ?? []).map(({ Id }) => tag.organizationNode(Id)),
    pageTags: () => [tag.organizationalUnitPages, tag.accountPages],
  },
  ListParents: {
    kind: "read",
    key: { resource: "organizational_unit", operation: "parents", identifier: ["ChildId"] },
    lifetime: "structure",
    tags: ({ ChildId }) => [tag.parentOf(ChildId), tag.organizationNode(ChildId)],
  },
  CreateOrganizationalUnit: {
    kind: "write",
    // It has the policies that everything has.
    stale: ({ ParentId }) => [tag.organizationalUnitsIn(ParentId), tag.policyTargets],
    staleAfter: ({ OrganizationalUnit }) => [
      tag.organizationNode(OrganizationalUnit?.Id),
      tag.organizationTags(OrganizationalUnit?.Id),
    ],
  },
  UpdateOrganizationalUnit: {
    kind: "write",
    stale: ({ OrganizationalUnitId }) => [
      tag.organizationNode(OrganizationalUnitId),
      tag.organizationalUnitPages,
    ],
  },
  DeleteOrganizationalUnit: {
    kind: "write",
    stale: ({ OrganizationalUnitId }) => [
      tag.organizationNode(OrganizationalUnitId),
      tag.organizationalUnitPages,
      tag.organizationTags(OrganizationalUnitId),
      // There is nothing in it, and that cannot be asked any more.
      tag.organizationalUnitsIn(OrganizationalUnitId),
      tag.accountsIn(OrganizationalUnitId),
    ],
  },
};
