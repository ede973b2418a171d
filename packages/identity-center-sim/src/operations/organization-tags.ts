import { list, optional, text, type Fields } from "../input/field.ts";
import { numbered } from "../pagination.ts";
import { ServiceError } from "../service-error.ts";
import type { Tag } from "../store/records.ts";
import type { ReadonlyTables } from "../store/tables.ts";
import type { OperationContext, OperationTable } from "./operation.ts";
import { isNode, nodeId, organizationRead, organizationWrite, smallPage } from "./organizations.ts";
import { requireTags, tag } from "./tags.ts";

interface ListInput {
  readonly ResourceId: string;
  readonly NextToken?: string | undefined;
}

const listFields: Fields<ListInput> = {
  ResourceId: nodeId,
  NextToken: optional(text({ maximum: 100_000 })),
};

export const organizationTagOperations: OperationTable = {
  ListTagsForResource: organizationRead(listFields, (tables, input, context) => {
    requireResource(tables, input.ResourceId, context);
    const page = smallPage(input, context, (after) => numbered(tagsOf(tables, input.ResourceId), after));
    return { Tags: page.items, NextToken: page.nextToken };
  }),

  TagResource: organizationWrite<{ readonly ResourceId: string; readonly Tags: readonly Tag[] }>(
    { ResourceId: nodeId, Tags: list(tag, { maximum: 50 }) },
    (state, { ResourceId, Tags }, context) => {
      requireResource(state, ResourceId, context);
      const tags = new Map(tagsOf(state, ResourceId).map(({ Key, Value }) => [Key, Value]));
      for (const { Key, Value } of requireTags(Tags)) tags.set(Key, Value);
      const changed = [...tags].map(([Key, Value]) => ({ Key, Value }));
      state.put("tags", ResourceId, { resourceArn: ResourceId, tags: changed });
      return {};
    },
  ),

  UntagResource: organizationWrite<{ readonly ResourceId: string; readonly TagKeys: readonly string[] }>(
    { ResourceId: nodeId, TagKeys: list(text({ maximum: 128 })) },
    (state, { ResourceId, TagKeys }, context) => {
      requireResource(state, ResourceId, context);
      const tags = tagsOf(state, ResourceId).filter(({ Key }) => !TagKeys.includes(Key));
      state.put("tags", ResourceId, { resourceArn: ResourceId, tags });
      return {};
    },
  ),
};

function tagsOf(tables: ReadonlyTables, id: string): readonly Tag[] {
  return tables.tags.get(id)?.tags ?? [];
}

function requireResource(tables: ReadonlyTables, id: string, context: OperationContext): void {
  if (isNode(tables, id, context) || tables.organizationPolicies.get(id) !== undefined) return;
  throw new ServiceError("TargetNotFoundException", "You specified a target that doesn't exist.");
}
