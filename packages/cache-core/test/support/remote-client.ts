import { deserialize, serialize } from "node:v8";
import type { CacheStorage, StorageContext } from "@awsideman/cache-core";

/** The storage of a `StorageServer`, as another process sees it. */
export function openRemoteStorage(port: number, { identify }: StorageContext): CacheStorage {
  identify?.(`test server ${port}`);
  const call =
    (method: string) =>
    async (...given: readonly unknown[]): Promise<never> => {
      const response = await fetch(`http://127.0.0.1:${port}`, {
        method: "POST",
        body: serialize({ method, given }),
        headers: { connection: "close" },
      });
      return deserialize(Buffer.from(await response.arrayBuffer())) as never;
    };
  return {
    capabilities: { payload: "copies", reach: "fleet", persistent: true, bounded: false },
    read: call("read"),
    readMany: call("readMany"),
    write: call("write"),
    stamp: call("stamp"),
    invalidate: call("invalidate"),
    since: call("since"),
    clear: call("clear"),
    entries: () => {
      throw new Error("not used");
    },
    usage: call("usage"),
    close: () => undefined,
  };
}
