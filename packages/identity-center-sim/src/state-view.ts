import type { Engine } from "./engine/engine.ts";
import type {
  AccountRecord,
  AssignmentRecord,
  GroupRecord,
  MembershipRecord,
  OrganizationalUnitRecord,
  OrganizationPolicyRecord,
  PermissionSetRecord,
  PolicyAttachmentRecord,
  ProvisioningRecord,
  RequestRecord,
  Tag,
  UserRecord,
} from "./store/records.ts";

/** How many of everything there truly is. */
export type StateSizes = ReturnType<Engine["sizes"]>;

/**
 * What is true at this moment, whether reads see it already or not. All lists are in the order of creation. Records are
 * never changed: what was handed out stays as it was.
 */
export class StateView {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get users(): readonly UserRecord[] {
    return [...this.#engine.truth().users.values()];
  }

  get groups(): readonly GroupRecord[] {
    return [...this.#engine.truth().groups.values()];
  }

  get memberships(): readonly MembershipRecord[] {
    return [...this.#engine.truth().memberships.values()];
  }

  get permissionSets(): readonly PermissionSetRecord[] {
    return [...this.#engine.truth().permissionSets.values()];
  }

  get assignments(): readonly AssignmentRecord[] {
    return [...this.#engine.truth().assignments.values()];
  }

  get provisionings(): readonly ProvisioningRecord[] {
    return [...this.#engine.truth().provisionings.values()];
  }

  get organizationalUnits(): readonly OrganizationalUnitRecord[] {
    return [...this.#engine.truth().organizationalUnits.values()];
  }

  /** Where each account is in the organisation. */
  get accounts(): readonly AccountRecord[] {
    return [...this.#engine.truth().accounts.values()];
  }

  get organizationPolicies(): readonly OrganizationPolicyRecord[] {
    return [...this.#engine.truth().organizationPolicies.values()];
  }

  get policyAttachments(): readonly PolicyAttachmentRecord[] {
    return [...this.#engine.truth().policyAttachments.values()];
  }

  /** Asynchronous operations, finished ones included. */
  get requests(): readonly RequestRecord[] {
    return [...this.#engine.truth().requests.values()];
  }

  /** The tags of a permission set or of the instance. */
  tagsOf(resourceArn: string): readonly Tag[] {
    return this.#engine.truth().tags.get(resourceArn)?.tags ?? [];
  }

  sizes(): StateSizes {
    return this.#engine.sizes();
  }
}
