import type { AwsClient, AwsCommand, Middleware, Sender, SendOptions } from "./aws-client.ts";
import type { AttemptObserver, Output, Sending } from "./call.ts";
import type { Fields } from "./catalog/row.ts";

/**
 * Sends a command with another input than its own, through the client and all its middleware. Neither the command nor
 * the client is changed.
 */
export function sendCommand(
  client: AwsClient,
  command: AwsCommand,
  options: SendOptions | undefined,
  input: Fields,
  sending: Sending,
): Promise<Output> {
  const abortSignal = sending.abortSignal === undefined ? {} : { abortSignal: sending.abortSignal };
  // Options are always given: without, a client with `cacheMiddleware` would use the middleware of an earlier command.
  const variant = variantOf(command, input, sending.attempts);
  return (client as unknown as Sender).send(variant, { ...options, ...abortSignal });
}

function variantOf(command: AwsCommand, input: Fields, attempts: AttemptObserver | undefined): AwsCommand {
  const variant = Object.create(command, { input: { value: input, ...ordinary } }) as AwsCommand;
  const { middlewareStack } = command;
  if (typeof middlewareStack?.clone !== "function") return variant;
  const stack = middlewareStack.clone();
  // After the SDK's retry middleware, so once for every attempt.
  if (attempts !== undefined) {
    stack.add(observe(attempts), {
      step: "finalizeRequest",
      priority: "low",
      name: "awsidemanAttempts",
      override: true,
    });
  }
  return Object.defineProperty(variant, "middlewareStack", { value: stack, ...ordinary });
}

const ordinary = { writable: true, enumerable: true, configurable: true } as const;

function observe(attempts: AttemptObserver): Middleware {
  return (next) => async (request) => {
    await attempts.before();
    try {
      return await next(request);
    } catch (error) {
      attempts.failed(error);
      throw error;
    }
  };
}
