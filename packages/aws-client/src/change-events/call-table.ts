import type { Fields } from "../catalog/row.ts";
import type { Service } from "../catalog/sdk-commands.ts";
import * as tag from "../catalog/tag.ts";
import { isFields } from "./change-event.ts";

/** What a call that CloudTrail tells of means to the cache. Functions here see fields as the SDK names them. */
export type CallMeaning =
  /** It does what this command does. */
  | {
      readonly command: string;
      /** Default: as it is. */
      input?(parameters: Fields): Fields;
      /** Default: as it is. */
      output?(elements: Fields): Fields;
      /** What it touches besides. */
      besides?(input: Fields): readonly string[];
      /** In place of what is made known by the command's answer, which this call's answer does not tell. */
      unnamed?(): readonly string[];
    }
  /** No command does this; it touches these. None: nothing that is cached. */
  | { readonly targets: readonly string[] };

export interface EventSource {
  /** Whose commands have the same names, where the table has nothing else. */
  readonly service: Service;
  /** Calls with other names or other fields than the commands. */
  readonly calls: Readonly<Record<string, CallMeaning>>;
}

/** Everything that depends on users, groups and memberships, in both services, whatever the store. */
export const identities: readonly string[] = ["user", "group", "group_membership", "assignment"];

const nothing: CallMeaning = { targets: [] };
const all: CallMeaning = { targets: [tag.everything] };
const none = (names: readonly string[]): Record<string, CallMeaning> => meaning(names, nothing);

/** The calls that sign somebody in, or look after how that is done. Every one of them would otherwise count as unknown. */
const signingIn = none([
  "Authenticate",
  "BatchDeleteSession",
  "CompleteVirtualMfaDeviceRegistration",
  "CompleteWebAuthnDeviceRegistration",
  "CreateToken",
  "CreateTokenWithIAM",
  "DeleteMfaDeviceForUser",
  "Federate",
  "Logout",
  "PutMfaDeviceManagementForDirectory",
  "RegisterClient",
  "StartDeviceAuthorization",
  "StartVirtualMfaDeviceRegistration",
  "StartWebAuthnDeviceRegistration",
  "UpdateMfaDeviceForUser",
  "UpdatePassword",
]);

/** The console names what it assigns by identifiers that no command knows. */
const anyAssignment: CallMeaning = { targets: ["assignment"] };
const anyPermissionSet: CallMeaning = { targets: ["permission_set", "assignment", "tag"] };
const anyApplication: CallMeaning = { targets: ["application", "assignment", "tag"] };

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/sso-info-in-cloudtrail.html */
const ofInstance: Record<string, CallMeaning> = {
  ...signingIn,
  ...meaning(["AssociateDirectory", "DisassociateDirectory", "StartSSO", "UpdateDirectoryAssociation"], all),
  ...meaning(["AssociateProfile", "DisassociateProfile"], anyAssignment),
  ...meaning(
    ["CreateProfile", "DeleteProfile", "UpdateProfile", "PutPermissionsPolicy", "DeletePermissionsPolicy"],
    anyPermissionSet,
  ),
  ...meaning(
    [
      "CreateApplicationInstance",
      "CreateApplicationInstanceCertificate",
      "DeleteApplicationInstance",
      "DeleteApplicationInstanceCertificate",
      "ImportApplicationInstanceServiceProviderMetadata",
      "UpdateApplicationInstanceActiveCertificate",
      "UpdateApplicationInstanceDisplayData",
      "UpdateApplicationInstanceResponseConfiguration",
      "UpdateApplicationInstanceResponseSchemaConfiguration",
      "UpdateApplicationInstanceSecurityConfiguration",
      "UpdateApplicationInstanceServiceProviderConfiguration",
      "UpdateApplicationInstanceStatus",
    ],
    anyApplication,
  ),
};

/** A membership that a call does not name: any of them. */
const anyMembership = (): readonly string[] => ["group_membership:describe"];

const memberOfGroup: CallMeaning = {
  command: "CreateGroupMembership",
  input: ({ Member, MemberId, ...rest }) => ({
    ...rest,
    MemberId: { UserId: textIn(Member, "MemberId") ?? textIn(MemberId, "UserId") ?? MemberId },
  }),
  unnamed: anyMembership,
};

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/sso-info-in-cloudtrail.html */
const ofDirectory: Record<string, CallMeaning> = {
  ...signingIn,
  ...none([
    "CreateExternalIdPConfigurationForDirectory",
    "DeleteExternalIdPConfigurationForDirectory",
    "UpdateExternalIdPConfigurationForDirectory",
  ]),
  CreateUser: { command: "CreateUser", output: ({ User }) => (isFields(User) ? User : {}) },
  CreateGroup: { command: "CreateGroup", output: ({ Group }) => (isFields(Group) ? Group : {}) },
  UpdateUser: { command: "UpdateUser" },
  EnableUser: { command: "UpdateUser" },
  DisableUser: { command: "UpdateUser" },
  VerifyEmail: { command: "UpdateUser" },
  DeleteUser: { command: "DeleteUser" },
  UpdateGroup: { command: "UpdateGroup" },
  DeleteGroup: { command: "DeleteGroup" },
  AddMemberToGroup: memberOfGroup,
  // Who leaves a group is in it until then, under a membership that is not named either.
  RemoveMemberFromGroup: memberOfGroup,
};

const scimUser = ({ Id, ...rest }: Fields): Fields => ({ ...rest, UserId: Id });
const scimGroup = ({ Id, ...rest }: Fields): Fields => ({ ...rest, GroupId: Id });
/** Who is put in or out stands among what is hidden. */
const anyMember = ({ IdentityStoreId }: Fields): readonly string[] => [
  tag.memberships(IdentityStoreId as string | undefined),
  tag.absences(IdentityStoreId as string | undefined),
  tag.assignmentsOfUsers,
];

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/scim-logging-using-cloudtrail.html */
const ofScim: Record<string, CallMeaning> = {
  CreateUser: { command: "CreateUser", output: scimUser },
  PatchUser: { command: "UpdateUser", input: scimUser },
  PutUser: { command: "UpdateUser", input: scimUser },
  DeleteUser: { command: "DeleteUser", input: scimUser },
  CreateGroup: { command: "CreateGroup", output: scimGroup, besides: anyMember },
  PatchGroup: { command: "UpdateGroup", input: scimGroup, besides: anyMember },
  DeleteGroup: { command: "DeleteGroup", input: scimGroup },
  ServiceProviderConfig: nothing,
};

/** Its events do not name the identity store. */
export const scimSource = "identitystore-scim.amazonaws.com";

/**
 * The calls that CloudTrail tells of, by `eventSource`. Names that neither the table nor the catalogue has are taken to
 * write, unless they clearly read.
 */
export const eventSources: Readonly<Record<string, EventSource>> = {
  "sso.amazonaws.com": { service: "sso-admin", calls: ofInstance },
  "identitystore.amazonaws.com": { service: "identitystore", calls: {} },
  "sso-directory.amazonaws.com": { service: "identitystore", calls: ofDirectory },
  [scimSource]: { service: "identitystore", calls: ofScim },
};

/** The sources of EventBridge events that these services send; all others have nothing to do with the cache. */
export const eventBridgeSources: readonly string[] = [
  "aws.sso",
  "aws.identitystore",
  "aws.sso-directory",
  "aws.identitystore-scim",
];

/** The source of events that CloudTrail has no part in. */
export const storeSource = "aws.identitystore";

/**
 * Those events by their type, and the command that does the same. Any other type of this source concerns everything of
 * the store: https://docs.aws.amazon.com/singlesignon/latest/userguide/event-notifications.html
 */
export const storeEvents: Readonly<Record<string, string>> = {
  "User Created": "CreateUser",
  "User Updated": "UpdateUser",
  "User Deleted": "DeleteUser",
  "Group Created": "CreateGroup",
  "Group Updated": "UpdateGroup",
  "Group Deleted": "DeleteGroup",
};

function meaning(names: readonly string[], same: CallMeaning): Record<string, CallMeaning> {
  return Object.fromEntries(names.map((name) => [name, same]));
}

function textIn(value: unknown, field: string): string | undefined {
  const text = isFields(value) ? value[field] : undefined;
  return typeof text === "string" ? text : undefined;
}
