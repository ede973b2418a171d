/** A JSON document, as Smithy's document type allows it. */
export type Document =
  | string
  | number
  | boolean
  | null
  | readonly Document[]
  | { readonly [name: string]: Document };

export interface ExternalId {
  readonly Issuer: string;
  readonly Id: string;
}

export interface PersonName {
  readonly Formatted?: string | undefined;
  readonly FamilyName?: string | undefined;
  readonly GivenName?: string | undefined;
  readonly MiddleName?: string | undefined;
  readonly HonorificPrefix?: string | undefined;
  readonly HonorificSuffix?: string | undefined;
}

/** An e-mail address, telephone number or role. */
export interface TypedValue {
  readonly Value?: string | undefined;
  readonly Type?: string | undefined;
  readonly Primary?: boolean | undefined;
}

export interface Photo {
  readonly Value: string;
  readonly Type?: string | undefined;
  readonly Display?: string | undefined;
  readonly Primary?: boolean | undefined;
}

export interface PostalAddress {
  readonly StreetAddress?: string | undefined;
  readonly Locality?: string | undefined;
  readonly Region?: string | undefined;
  readonly PostalCode?: string | undefined;
  readonly Country?: string | undefined;
  readonly Formatted?: string | undefined;
  readonly Type?: string | undefined;
  readonly Primary?: boolean | undefined;
}

/** What CreateUser sets and UpdateUser changes, named as on the wire. */
export interface UserAttributes {
  readonly UserName: string;
  readonly Name: PersonName;
  readonly DisplayName: string;
  readonly NickName?: string | undefined;
  readonly ProfileUrl?: string | undefined;
  readonly Emails?: readonly TypedValue[] | undefined;
  readonly Addresses?: readonly PostalAddress[] | undefined;
  readonly PhoneNumbers?: readonly TypedValue[] | undefined;
  readonly UserType?: string | undefined;
  readonly Title?: string | undefined;
  readonly PreferredLanguage?: string | undefined;
  readonly Locale?: string | undefined;
  readonly Timezone?: string | undefined;
  readonly Photos?: readonly Photo[] | undefined;
  readonly Website?: string | undefined;
  readonly Birthdate?: string | undefined;
  readonly Roles?: readonly TypedValue[] | undefined;
  readonly Extensions?: Readonly<Record<string, Document>> | undefined;
}

export interface UserRecord {
  readonly userId: string;
  readonly attributes: UserAttributes;
  readonly externalIds: readonly ExternalId[];
  readonly status: "ENABLED" | "DISABLED";
  /** Milliseconds since the epoch, as all times of records. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface GroupRecord {
  readonly groupId: string;
  readonly displayName: string;
  readonly description: string | undefined;
  readonly externalIds: readonly ExternalId[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface MembershipRecord {
  readonly membershipId: string;
  readonly groupId: string;
  readonly userId: string;
  readonly createdAt: number;
}

export interface CustomerManagedPolicyReference {
  readonly Name: string;
  readonly Path: string;
}

export type PermissionsBoundary =
  | { readonly ManagedPolicyArn: string }
  | { readonly CustomerManagedPolicyReference: CustomerManagedPolicyReference };

/** Something attached to a permission set; positions only grow, so that lists can be read page by page. */
export interface Attachment<Value> {
  readonly position: number;
  readonly value: Value;
}

export interface PermissionSetRecord {
  readonly permissionSetArn: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly sessionDuration: string;
  readonly relayState: string | undefined;
  readonly createdAt: number;
  /** Grows with every change that has to be provisioned to the accounts. */
  readonly revision: number;
  readonly inlinePolicy: string;
  readonly managedPolicies: readonly Attachment<string>[];
  readonly customerManagedPolicies: readonly Attachment<CustomerManagedPolicyReference>[];
  readonly permissionsBoundary: PermissionsBoundary | undefined;
}

export type PrincipalType = "USER" | "GROUP";

export interface AssignmentRecord {
  readonly accountId: string;
  readonly permissionSetArn: string;
  readonly principalType: PrincipalType;
  readonly principalId: string;
}

/** A permission set that has its role in an account. */
export interface ProvisioningRecord {
  readonly accountId: string;
  readonly permissionSetArn: string;
  /** Which revision of the permission set the account has. */
  readonly revision: number;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface TagsRecord {
  readonly resourceArn: string;
  readonly tags: readonly Tag[];
}

/** An account of the organisation. */
export interface AccountRecord {
  readonly accountId: string;
  readonly name: string;
  readonly email: string;
  /** The root or the unit that it is directly in. */
  readonly parentId: string;
  readonly joinedAt: number;
}

export interface OrganizationalUnitRecord {
  readonly organizationalUnitId: string;
  readonly name: string;
  readonly parentId: string;
}

/** A policy of the organisation. */
export interface OrganizationPolicyRecord {
  readonly policyId: string;
  readonly name: string;
  readonly description: string;
  readonly type: string;
  readonly content: string;
  readonly awsManaged: boolean;
}

export interface PolicyAttachmentRecord {
  readonly policyId: string;
  readonly targetId: string;
}

export interface InstanceRecord {
  readonly name: string | undefined;
  readonly permissionSetsEnabled: boolean;
}

export type RequestProgress =
  | { readonly status: "IN_PROGRESS"; readonly completesAt: number }
  | { readonly status: "SUCCEEDED" }
  | { readonly status: "FAILED"; readonly reason: string };

interface RequestBase {
  readonly requestId: string;
  readonly createdAt: number;
  readonly progress: RequestProgress;
}

/** An asynchronous operation that was accepted. */
export type RequestRecord =
  | (RequestBase & {
      readonly kind: "create-assignment" | "delete-assignment";
      readonly assignment: AssignmentRecord;
    })
  | (RequestBase & {
      readonly kind: "provision";
      readonly permissionSetArn: string;
      /** Absent: every account that has the permission set when the operation ends. */
      readonly accountId: string | undefined;
    });
