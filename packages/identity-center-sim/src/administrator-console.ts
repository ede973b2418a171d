import { createAssignment, removeAssignment } from "./engine/assignment-effects.ts";
import type { Engine } from "./engine/engine.ts";
import type { AttributeOperation } from "./operations/attribute-operations.ts";
import { requireGroup } from "./operations/groups.ts";
import type { Members } from "./operations/operation.ts";
import { requireUser } from "./operations/users.ts";
import { notFound } from "./service-error.ts";
import type { AssignmentRecord, ExternalId, UserAttributes, UserRecord } from "./store/records.ts";
import { assignmentKey } from "./store/tables.ts";

/** What `createUser` needs; the rest has defaults made from the user name. */
export type NewUser = Pick<UserAttributes, "UserName"> & Partial<UserAttributes>;

export interface NewPermissionSet {
  readonly Name: string;
  readonly Description?: string;
  readonly SessionDuration?: string;
  readonly RelayState?: string;
}

/**
 * Changes as an administrator makes them in the console, or an identity provider through SCIM: without a call that a
 * client could have seen, and therefore not counted, throttled or touched by faults. The rules are the same, and an error
 * is thrown as a `ServiceError`; reads see the change after the propagation lag. Assignments take effect at once.
 */
export class AdministratorConsole {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** @returns the user's identifier */
  createUser(user: NewUser): string {
    const { UserId } = this.#identityStore("CreateUser", {
      Name: { GivenName: user.UserName, FamilyName: user.UserName },
      DisplayName: user.UserName,
      ...user,
    });
    return String(UserId);
  }

  updateUser(userId: string, ...operations: readonly AttributeOperation[]): void {
    this.#identityStore("UpdateUser", { UserId: userId, Operations: operations });
  }

  setUserStatus(userId: string, status: UserRecord["status"]): void {
    this.#engine.change((state, now) => {
      const user = requireUser(state, userId);
      state.put("users", userId, { ...user, status, updatedAt: now });
    });
  }

  /** Sets what only an identity provider can set. */
  setUserExternalIds(userId: string, externalIds: readonly ExternalId[]): void {
    this.#engine.change((state, now) => {
      const user = requireUser(state, userId);
      state.put("users", userId, { ...user, externalIds: [...externalIds], updatedAt: now });
    });
  }

  deleteUser(userId: string): void {
    this.#identityStore("DeleteUser", { UserId: userId });
  }

  /** @returns the group's identifier */
  createGroup(displayName: string, description?: string): string {
    const { GroupId } = this.#identityStore("CreateGroup", {
      DisplayName: displayName,
      Description: description,
    });
    return String(GroupId);
  }

  updateGroup(groupId: string, ...operations: readonly AttributeOperation[]): void {
    this.#identityStore("UpdateGroup", { GroupId: groupId, Operations: operations });
  }

  setGroupExternalIds(groupId: string, externalIds: readonly ExternalId[]): void {
    this.#engine.change((state, now) => {
      const group = requireGroup(state, groupId);
      state.put("groups", groupId, { ...group, externalIds: [...externalIds], updatedAt: now });
    });
  }

  deleteGroup(groupId: string): void {
    this.#identityStore("DeleteGroup", { GroupId: groupId });
  }

  /** @returns the membership's identifier */
  addMember(groupId: string, userId: string): string {
    const { MembershipId } = this.#identityStore("CreateGroupMembership", {
      GroupId: groupId,
      MemberId: { UserId: userId },
    });
    return String(MembershipId);
  }

  removeMember(membershipId: string): void {
    this.#identityStore("DeleteGroupMembership", { MembershipId: membershipId });
  }

  /** @returns the permission set's ARN */
  createPermissionSet(permissionSet: NewPermissionSet): string {
    const output = this.#ssoAdmin("CreatePermissionSet", { ...permissionSet });
    return String((output["PermissionSet"] as Members)["PermissionSetArn"]);
  }

  updatePermissionSet(permissionSetArn: string, changes: Omit<NewPermissionSet, "Name">): void {
    this.#ssoAdmin("UpdatePermissionSet", { PermissionSetArn: permissionSetArn, ...changes });
  }

  putInlinePolicy(permissionSetArn: string, inlinePolicy: string): void {
    this.#ssoAdmin("PutInlinePolicyToPermissionSet", {
      PermissionSetArn: permissionSetArn,
      InlinePolicy: inlinePolicy,
    });
  }

  deletePermissionSet(permissionSetArn: string): void {
    this.#ssoAdmin("DeletePermissionSet", { PermissionSetArn: permissionSetArn });
  }

  /** Assigns at once, without a request that would be IN_PROGRESS. */
  assign(assignment: AssignmentRecord): void {
    this.#engine.change((state) => {
      const progress = createAssignment(state, assignment, this.#engine.organization);
      if (progress.status === "FAILED") throw notFound(progress.reason);
    });
  }

  /** Takes an assignment away at once, even that of a principal that is gone. */
  unassign(assignment: AssignmentRecord): void {
    this.#engine.change((state) => {
      if (state.assignments.get(assignmentKey(assignment)) === undefined) {
        throw notFound("There is no such assignment.");
      }
      removeAssignment(state, assignment);
    });
  }

  #identityStore(operation: string, input: Members): Members {
    const IdentityStoreId = this.#engine.organization.identityStoreId;
    return this.#engine.perform(operation, { IdentityStoreId, ...input });
  }

  #ssoAdmin(operation: string, input: Members): Members {
    const InstanceArn = this.#engine.organization.instanceArn;
    return this.#engine.perform(operation, { InstanceArn, ...input });
  }
}
