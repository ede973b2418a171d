import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";
import { allActive } from "./regions.ts";

type InstanceCommand =
  | "CreateInstance"
  | "CreateInstanceAccessControlAttributeConfiguration"
  | "DeleteInstance"
  | "DeleteInstanceAccessControlAttributeConfiguration"
  | "DescribeInstance"
  | "DescribeInstanceAccessControlAttributeConfiguration"
  | "ListInstances"
  | "UpdateInstance"
  | "UpdateInstanceAccessControlAttributeConfiguration";

/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/ */
export const instances: Rows<"sso-admin", InstanceCommand> = {
  DescribeInstance: {
    kind: "read",
    key: { resource: "instance", operation: "describe", identifier: ["InstanceArn"] },
    lifetime: "describe",
    tags: ({ InstanceArn }) => [tag.instanceDetails(InstanceArn)],
    stable: ({ Status, EncryptionConfigurationDetails, Regions }) =>
      Status === "ACTIVE" &&
      (EncryptionConfigurationDetails?.EncryptionStatus ?? "ENABLED") === "ENABLED" &&
      allActive(Regions),
    absence: () => [tag.instances],
  },
  DescribeInstanceAccessControlAttributeConfiguration: {
    kind: "read",
    key: { resource: "instance", operation: "access_control_attributes", identifier: ["InstanceArn"] },
    lifetime: "describe",
    tags: ({ InstanceArn }) => [tag.accessControlAttributes(InstanceArn)],
    stable: ({ Status }) => Status === "ENABLED",
    absence: () => [],
  },
  ListInstances: {
    kind: "read",
    key: { resource: "instance", operation: "list" },
    lifetime: "list",
    tags: () => [tag.instances],
    stable: ({ Instances }) =>
      (Instances ?? []).every(({ Status, Regions }) => Status === "ACTIVE" && allActive(Regions)),
  },
  CreateInstance: {
    kind: "write",
    stale: () => [tag.instances],
    staleAfter: ({ InstanceArn }) => [tag.instanceDetails(InstanceArn)],
    progress: () => ({ state: "in-progress", operation: undefined }),
  },
  UpdateInstance: {
    kind: "write",
    stale: ({ InstanceArn }) => [tag.instances, tag.instanceDetails(InstanceArn)],
    // A new name is there at once; encryption and permission sets take their time, without a request to ask for.
    progress: (_output, { EncryptionConfiguration, PermissionSetsEnabled }) =>
      EncryptionConfiguration === undefined && PermissionSetsEnabled === undefined
        ? { state: "finished" }
        : { state: "in-progress", operation: undefined },
  },
  DeleteInstance: {
    kind: "write",
    // Takes its identity store with it, which the input does not name.
    stale: () => [tag.everything],
    progress: () => ({ state: "in-progress", operation: undefined }),
  },
  CreateInstanceAccessControlAttributeConfiguration: {
    kind: "write",
    stale: ({ InstanceArn }) => [tag.accessControlAttributes(InstanceArn)],
    progress: () => ({ state: "in-progress", operation: undefined }),
  },
  UpdateInstanceAccessControlAttributeConfiguration: {
    kind: "write",
    stale: ({ InstanceArn }) => [tag.accessControlAttributes(InstanceArn)],
  },
  DeleteInstanceAccessControlAttributeConfiguration: {
    kind: "write",
    stale: ({ InstanceArn }) => [tag.accessControlAttributes(InstanceArn)],
  },
};
