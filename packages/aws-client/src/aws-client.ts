import type { Output } from "./call.ts";
import type { Fields } from "./catalog/row.ts";
import type { Service } from "./catalog/sdk-commands.ts";

/** What is used of a client of the SDK, whichever of the six it is. */
export interface AwsClient {
  readonly config: unknown;
  send(command: never, ...rest: never[]): unknown;
}

/** How a client is used from here. */
export interface Sender {
  send(command: AwsCommand, options?: object): Promise<Output>;
}

/** What is used of credentials. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accountId?: string;
  readonly expiration?: Date;
}

/** What is used of a client's configuration. Everything is checked before use: it differs between versions. */
export interface ClientConfig {
  readonly serviceId?: unknown;
  readonly region?: () => Promise<string>;
  readonly endpoint?: () => Promise<{
    readonly protocol: string;
    readonly hostname: string;
    readonly port?: number;
    readonly path?: string;
  }>;
  /** True where an endpoint of the environment or of a profile does not count. */
  readonly ignoreConfiguredEndpointUrls?: unknown;
  /** That endpoint; newer versions have it. */
  readonly serviceConfiguredEndpoint?: () => Promise<string | undefined>;
  readonly credentials?: () => Promise<Credentials>;
  readonly defaultUserAgentProvider?: () => Promise<readonly (readonly [string, string?])[]>;
}

/** What is used of a command. */
export interface AwsCommand {
  readonly input: Fields;
  readonly schema?: unknown;
  readonly middlewareStack?: MiddlewareStack;
}

export interface MiddlewareStack {
  clone(): MiddlewareStack;
  add(middleware: Middleware, options: object): void;
}

export type Middleware = (
  next: (request: unknown) => Promise<unknown>,
) => (request: unknown) => Promise<unknown>;

/** What may be given to `send` besides the command. */
export interface SendOptions {
  readonly abortSignal?: { readonly aborted: boolean };
  /** Milliseconds. */
  readonly requestTimeout?: number;
}

const servicesById: Readonly<Record<string, Service>> = {
  identitystore: "identitystore",
  Organizations: "organizations",
  "SSO Admin": "sso-admin",
};
const servicesByClass: Readonly<Record<string, Service>> = {
  IdentitystoreClient: "identitystore",
  OrganizationsClient: "organizations",
  SSOAdminClient: "sso-admin",
};

/**
 * Tells which service a client is for, without the SDK: by the service's own name in the client's configuration, which
 * bundlers do not touch, or by the name of one of its classes.
 * @returns undefined for what is no client of IAM Identity Center or Organizations
 */
export function serviceOf(client: unknown): Service | undefined {
  if (typeof client !== "object" || client === null || typeof (client as AwsClient).send !== "function")
    return undefined;
  const { serviceId } = ((client as AwsClient).config ?? {}) as ClientConfig;
  if (typeof serviceId === "string" && Object.hasOwn(servicesById, serviceId)) return servicesById[serviceId];
  for (let type: unknown = Object.getPrototypeOf(client); type != null; type = Object.getPrototypeOf(type)) {
    const { name } = (type as object).constructor;
    if (Object.hasOwn(servicesByClass, name)) return servicesByClass[name];
  }
  return undefined;
}

/**
 * Returns the name of a command, without `Command`: from its schema, which bundlers do not touch and subclasses share,
 * or from the names of its classes in versions of the SDK that have no schemas.
 * @returns undefined for what is no command
 */
export function commandNameOf(command: unknown): string | undefined {
  if (typeof command !== "object" || command === null) return undefined;
  // An operation, as the SDK writes it: [9, namespace, name, traits, input, output].
  const { schema } = command as AwsCommand;
  if (Array.isArray(schema) && schema[0] === operationSchema && typeof schema[2] === "string")
    return schema[2];
  for (let type: unknown = Object.getPrototypeOf(command); type != null; type = Object.getPrototypeOf(type)) {
    const name = /^(\w+)Command$/.exec((type as object).constructor.name)?.[1];
    if (name !== undefined) return name;
  }
  return command.constructor?.name;
}

const operationSchema = 9;
