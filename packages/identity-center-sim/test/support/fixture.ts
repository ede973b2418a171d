import { IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { SSOAdminClient } from "@aws-sdk/client-sso-admin";
import {
  startIdentityCenterSim,
  type Clock,
  type IdentityCenterSim,
  type IdentityCenterSimOptions,
} from "@awsideman/identity-center-sim";
import { onTestFinished } from "vitest";

/** Time that passes only when a test says so; what sleeps is noted and does not wait. */
export class ManualClock implements Clock {
  #now = Date.parse("2026-01-01T00:00:00Z");
  readonly slept: number[] = [];

  now(): number {
    return this.#now;
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.slept.push(milliseconds);
  }
}

/** A simulator and one client of the SDK for each service, all closed when the test ends. */
export interface Fixture {
  readonly sim: IdentityCenterSim;
  readonly clock: ManualClock;
  readonly identityStore: IdentitystoreClient;
  readonly ssoAdmin: SSOAdminClient;
  readonly organizations: OrganizationsClient;
  readonly IdentityStoreId: string;
  readonly InstanceArn: string;
}

export interface FixtureOptions extends Omit<IdentityCenterSimOptions, "clock"> {
  /** How often the SDK tries. @default 1 */
  readonly maxAttempts?: number;
}

export async function startFixture(options: FixtureOptions = {}): Promise<Fixture> {
  const { maxAttempts = 1, ...simOptions } = options;
  const clock = new ManualClock();
  const sim = await startIdentityCenterSim({ ...simOptions, clock });
  const config = { ...sim.clientConfig, maxAttempts };
  const identityStore = new IdentitystoreClient(config);
  const ssoAdmin = new SSOAdminClient(config);
  const organizations = new OrganizationsClient(config);
  onTestFinished(async () => {
    identityStore.destroy();
    ssoAdmin.destroy();
    organizations.destroy();
    await sim.close();
  });
  return {
    sim,
    clock,
    identityStore,
    ssoAdmin,
    organizations,
    IdentityStoreId: sim.identityStoreId,
    InstanceArn: sim.instanceArn,
  };
}

/** The first of what has to be there. */
export function first<Value>(values: readonly Value[]): Value {
  const [value] = values;
  if (value === undefined) throw new Error("There is nothing to take the first of.");
  return value;
}

/** What a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error("It was expected to fail.");
}
