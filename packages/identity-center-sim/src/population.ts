import { createAssignment } from "./engine/assignment-effects.ts";
import type { Engine } from "./engine/engine.ts";
import type { Members } from "./operations/operation.ts";
import { populateOrganization } from "./populate-organization.ts";
import { wholeNumber } from "./settings.ts";
import type { AssignmentRecord } from "./store/records.ts";

/** How many of everything there is at the start. The same numbers and seed give the same population. */
export interface PopulationOptions {
  /** @default 0 */
  readonly users?: number;
  /** @default 0 */
  readonly groups?: number;
  /**
   * How many groups each user is in; at most the number of groups.
   * @default 2, or the number of groups if that is less
   */
  readonly membershipsPerUser?: number;
  /** @default 0 */
  readonly permissionSets?: number;
  /**
   * Accounts, the management account included.
   * @default 3
   */
  readonly accounts?: number;
  /**
   * Units of the organisation. The management account is in its root, the others are in these.
   * @default 3
   */
  readonly organizationalUnits?: number;
  /**
   * Account assignments, spread over accounts, permission sets and principals; at most one of each combination.
   * @default accounts x permissionSets, or the number of combinations if that is less
   */
  readonly assignments?: number;
}

export type Population = Readonly<Required<PopulationOptions>>;

const givenNames = ["Ada", "Ben", "Chloe", "Deniz", "Emil", "Farah", "Goran", "Hana", "Ines", "Jonas"];
const familyNames = ["Abel", "Brandt", "Costa", "Dvorak", "Eriksen", "Fontaine", "Garcia", "Huber", "Ito"];
const departments = ["Engineering", "Finance", "Operations", "Security", "Support", "Research"];
const policies = [
  "ReadOnlyAccess",
  "PowerUserAccess",
  "AdministratorAccess",
  "SecurityAudit",
  "ViewOnlyAccess",
];

/**
 * The population that the options ask for, with defaults.
 * @throws {RangeError} a number that makes no sense, or more than there can be
 */
export function resolvePopulation(options: PopulationOptions): Population {
  const users = wholeNumber("population.users", options.users ?? 0, 0);
  const groups = wholeNumber("population.groups", options.groups ?? 0, 0);
  const permissionSets = wholeNumber("population.permissionSets", options.permissionSets ?? 0, 0);
  const accounts = wholeNumber("population.accounts", options.accounts ?? 3, 1);
  const combinations = accounts * permissionSets * (users + groups);
  return {
    users,
    groups,
    membershipsPerUser: wholeNumber(
      "population.membershipsPerUser",
      options.membershipsPerUser ?? Math.min(2, groups),
      0,
      groups,
    ),
    permissionSets,
    accounts,
    organizationalUnits: wholeNumber("population.organizationalUnits", options.organizationalUnits ?? 3, 0),
    assignments: wholeNumber(
      "population.assignments",
      options.assignments ?? Math.min(accounts * permissionSets, combinations),
      0,
      combinations,
    ),
  };
}

/** Fills an empty directory. Everything is there at once, whatever the settings say. */
export function populate(engine: Engine, population: Population, now: number): void {
  populateOrganization(engine, population.organizationalUnits, now);
  const users = times(population.users, (index) => createUser(engine, index));
  const groups = times(population.groups, (index) => createGroup(engine, index));
  addMemberships(engine, users, groups, population.membershipsPerUser);
  const permissionSets = times(population.permissionSets, (index) => createPermissionSet(engine, index));
  addAssignments(engine, population.assignments, permissionSets, [
    ...groups.map((principalId) => ({ principalType: "GROUP" as const, principalId })),
    ...users.map((principalId) => ({ principalType: "USER" as const, principalId })),
  ]);
  engine.settle();
}

function createUser(engine: Engine, index: number): string {
  const given = pick(givenNames, index);
  const family = pick(familyNames, Math.floor(index / givenNames.length));
  const userName = `${given}.${family}.${index + 1}`.toLowerCase();
  return created(engine, "CreateUser", "UserId", {
    IdentityStoreId: engine.organization.identityStoreId,
    UserName: userName,
    Name: { GivenName: given, FamilyName: family },
    DisplayName: `${given} ${family}`,
    Emails: [{ Value: `${userName}@example.com`, Type: "work", Primary: true }],
    UserType: "Employee",
    Title: pick(departments, index),
    PreferredLanguage: "en-GB",
    Timezone: "Europe/Berlin",
  });
}

function createGroup(engine: Engine, index: number): string {
  const department = pick(departments, index);
  return created(engine, "CreateGroup", "GroupId", {
    IdentityStoreId: engine.organization.identityStoreId,
    DisplayName: `${department}-${index + 1}`,
    Description: `${department}, team ${index + 1}`,
  });
}

function addMemberships(
  engine: Engine,
  users: readonly string[],
  groups: readonly string[],
  perUser: number,
): void {
  users.forEach((userId, index) => {
    for (let number = 0; number < perUser; number += 1) {
      created(engine, "CreateGroupMembership", "MembershipId", {
        IdentityStoreId: engine.organization.identityStoreId,
        GroupId: pick(groups, index + number),
        MemberId: { UserId: userId },
      });
    }
  });
}

function createPermissionSet(engine: Engine, index: number): string {
  const policy = pick(policies, index);
  const InstanceArn = engine.organization.instanceArn;
  const { PermissionSet } = engine.perform("CreatePermissionSet", {
    InstanceArn,
    Name: `${policy}-${index + 1}`,
    Description: `${policy} for team ${index + 1}`,
    SessionDuration: `PT${1 + (index % 12)}H`,
    Tags: [{ Key: "team", Value: pick(departments, index) }],
  });
  const PermissionSetArn = stringMember(PermissionSet as Members, "PermissionSetArn");
  engine.perform("AttachManagedPolicyToPermissionSet", {
    InstanceArn,
    PermissionSetArn,
    ManagedPolicyArn: `arn:aws:iam::aws:policy/${policy}`,
  });
  if (index % 3 === 0) {
    engine.perform("PutInlinePolicyToPermissionSet", {
      InstanceArn,
      PermissionSetArn,
      InlinePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Action: "iam:DeleteRole", Resource: "*" }],
      }),
    });
  }
  return PermissionSetArn;
}

/**
 * Walks over all combinations with a step that has no divisor in common with their number: that meets each combination
 * once, far from the one before, and needs no chance and no memory.
 */
function addAssignments(
  engine: Engine,
  count: number,
  permissionSets: readonly string[],
  principals: readonly Pick<AssignmentRecord, "principalType" | "principalId">[],
): void {
  const { accountIds } = engine.organization;
  const combinations = accountIds.length * permissionSets.length * principals.length;
  const step = coprimeStep(combinations);
  engine.change((state) => {
    for (let number = 0, place = 0; number < count; number += 1) {
      const pair = Math.floor(place / principals.length);
      const principal = principals[place % principals.length];
      if (principal === undefined) return;
      createAssignment(
        state,
        {
          accountId: pick(accountIds, pair),
          permissionSetArn: pick(permissionSets, Math.floor(pair / accountIds.length)),
          ...principal,
        },
        engine.organization,
      );
      place = (place + step) % combinations;
    }
  });
}

function coprimeStep(modulus: number): number {
  let step = Math.max(1, Math.round(modulus * 0.618));
  while (greatestCommonDivisor(step, modulus) > 1) step += 1;
  return step;
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}

function created(engine: Engine, operation: string, member: string, input: Members): string {
  return stringMember(engine.perform(operation, input), member);
}

function stringMember(members: Members, name: string): string {
  return String(members[name]);
}

function times<Value>(count: number, make: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function pick<Value>(values: readonly Value[], index: number): Value {
  const value = values[index % values.length];
  if (value === undefined) throw new RangeError("Nothing to pick from.");
  return value;
}
