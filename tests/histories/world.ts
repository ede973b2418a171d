import type { IdentityCenterSim } from "@awsideman/identity-center-sim";

/** What may be chosen from at the moment: what there is, and what there is no more or not yet. */
export class World {
  readonly #sim: IdentityCenterSim;
  readonly #random: () => number;
  readonly #rootId: string | undefined;
  /** Identifiers of what was there once. */
  readonly #gone = new Map<string, string[]>();
  #made = 0;

  constructor(sim: IdentityCenterSim, random: () => number) {
    this.#sim = sim;
    this.#random = random;
    const { Roots } = sim.perform("ListRoots", {}) as { readonly Roots: readonly { readonly Id: string }[] };
    this.#rootId = Roots[0]?.Id;
  }

  get IdentityStoreId(): string {
    return this.#sim.identityStoreId;
  }

  get InstanceArn(): string {
    return this.#sim.instanceArn;
  }

  get state(): IdentityCenterSim["state"] {
    return this.#sim.state;
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  /** One of them, the first ones more often; undefined of none. */
  pick<Value>(from: readonly Value[]): Value | undefined {
    return from[Math.floor(this.#random() ** 2 * from.length)];
  }

  /** One of them that fits. */
  find<Value>(from: readonly Value[], fits: (value: Value) => boolean): Value | undefined {
    return this.pick(from.filter(fits));
  }

  user(): string | undefined {
    return this.#oneOf(
      "user",
      this.state.users.map(({ userId }) => userId),
    );
  }

  group(): string | undefined {
    return this.#oneOf(
      "group",
      this.state.groups.map(({ groupId }) => groupId),
    );
  }

  membership(): string | undefined {
    return this.#oneOf(
      "membership",
      this.state.memberships.map(({ membershipId }) => membershipId),
    );
  }

  permissionSet(): string | undefined {
    return this.#oneOf(
      "permission-set",
      this.state.permissionSets.map(({ permissionSetArn }) => permissionSetArn),
    );
  }

  account(): string | undefined {
    return this.pick(this.#sim.accountIds);
  }

  unit(): string | undefined {
    return this.#oneOf(
      "unit",
      this.state.organizationalUnits.map(({ organizationalUnitId }) => organizationalUnitId),
    );
  }

  /** The root or a unit. */
  parent(): string | undefined {
    return this.chance(0.4) ? this.#rootId : this.unit();
  }

  /** The root, a unit or an account. */
  node(): string | undefined {
    return this.chance(0.5) ? this.parent() : this.account();
  }

  organizationPolicy(): string | undefined {
    return this.pick(this.state.organizationPolicies.map(({ policyId }) => policyId));
  }

  principal(): { readonly PrincipalType: "USER" | "GROUP"; readonly PrincipalId: string | undefined } {
    return this.chance(0.5)
      ? { PrincipalType: "USER", PrincipalId: this.user() }
      : { PrincipalType: "GROUP", PrincipalId: this.group() };
  }

  /** A name of those that things of this kind can have, whether there is one of it or not. */
  name(kind: "user" | "group" | "set" | "unit"): string {
    return `${kind}-${Math.floor(this.#random() ** 2 * 16)}`;
  }

  /** Something that was not there before. */
  text(): string {
    return `text-${this.#made++}`;
  }

  /** What there is, and now and then what there was. */
  #oneOf(kind: string, there: readonly string[]): string | undefined {
    const known = this.#gone.get(kind) ?? [];
    for (const id of there) if (!known.includes(id)) known.push(id);
    this.#gone.set(kind, known);
    const gone = known.filter((id) => !there.includes(id)).slice(-4);
    return this.chance(0.1) && gone.length > 0 ? this.pick(gone) : this.pick(there);
  }
}
