export { startIdentityCenterSim } from "./start-identity-center-sim.ts";
export type { IdentityCenterSim } from "./identity-center-sim.ts";
export type { IdentityCenterSimOptions } from "./options.ts";
export type { PopulationOptions } from "./population.ts";
export type { LatencyRange, SimSettings, SimSettingsInput, ThrottleLimits } from "./settings.ts";
export type { SimInfo } from "./http/control-endpoint.ts";
export type { AnsweredCall } from "./http/service-endpoint.ts";
export type { Clock } from "./clock.ts";
export type { Random } from "./random.ts";

export type { CallCounter, CallCounts, CallSnapshot } from "./call-counter.ts";
export { faultKinds } from "./faults.ts";
export type { AddedFault, Fault, FaultKind, Faults, Hold, HoldOptions } from "./faults.ts";

export type { AdministratorConsole, NewPermissionSet, NewUser } from "./administrator-console.ts";
export type { AttributeOperation } from "./operations/attribute-operations.ts";
export type { StateHistory, StateReplay } from "./state-history.ts";
export type { StateSizes, StateView } from "./state-view.ts";
export type {
  AccountRecord,
  AssignmentRecord,
  Attachment,
  CustomerManagedPolicyReference,
  Document,
  ExternalId,
  GroupRecord,
  MembershipRecord,
  OrganizationalUnitRecord,
  OrganizationPolicyRecord,
  PermissionsBoundary,
  PermissionSetRecord,
  PersonName,
  Photo,
  PolicyAttachmentRecord,
  PostalAddress,
  PrincipalType,
  ProvisioningRecord,
  RequestProgress,
  RequestRecord,
  Tag,
  TypedValue,
  UserAttributes,
  UserRecord,
} from "./store/records.ts";
export type { Service } from "./service.ts";
export { ServiceError } from "./service-error.ts";
export type { ErrorMembers } from "./service-error.ts";
