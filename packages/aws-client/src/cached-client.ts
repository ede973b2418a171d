import { throwIfAborted, toAbortSignal } from "./abort.ts";
import {
  commandNameOf,
  serviceOf,
  type AwsClient,
  type AwsCommand,
  type ClientConfig,
  type Sender,
  type SendOptions,
} from "./aws-client.ts";
import type { Call, Output } from "./call.ts";
import { credentialsCaller, credentialsOf } from "./caller/client-credentials.ts";
import { placeOf } from "./caller/client-place.ts";
import { executeCommand } from "./execute-command.ts";
import { ExecutionContext } from "./execution-context.ts";
import { assertCaller, mistake, resolveOptions, type CachedOptions, type CallerSource } from "./options.ts";
import { sendCommand } from "./send-command.ts";

export interface CachedClientOptions extends CachedOptions {
  /**
   * Whose permissions the answers were given to: a profile, a role, a user. Callers never see each other's answers; their
   * writes concern everybody. Default: the account and the access key of the client's credentials. That is another caller
   * whenever temporary credentials are renewed, and takes credentials to find out: so give a name where there is one, or
   * `environmentCaller()` to a client that finds its credentials by itself.
   */
  readonly caller?: string | CallerSource;
}

type Callback = (error: unknown, output?: Output) => void;

/** Leads from a cached client to the one it was made of, also for another installed copy of this package. */
const originalClient: unique symbol = Symbol.for("@awsideman/aws-client/original") as never;

/**
 * Returns a client that answers reads from the cache and invalidates on writes, and is otherwise the one given, whose
 * type it has. That one stays as it is, and what is sent through it goes past the cache. A client that is cached already
 * is not cached twice: the new options count, alone.
 *
 * Whatever goes through `send` goes through the cache: commands with a promise or a callback, the methods of
 * `Identitystore`, `SSOAdmin` and `Organizations`, and the paginators. Errors of AWS and of the SDK reach the caller unchanged; failures of
 * the cache do not reach the caller.
 * @throws TypeError for what is no client of IAM Identity Center or Organizations; TypeError or RangeError for a wrong option
 * @example
 * const client = createCachedClient(new IdentitystoreClient({}), { cache, namespace: "my-organisation" });
 * const user = await client.send(new DescribeUserCommand({ IdentityStoreId, UserId }));
 */
export function createCachedClient<Client extends AwsClient>(
  client: Client,
  options: CachedClientOptions,
): Client {
  const service = serviceOf(client);
  if (service === undefined) {
    throw mistake("client", "a client of Identitystore, SSOAdmin or Organizations", client);
  }
  const resolved = resolveOptions(options);
  const { caller } = options;
  if (caller !== undefined) assertCaller(caller);
  const original = (client as { readonly [originalClient]?: Client })[originalClient] ?? client;
  const config = original.config as ClientConfig;
  const context = new ExecutionContext(service, resolved, {
    caller: caller ?? credentialsCaller(config),
    place: () => placeOf(config, service),
    credentials: () => credentialsOf(config),
  });

  function send(
    command: AwsCommand,
    optionsOrCallback?: SendOptions | Callback,
    callback?: Callback,
  ): unknown {
    const sendOptions = typeof optionsOrCallback === "function" ? undefined : optionsOrCallback;
    const done = typeof optionsOrCallback === "function" ? optionsOrCallback : callback;
    const answer = answerOf(context, original, command, sendOptions);
    if (done === undefined) return answer;
    void callBack(answer, done);
    return undefined;
  }

  return new Proxy(original, {
    get(target, property, receiver) {
      if (property === "send") return send;
      if (property === originalClient) return target;
      return Reflect.get(target, property, receiver) as unknown;
    },
  });
}

async function answerOf(
  context: ExecutionContext,
  client: AwsClient,
  command: AwsCommand,
  options: SendOptions | undefined,
): Promise<Output> {
  const sender = client as unknown as Sender;
  const pass = (): Promise<Output> =>
    options === undefined ? sender.send(command) : sender.send(command, options);
  const name = commandNameOf(command);
  if (name === undefined) {
    context.shared.preventStoring();
    return pass();
  }
  const signal = toAbortSignal(options?.abortSignal);
  throwIfAborted(signal);
  const call: Call = {
    command: name,
    input: command.input,
    signal,
    limited: options !== undefined && Object.keys(options).some((option) => option !== "abortSignal"),
    requestTimeout: options?.requestTimeout,
    pass,
    send: (input, sending) => sendCommand(client, command, options, input, sending),
  };
  return executeCommand(context, call);
}

/** As the SDK does it: called once, and what it throws is nobody's. */
async function callBack(answer: Promise<Output>, listener: Callback): Promise<void> {
  const call = await answer.then(
    (output) => () => listener(null, output),
    (error: unknown) => () => listener(error),
  );
  try {
    call();
  } catch {
    // See above.
  }
}
