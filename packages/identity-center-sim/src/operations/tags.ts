import { instanceArn } from "../input/common-fields.ts";
import { list, optional, structure, text, type Field, type Fields } from "../input/field.ts";
import { numbered, paginate } from "../pagination.ts";
import { notFound, quotaExceeded, validationError } from "../service-error.ts";
import type { Tag } from "../store/records.ts";
import type { ReadonlyTables } from "../store/tables.ts";
import { read, write, type OperationContext, type OperationTable } from "./operation.ts";
import { requireInstance } from "./sso-admin.ts";

interface ResourceInput {
  readonly InstanceArn?: string | undefined;
  readonly ResourceArn: string;
}

interface ListTagsInput extends ResourceInput {
  readonly NextToken?: string | undefined;
}

const tagQuota = 50;
const tagKey = text({ maximum: 128 });

export const tag: Field<Tag> = structure({
  Key: tagKey,
  Value: text({ minimum: 0, maximum: 256 }),
});

// The instance may be left out, and the answer is the same.
const resourceFields: Fields<ResourceInput> = {
  InstanceArn: optional(instanceArn),
  ResourceArn: text({ minimum: 10, maximum: 2048 }),
};

const listTagsFields: Fields<ListTagsInput> = {
  ...resourceFields,
  NextToken: optional(text({ maximum: 65_535 })),
};

export const tagOperations: OperationTable = {
  TagResource: write<ResourceInput & { readonly Tags: readonly Tag[] }>(
    "sso-admin",
    { ...resourceFields, Tags: list(tag, { maximum: 75 }) },
    (state, input, context) => {
      const resourceArn = requireResource(state, input, context);
      const tags = new Map(tagsOf(state, resourceArn).map(({ Key, Value }) => [Key, Value]));
      for (const { Key, Value } of requireTags(input.Tags)) tags.set(Key, Value);
      if (tags.size > tagQuota) throw quotaExceeded(`A resource has at most ${tagQuota} tags.`);
      const changed = [...tags].map(([Key, Value]) => ({ Key, Value }));
      state.put("tags", resourceArn, { resourceArn, tags: changed });
      return {};
    },
  ),

  UntagResource: write<ResourceInput & { readonly TagKeys: readonly string[] }>(
    "sso-admin",
    { ...resourceFields, TagKeys: list(tagKey, { minimum: 1, maximum: 75 }) },
    (state, input, context) => {
      const resourceArn = requireResource(state, input, context);
      const tags = tagsOf(state, resourceArn).filter(({ Key }) => !input.TagKeys.includes(Key));
      state.put("tags", resourceArn, { resourceArn, tags });
      return {};
    },
  ),

  ListTagsForResource: read("sso-admin", listTagsFields, (tables, input, context) => {
    const resourceArn = requireResource(tables, input, context);
    const page = paginate(input, context, (after) => numbered(tagsOf(tables, resourceArn), after));
    return { Tags: page.items, NextToken: page.nextToken };
  }),
};

/** Refuses keys that only AWS may set, and keys given twice. */
export function requireTags(tags: readonly Tag[]): readonly Tag[] {
  if (new Set(tags.map(({ Key }) => Key)).size !== tags.length) {
    throw validationError("Tag keys must be unique.");
  }
  if (tags.some(({ Key }) => Key.toLowerCase().startsWith("aws:"))) {
    throw validationError("Tag keys must not begin with aws:");
  }
  return tags;
}

function requireResource(tables: ReadonlyTables, input: ResourceInput, context: OperationContext): string {
  if (input.InstanceArn !== undefined) requireInstance(input.InstanceArn, context);
  const { ResourceArn: arn } = input;
  if (arn !== context.organization.instanceArn && tables.permissionSets.get(arn) === undefined) {
    throw notFound(`Could not find resource ${arn}`);
  }
  return arn;
}

function tagsOf(tables: ReadonlyTables, resourceArn: string): readonly Tag[] {
  return tables.tags.get(resourceArn)?.tags ?? [];
}
