import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type OrganizationTagCommand = "ListTagsForResource" | "TagResource" | "UntagResource";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTagsForResource.html */
export const organizationTags: Rows<"organizations", OrganizationTagCommand> = {
  ListTagsForResource: {
    kind: "read",
    key: { resource: "organization_tag", operation: "list", identifier: ["ResourceId"] },
    lifetime: "structure",
    tags: ({ ResourceId }) => [tag.organizationTags(ResourceId)],
  },
  TagResource: { kind: "write", stale: ({ ResourceId }) => [tag.organizationTags(ResourceId)] },
  UntagResource: { kind: "write", stale: ({ ResourceId }) => [tag.organizationTags(ResourceId)] },
};
