import { Identitystore } from "@aws-sdk/client-identitystore";
import { Organizations } from "@aws-sdk/client-organizations";
import { SSOAdmin } from "@aws-sdk/client-sso-admin";
import type { IdentityCenterSim } from "@awsideman/identity-center-sim";
import { canonical, canonicalError } from "./canonical.ts";
import type { Request } from "./messages.ts";

/** Clients of the SDK that know no cache: what they answer is the truth. */
export class UncachedClients {
  readonly #clients: Readonly<Record<Request["service"], Identitystore | Organizations | SSOAdmin>>;

  constructor({ clientConfig }: IdentityCenterSim) {
    const config = { ...clientConfig };
    this.#clients = {
      identitystore: new Identitystore(config),
      organizations: new Organizations(config),
      "sso-admin": new SSOAdmin(config),
    };
  }

  async answer({ service, command, input }: Request): Promise<string> {
    const methods = this.#clients[service] as unknown as Readonly<
      Record<string, (input: object) => Promise<object>>
    >;
    const method = `${command.charAt(0).toLowerCase()}${command.slice(1)}`;
    try {
      return canonical((await methods[method]?.(input)) ?? {});
    } catch (error) {
      return canonicalError((error as Error).name, error as object);
    }
  }

  destroy(): void {
    for (const client of Object.values(this.#clients)) client.destroy();
  }
}
