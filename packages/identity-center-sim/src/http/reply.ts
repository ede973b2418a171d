import type { ServerResponse } from "node:http";
import type { ServiceError } from "../service-error.ts";
import type { ServiceDescription } from "../service.ts";

/** What a call is answered with. */
export type Reply =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly kind: "drop" }
  | { readonly kind: "hang" };

const contentType = "application/x-amz-json-1.1";

export function outputReply(output: object): Reply {
  return {
    kind: "answer",
    status: 200,
    headers: { "content-type": contentType },
    body: JSON.stringify(output),
  };
}

/** An error in the form of the service that it comes from. */
export function errorReply(
  error: ServiceError,
  service: ServiceDescription | undefined,
  requestId: string,
): Reply {
  // Operations that do not exist never reach a service: the layer in front of both answers for them.
  const prefix =
    error.code === "UnknownOperationException" ? "com.amazon.coral.service#" : (service?.errorPrefix ?? "");
  const own = service?.service === "identitystore" ? { RequestId: requestId } : {};
  return {
    kind: "answer",
    status: error.status,
    headers: { "content-type": contentType, "x-amzn-errortype": error.code },
    body: JSON.stringify({
      __type: `${prefix}${error.code}`,
      Message: error.message,
      ...own,
      ...error.members,
    }),
  };
}

export const notJsonReply: Reply = {
  kind: "answer",
  status: 503,
  headers: { "content-type": "text/html" },
  body: "<html><body><h1>503 Service Unavailable</h1></body></html>",
};

/** Sends a reply; a call that hangs is left alone until the connection is closed. */
export function send(response: ServerResponse, reply: Reply, requestId: string): void {
  switch (reply.kind) {
    case "answer":
      response.writeHead(reply.status, {
        ...reply.headers,
        "content-length": Buffer.byteLength(reply.body),
        "x-amzn-requestid": requestId,
      });
      response.end(reply.body);
      return;
    case "drop":
      response.socket?.destroy();
      return;
    case "hang":
      return;
  }
}
