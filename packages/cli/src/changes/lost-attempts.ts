/**
 * The SDK repeats a request that was not answered, and tells of the last attempt alone. Whether one before it may have been
 * carried out is known only while they are made.
 */

const isLost = Symbol("lost attempt");

type Handler = (request: unknown) => Promise<unknown>;

/** What a client of the SDK has of all that it can do with its middleware. */
interface MiddlewareStack {
  add(middleware: (next: Handler, context: { [isLost]?: true }) => Handler, options: object): void;
}

/** Has a client mark the errors of calls that AWS may have carried out all the same. */
export function markLostAttempts(stack: MiddlewareStack): void {
  // Around the SDK's retries.
  stack.add(
    (next, context) => async (request) => {
      try {
        return await next(request);
      } catch (error) {
        if (context[isLost] === true && error instanceof Error) Object.assign(error, { [isLost]: true });
        throw error;
      }
    },
    { step: "initialize", name: "awsidemanLostCalls" },
  );
  // Inside them, so once for each attempt.
  stack.add(
    (next, context) => async (request) => {
      try {
        return await next(request);
      } catch (error) {
        if (mayHaveArrived(error)) context[isLost] = true;
        throw error;
      }
    },
    { step: "finalizeRequest", priority: "low", name: "awsidemanLostAttempts" },
  );
}

/** Whether what failed with this error may have been carried out, by the last attempt or by one before. */
export function mayBeCarriedOut(error: unknown): boolean {
  return error instanceof Error && isLost in error;
}

/** Of a connection that there never was, and of one that was not trusted: nothing was sent. */
const neverSent =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPROTO)$|CERT|UNABLE_TO_VERIFY/;

/** Whether AWS may have got the request, and has not said no. */
export function mayHaveArrived(error: unknown): boolean {
  const { $metadata, code } = (error ?? {}) as {
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly code?: unknown;
  };
  const status = $metadata?.httpStatusCode;
  // 408: somebody has not heard all of the request in time.
  if (status !== undefined) return status >= 500 || status === 408;
  return !(typeof code === "string" && neverSent.test(code));
}
