import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type RegionCommand = "AddRegion" | "DescribeRegion" | "ListRegions" | "RemoveRegion";

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/multi-region-iam-identity-center.html */
export const regions: Rows<"sso-admin", RegionCommand> = {
  DescribeRegion: {
    kind: "read",
    key: { resource: "region", operation: "describe", identifier: ["InstanceArn", "RegionName"] },
    lifetime: "describe",
    tags: ({ InstanceArn, RegionName }) => [tag.region(InstanceArn, RegionName)],
    stable: ({ Status }) => Status === "ACTIVE",
    absence: () => [],
  },
  ListRegions: {
    kind: "read",
    key: { resource: "region", operation: "list" },
    lifetime: "list",
    tags: ({ InstanceArn }) => [tag.regions(InstanceArn)],
    stable: ({ Regions }) => allActive(Regions),
  },
  AddRegion: {
    kind: "write",
    stale: ({ InstanceArn, RegionName }) => changedBy(InstanceArn, RegionName),
    progress: () => ({ state: "in-progress", operation: undefined }),
  },
  RemoveRegion: {
    kind: "write",
    stale: ({ InstanceArn, RegionName }) => changedBy(InstanceArn, RegionName),
    progress: () => ({ state: "in-progress", operation: undefined }),
  },
};

function changedBy(instance: string | undefined, regionName: string | undefined): readonly string[] {
  return [
    tag.region(instance, regionName),
    tag.regions(instance),
    tag.instanceDetails(instance),
    tag.instances,
  ];
}

/** Whether no region is being added or removed. */
export function allActive(all: readonly { readonly Status?: string | undefined }[] | undefined): boolean {
  return (all ?? []).every(({ Status }) => Status === "ACTIVE");
}
