import type { CommandOutput } from "@awsideman/aws-client";
import type { IdentityCenter } from "./identity-center.ts";

export type OrganizationTag = NonNullable<
  CommandOutput<"organizations", "ListTagsForResource">["Tags"]
>[number];

/** The tags of an account, a unit, a root or a policy. */
export async function listTags(
  { organizations }: IdentityCenter,
  ResourceId: string,
): Promise<readonly OrganizationTag[]> {
  const tags: OrganizationTag[] = [];
  for await (const page of organizations.paginate("ListTagsForResource", { ResourceId })) {
    tags.push(...(page.Tags ?? []));
  }
  return tags;
}
