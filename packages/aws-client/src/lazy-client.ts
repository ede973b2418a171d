import {
  serviceOf,
  type AwsClient,
  type AwsCommand,
  type ClientConfig,
  type Credentials,
} from "./aws-client.ts";
import type { Output, Sending } from "./call.ts";
import { credentialsOf } from "./caller/client-credentials.ts";
import { rowsOf } from "./catalog/catalog.ts";
import type { Fields } from "./catalog/row.ts";
import type { Service } from "./catalog/sdk-commands.ts";
import { mistake } from "./options.ts";
import { sendCommand } from "./send-command.ts";

/** A client of the SDK that is made when it is needed. */
export class LazyClient {
  readonly #service: Service;
  readonly #load: () => Promise<AwsClient>;
  #client: Promise<AwsClient> | undefined;

  constructor(service: Service, load: () => Promise<AwsClient>) {
    this.#service = service;
    this.#load = load;
  }

  async send(command: string, options: object, input: Fields, sending: Sending): Promise<Output> {
    const client = await this.#get();
    // The client knows the class of its command: its own method makes one, and it is sent from here.
    const taker = Object.create(client, {
      send: { value: (made: AwsCommand) => sendCommand(client, made, options, input, sending) },
    }) as Record<string, unknown>;
    const method = taker[`${command.charAt(0).toLowerCase()}${command.slice(1)}`];
    if (typeof method !== "function" || !isCommandName(this.#service, command)) {
      throw new TypeError(
        `\`command\` must be a command of ${this.#service}, received ${JSON.stringify(command)}`,
      );
    }
    return (await method.call(taker, input)) as Output;
  }

  async credentials(): Promise<Credentials | undefined> {
    return credentialsOf((await this.#get()).config as ClientConfig);
  }

  #get(): Promise<AwsClient> {
    this.#client ??= this.#make();
    return this.#client;
  }

  async #make(): Promise<AwsClient> {
    try {
      const load = this.#load;
      const client = await load();
      if (serviceOf(client) !== this.#service)
        throw mistake("loadClient", `a maker of a client of ${this.#service}`, client);
      return client;
    } catch (error) {
      this.#client = undefined;
      throw error;
    }
  }
}

/** Commands that are newer than the catalogue have a method, too, but so have other things. */
function isCommandName(service: Service, command: string): boolean {
  return (
    rowsOf(service).has(command) ||
    (/^[A-Z]\w+$/.test(command) && !/^(?:Send|Destroy|Paginate)/.test(command))
  );
}
