import type { IncomingMessage } from "node:http";
import type { CallCounter } from "../call-counter.ts";
import { systemClock, type Clock } from "../clock.ts";
import type { Engine } from "../engine/engine.ts";
import type { Encounter, Fault, FaultKind, Faults } from "../faults.ts";
import { isObject } from "../input/field.ts";
import type { Members } from "../operations/operation.ts";
import type { Random } from "../random.ts";
import { serializationError, ServiceError, throttled, unknownOperation } from "../service-error.ts";
import { services, type ServiceDescription } from "../service.ts";
import type { SimSettings } from "../settings.ts";
import type { Throttle } from "../throttle.ts";
import { readBody } from "./read-body.ts";
import { errorReply, notJsonReply, outputReply, type Reply } from "./reply.ts";

export interface ServiceEndpointParts {
  readonly engine: Engine;
  readonly calls: CallCounter;
  readonly faults: Faults;
  readonly throttle: Throttle;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: () => SimSettings;
  /** Aborted when the simulator closes. */
  readonly closing: AbortSignal;
  readonly onCall: ((call: AnsweredCall) => void) | undefined;
}

/** A call over the network, and what became of it. A call that the SDK tries three times is three. */
export interface AnsweredCall {
  readonly operation: string;
  readonly fault: FaultKind | undefined;
  /** The name of the exception that was sent; undefined where there was an answer, or none at all. */
  readonly error: string | undefined;
}

interface Call {
  readonly service: ServiceDescription;
  readonly operation: string;
  readonly body: string;
  readonly requestId: string;
}

/**
 * Answers one call to a service: counts it, lets it meet its faults, throttles it, makes it take its time, and carries it
 * out.
 */
export async function answerServiceCall(
  parts: ServiceEndpointParts,
  request: IncomingMessage,
  requestId: string,
): Promise<Reply> {
  const body = await readBody(request);
  const [target = "", operation = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
  const service = services.find((candidate) => candidate.target === target);
  if (service === undefined || operation === "") {
    return errorReply(unknownOperation(), undefined, requestId);
  }
  const call: Call = { service, operation, body, requestId };
  parts.calls.count(operation, "received");
  const encounter = parts.faults.meet(operation);
  const reply = await answer(parts, call, encounter);
  const error = reply.kind === "answer" ? reply.headers["x-amzn-errortype"] : undefined;
  parts.onCall?.({ operation, fault: encounter.fault?.kind, error });
  return reply;
}

async function answer(parts: ServiceEndpointParts, call: Call, { fault, holds }: Encounter): Promise<Reply> {
  const { service, operation, requestId } = call;
  if (fault !== undefined) parts.calls.count(operation, "faulted");

  if (fault?.kind === "throttle" || !parts.throttle.admits(service.service, operation, parts.clock.now())) {
    parts.calls.count(operation, "throttled");
    return errorReply(throttlingOf(service), service, requestId);
  }
  for (const hold of holds) if (hold.when === "before") await hold.wait();
  const early = fault === undefined ? undefined : replyInstead(fault, call);
  if (early !== undefined) return early;

  const pause = latencyOf(parts) / 2;
  await sleep(parts, pause);
  const reply = carryOut(parts, call);
  for (const hold of holds) if (hold.when === "after") await hold.wait();
  await sleep(parts, pause);
  return (fault === undefined ? undefined : replyAfter(fault, call)) ?? reply;
}

function carryOut(parts: ServiceEndpointParts, call: Call): Reply {
  try {
    if (!parts.engine.supports(call.service.service, call.operation)) throw unknownOperation();
    return outputReply(parts.engine.perform(call.operation, inputOf(call.body), call.service.service));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    parts.calls.count(call.operation, "failed");
    return errorReply(error, call.service, call.requestId);
  }
}

function inputOf(body: string): Members {
  try {
    const input: unknown = JSON.parse(body === "" ? "{}" : body);
    if (isObject(input)) return input;
  } catch {
    // Falls through: not JSON, or not an object, is the same to the services.
  }
  throw serializationError("The request could not be read as a JSON object.");
}

function replyInstead(fault: Fault, call: Call): Reply | undefined {
  switch (fault.kind) {
    case "error-before":
      return errorReply(errorOf(fault), call.service, call.requestId);
    case "drop-connection":
      return { kind: "drop" };
    case "hang":
      return { kind: "hang" };
    case "not-json":
      return notJsonReply;
    default:
      return undefined;
  }
}

function replyAfter(fault: Fault, call: Call): Reply | undefined {
  switch (fault.kind) {
    case "error-after-apply":
      return errorReply(errorOf(fault), call.service, call.requestId);
    case "drop-after-apply":
      return { kind: "drop" };
    case "hang-after-apply":
      return { kind: "hang" };
    default:
      return undefined;
  }
}

function errorOf(fault: Fault): ServiceError {
  const code = fault.error ?? "InternalServerException";
  const status = fault.status ?? (code === "InternalServerException" ? 500 : 400);
  return new ServiceError(code, fault.message ?? "A fault that was asked for.", {}, status);
}

function throttlingOf({ service }: ServiceDescription): ServiceError {
  switch (service) {
    case "identitystore":
      return throttled("Rate exceeded", { RetryAfterSeconds: 1 });
    case "organizations":
      return new ServiceError("TooManyRequestsException", "Rate exceeded", { Type: "RATE" });
    case "sso-admin":
      return throttled();
  }
}

function latencyOf(parts: ServiceEndpointParts): number {
  const { minimum, maximum } = parts.settings().latency;
  return minimum + parts.random() * (maximum - minimum);
}

async function sleep(parts: ServiceEndpointParts, milliseconds: number): Promise<void> {
  if (milliseconds <= 0) return;
  const clock = parts.clock.sleep === undefined ? systemClock : parts.clock;
  await clock.sleep?.(milliseconds, parts.closing);
}
