import type { IncomingMessage } from "node:http";

/** More than any request of these services. */
const limit = 4 * 1024 * 1024;

/** The body of a request as text. Rejects when it is larger than these services take, or breaks off. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw new RangeError("The request is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
