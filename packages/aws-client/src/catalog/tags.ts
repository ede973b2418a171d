import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type TagCommand = "ListTagsForResource" | "TagResource" | "UntagResource";

/**
 * The resource alone decides: its ARN may be given with that of the instance or without, for the same answer.
 * https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListTagsForResource.html
 */
export const tags: Rows<"sso-admin", TagCommand> = {
  ListTagsForResource: {
    kind: "read",
    key: { resource: "tag", operation: "list", identifier: ["ResourceArn"] },
    lifetime: "list",
    tags: ({ ResourceArn }) => [tag.resourceTags(ResourceArn)],
  },
  TagResource: { kind: "write", stale: ({ ResourceArn }) => [tag.resourceTags(ResourceArn)] },
  UntagResource: { kind: "write", stale: ({ ResourceArn }) => [tag.resourceTags(ResourceArn)] },
};
