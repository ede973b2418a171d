import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** A listening HTTP server. */
export interface HttpListener {
  readonly endpoint: string;
  /** Ends every connection, however busy, and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts to listen.
 * @throws the system's error, such as EADDRINUSE
 */
export async function listen(
  host: string,
  port: number,
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<HttpListener> {
  // A connection that is idle stays: whoever is about to use it would have it closed under his hands.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    handle(request, response).catch(() => {
      // The client went away, or the simulator is closing: there is nobody to answer.
      response.socket?.destroy();
    });
  });
  server.listen(port, host);
  await once(server, "listening");
  const { port: actual, family, address } = server.address() as AddressInfo;
  return {
    endpoint: `http://${family === "IPv6" ? `[${address}]` : address}:${actual}`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
