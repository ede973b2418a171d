import type { IncomingMessage } from "node:http";
import type { CallCounter } from "../call-counter.ts";
import type { Engine } from "../engine/engine.ts";
import type { Fault, Faults } from "../faults.ts";
import { isObject } from "../input/field.ts";
import type { Members } from "../operations/operation.ts";
import { ServiceError } from "../service-error.ts";
import { services } from "../service.ts";
import type { SimSettings, SimSettingsInput } from "../settings.ts";
import { readBody } from "./read-body.ts";
import type { Reply } from "./reply.ts";

/** What a program needs to know to use the simulator. */
export interface SimInfo {
  readonly endpoint: string;
  readonly region: string;
  readonly instanceArn: string;
  readonly identityStoreId: string;
  readonly accountIds: readonly string[];
  /** Environment variables that lead an unmodified SDK here. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface ControlParts {
  readonly engine: Engine;
  readonly calls: CallCounter;
  readonly faults: Faults;
  readonly info: () => SimInfo;
  readonly settings: () => SimSettings;
  readonly configure: (settings: SimSettingsInput) => SimSettings;
  readonly reset: () => void;
  readonly shutDown: () => void;
}

type ControlHandler = (parts: ControlParts, input: unknown) => unknown;

/** Where the control interface begins. No AWS operation has a path of its own. */
export const controlPrefix = "/_sim/";

const controls: Readonly<Record<string, ControlHandler>> = {
  "GET info": ({ info }) => info(),
  "GET calls": ({ calls }) => calls.snapshot(),
  "GET state": ({ engine }) => engine.sizes(),
  "GET settings": ({ settings }) => settings(),
  "GET faults": ({ faults }) => faults.pending(),
  "POST settings": ({ configure }, input) => configure(requireObject(input)),
  "POST faults": ({ faults }, input) => {
    for (const fault of Array.isArray(input) ? (input as unknown[]) : [input]) {
      faults.add(requireObject(fault) as unknown as Fault);
    }
    return faults.pending();
  },
  "POST reset": ({ reset, calls }) => {
    reset();
    return calls.snapshot();
  },
  "POST settle": ({ engine }) => {
    engine.settle();
    return engine.sizes();
  },
  "POST perform": ({ engine }, input) => {
    const { operation, service, input: members = {} } = requireObject(input);
    if (typeof operation !== "string") throw new TypeError("operation must be a string");
    const known = services.find((one) => one.service === service)?.service;
    if (service !== undefined && known === undefined) throw new TypeError("there is no such service");
    return engine.perform(operation, requireObject(members), known);
  },
  "POST shutdown": ({ shutDown }) => {
    shutDown();
    return {};
  },
};

/**
 * Answers a request of the control interface. It takes requests from this machine only, made to a name of this machine,
 * and POST as JSON only: so no page in a browser can reach it, not even one that has its own name lead here.
 */
export async function answerControlRequest(parts: ControlParts, request: IncomingMessage): Promise<Reply> {
  if (!isLoopback(request.socket.remoteAddress) || !isLocalName(request.headers.host)) {
    return json(403, { error: "The control interface takes requests from this machine only." });
  }
  const path = (request.url ?? "").slice(controlPrefix.length).split("?")[0];
  const control = `${request.method} ${path}`;
  const handler = Object.hasOwn(controls, control) ? controls[control] : undefined;
  if (handler === undefined) {
    return json(404, {
      error: `There is no ${request.method} ${request.url}`,
      controls: Object.keys(controls),
    });
  }
  if (request.method === "POST" && !isJson(request)) {
    return json(415, { error: "POST needs content-type: application/json" });
  }
  const body = await readBody(request);
  try {
    const input: unknown = body === "" ? {} : JSON.parse(body);
    return json(200, handler(parts, input));
  } catch (error) {
    if (error instanceof ServiceError) {
      return json(400, { error: error.message, code: error.code, ...error.members });
    }
    if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) {
      return json(400, { error: error.message });
    }
    throw error;
  }
}

function requireObject(value: unknown): Members {
  if (!isObject(value)) throw new TypeError("The body must be a JSON object.");
  return value;
}

function isJson(request: IncomingMessage): boolean {
  return (request.headers["content-type"] ?? "").split(";")[0]?.trim() === "application/json";
}

function isLoopback(address: string | undefined): boolean {
  return address === "::1" || /^(::ffff:)?127\./.test(address ?? "");
}

function isLocalName(host = ""): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host);
}

function json(status: number, value: unknown): Reply {
  return {
    kind: "answer",
    status,
    headers: { "content-type": "application/json" },
    body: `${JSON.stringify(value)}\n`,
  };
}
