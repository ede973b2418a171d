import { once } from "node:events";
import { Identitystore } from "@aws-sdk/client-identitystore";
import { createCachedClient } from "@awsideman/aws-client";
import { CacheManager } from "@awsideman/cache-core";

/** Where the calls go, and how many are under way at a time. Passed as JSON. */
export interface QuotaOptions {
  readonly endpoint: string;
  readonly identityStoreId: string;
  readonly folder: string;
  readonly concurrency: number;
}

export interface QuotaReport {
  readonly answered: number;
  readonly refused: number;
}

const { endpoint, identityStoreId, folder, concurrency } = JSON.parse(
  process.argv[2] ?? "{}",
) as QuotaOptions;
const cache = new CacheManager({ storage: { backend: "disk", config: { cacheDir: folder } } });
const aws = new Identitystore({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "AKIA0000", secretAccessKey: "secret" },
});
const client = createCachedClient(aws, { cache, caller: "ada" });
await cache.has("begin");
process.send?.("ready");
const [milliseconds] = (await once(process, "message")) as [number];

const end = performance.now() + milliseconds;
let asked = 0;
let answered = 0;
let refused = 0;
let isOver = false;
async function ask(): Promise<void> {
  while (performance.now() < end) {
    const UserId = `00000000-0000-0000-${String(process.pid % 10_000).padStart(4, "0")}-${String(asked++).padStart(12, "0")}`;
    try {
      await client.describeUser({ IdentityStoreId: identityStoreId, UserId });
    } catch (error) {
      // Nobody has these identifiers: what counts is that AWS has answered.
      if (isOver) return;
      if ((error as Error).name === "ThrottlingException") refused++;
      else answered++;
    }
  }
}
void Promise.all(Array.from({ length: concurrency }, ask));
setTimeout(() => {
  isOver = true;
  process.send?.({ answered, refused } satisfies QuotaReport);
  process.disconnect();
  setImmediate(() => process.exit());
}, milliseconds);
