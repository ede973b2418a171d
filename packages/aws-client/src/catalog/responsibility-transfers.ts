import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type ResponsibilityTransferCommand =
  | "DescribeResponsibilityTransfer"
  | "InviteOrganizationToTransferResponsibility"
  | "ListInboundResponsibilityTransfers"
  | "ListOutboundResponsibilityTransfers"
  | "TerminateResponsibilityTransfer"
  | "UpdateResponsibilityTransfer";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/ */
export const responsibilityTransfers: Rows<"organizations", ResponsibilityTransferCommand> = {
  DescribeResponsibilityTransfer: {
    kind: "read",
    key: { resource: "responsibility_transfer", operation: "describe", identifier: ["Id"] },
    lifetime: "describe",
    tags: () => [tag.responsibilityTransfers],
    stable: ({ ResponsibilityTransfer }) => isDecided(ResponsibilityTransfer),
  },
  ListInboundResponsibilityTransfers: {
    kind: "read",
    key: { resource: "responsibility_transfer", operation: "list_inbound" },
    lifetime: "list",
    tags: () => [tag.responsibilityTransfers],
    stable: ({ ResponsibilityTransfers }) => (ResponsibilityTransfers ?? []).every(isDecided),
  },
  ListOutboundResponsibilityTransfers: {
    kind: "read",
    key: { resource: "responsibility_transfer", operation: "list_outbound" },
    lifetime: "list",
    tags: () => [tag.responsibilityTransfers],
    stable: ({ ResponsibilityTransfers }) => (ResponsibilityTransfers ?? []).every(isDecided),
  },
  InviteOrganizationToTransferResponsibility: {
    kind: "write",
    stale: () => [tag.responsibilityTransfers, tag.handshakes],
  },
  TerminateResponsibilityTransfer: { kind: "write", stale: () => [tag.responsibilityTransfers] },
  UpdateResponsibilityTransfer: { kind: "write", stale: () => [tag.responsibilityTransfers] },
};

/** Another organisation decides on one that is requested, without a call from here. */
function isDecided(transfer: { readonly Status?: string | undefined } | undefined): boolean {
  return transfer?.Status !== undefined && transfer.Status !== "REQUESTED";
}
