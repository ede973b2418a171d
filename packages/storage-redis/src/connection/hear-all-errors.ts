import type { Redis } from "ioredis";

type Stream = Redis["stream"];

/**
 * Listens to every error of every socket that a client has. ioredis listens to the first only, and over TLS there may be two:
 * the other one would end the process.
 */
export function hearAllErrors(redis: Redis): void {
  let current: Stream | undefined = redis.stream;
  const hear = (stream: Stream | undefined): void => void stream?.on("error", () => {});
  hear(current);
  // A socket may fail before the client tells that it has one.
  Object.defineProperty(redis, "stream", {
    configurable: true,
    enumerable: true,
    get: () => current,
    set: (next: Stream | undefined) => {
      current = next;
      hear(next);
    },
  });
}
