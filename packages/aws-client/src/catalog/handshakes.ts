import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type HandshakeCommand =
  | "AcceptHandshake"
  | "CancelHandshake"
  | "DeclineHandshake"
  | "DescribeHandshake"
  | "EnableAllFeatures"
  | "InviteAccountToOrganization"
  | "ListHandshakesForAccount"
  | "ListHandshakesForOrganization";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_Handshake.html */
export const handshakes: Rows<"organizations", HandshakeCommand> = {
  DescribeHandshake: {
    kind: "read",
    key: { resource: "handshake", operation: "describe", identifier: ["HandshakeId"] },
    lifetime: "describe",
    tags: ({ HandshakeId }) => [tag.handshake(HandshakeId)],
    stable: ({ Handshake }) => isDecided(Handshake),
  },
  ListHandshakesForAccount: {
    kind: "read",
    key: { resource: "handshake", operation: "list_for_account" },
    lifetime: "list",
    tags: () => [tag.handshakes],
    stable: ({ Handshakes }) => (Handshakes ?? []).every(isDecided),
  },
  ListHandshakesForOrganization: {
    kind: "read",
    key: { resource: "handshake", operation: "list_for_organization" },
    lifetime: "list",
    tags: () => [tag.handshakes],
    stable: ({ Handshakes }) => (Handshakes ?? []).every(isDecided),
  },
  InviteAccountToOrganization: { kind: "write", stale: () => [tag.handshakes] },
  EnableAllFeatures: { kind: "write", stale: () => [tag.handshakes, tag.organization] },
  // Whoever accepts is now in another organisation, or in one that works differently.
  AcceptHandshake: { kind: "write", stale: () => [tag.everything] },
  CancelHandshake: { kind: "write", stale: ({ HandshakeId }) => ended(HandshakeId) },
  DeclineHandshake: { kind: "write", stale: ({ HandshakeId }) => ended(HandshakeId) },
};

function ended(id: string | undefined): readonly string[] {
  return [tag.handshake(id), tag.handshakes, tag.responsibilityTransfers];
}

/** The other side decides on one that is open, without a call from here. */
function isDecided(handshake: { readonly State?: string | undefined } | undefined): boolean {
  const state = handshake?.State;
  return state !== undefined && state !== "OPEN" && state !== "REQUESTED";
}
