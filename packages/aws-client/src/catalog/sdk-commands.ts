// Nobody needs to install all of them: in the declarations that users compile with, one that is not there is no error,
// and has no commands.
/** @ts-ignore */
import type * as identityStore from "@aws-sdk/client-identitystore";
/** @ts-ignore */
import type * as organizations from "@aws-sdk/client-organizations";
/** @ts-ignore */
import type * as ssoAdmin from "@aws-sdk/client-sso-admin";

/** The packages of the SDK, of which only the types are used: nothing of them is loaded from here. */
interface Packages {
  readonly identitystore: typeof identityStore;
  readonly organizations: typeof organizations;
  readonly "sso-admin": typeof ssoAdmin;
}

/** The services behind IAM Identity Center and its accounts, by the names that the SDK's packages end in. */
export type Service = keyof Packages;

type NameOf<Key> = Key extends `$${string}` ? never : Key extends `${infer Name}Command` ? Name : never;

/** Every command of a service, as the installed SDK has them: `"DescribeUser"`, without `Command`. */
export type CommandName<S extends Service> = NameOf<keyof Packages[S]>;

type CommandClass<S extends Service, Name extends CommandName<S>> = Packages[S][`${Name}Command` &
  keyof Packages[S]];

type CommandInstance<Class> = Class extends abstract new (...input: never) => infer Instance
  ? Instance
  : never;

/** What a command is given. */
export type CommandInput<S extends Service, Name extends CommandName<S>> =
  CommandInstance<CommandClass<S, Name>> extends { readonly input: infer Input } ? Input : never;

type HandlerOutput<Handler> = Handler extends (
  ...parameters: never
) => Promise<{ readonly output: infer Output }>
  ? Output
  : never;

/** What a command is answered with. */
export type CommandOutput<S extends Service, Name extends CommandName<S>> =
  CommandInstance<CommandClass<S, Name>> extends { resolveMiddleware(...parameters: never): infer Handler }
    ? HandlerOutput<Handler>
    : never;

/** The commands of a service that answer in pages. */
export type PaginatedCommandName<S extends Service> = {
  [Name in CommandName<S>]: "NextToken" extends keyof CommandInput<S, Name> ? Name : never;
}[CommandName<S>];
