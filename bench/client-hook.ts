/*
 * What a hit costs by the place where the cache hooks into the SDK's client.
 *
 *     node --conditions=@awsideman/source bench/client-hook.ts
 *
 * The first table answers from a variable, so that only the hook counts. The second is the whole of a hit.
 */
import { DescribeUserCommand, IdentitystoreClient, ListUsersCommand } from "@aws-sdk/client-identitystore";
import { createCachedClient } from "@awsideman/aws-client";
import { CacheManager } from "@awsideman/cache-core";

/** What is measured of a client. */
interface Client {
  readonly config: unknown;
  send: (command: object) => Promise<{ readonly $metadata: object }>;
}

const input = { IdentityStoreId: "d-9067642ac7", UserId: "9067642ac7-0d4f2b8a-1c3e-4f5a-9b7c-2d8e6f0a1b2c" };
const user = {
  ...input,
  UserName: "ada.lovelace",
  DisplayName: "Ada Lovelace",
  Name: { GivenName: "Ada", FamilyName: "Lovelace" },
  Emails: [{ Value: "ada@example.com", Type: "work", Primary: true }],
  UserStatus: "ENABLED",
  CreatedAt: new Date(0),
};
const page = Array.from({ length: 100 }, (_, index) => ({ ...user, UserId: `${input.UserId}${index}` }));

const rounds = 7;
const iterations = 20_000;

/** Microseconds for one, the median of some rounds after one that does not count. */
async function measure(action: () => Promise<unknown>, times = iterations): Promise<number> {
  const results: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    for (let index = 0; index < times; index++) await action();
    if (round > 0) results.push(((performance.now() - start) / times) * 1000);
  }
  return results.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}

function newClient(config: object = {}): Client {
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  return new IdentitystoreClient({ region: "us-east-1", credentials, ...config }) as unknown as Client;
}

/** Middleware in front of everything else, as a cache would be. */
function answerInMiddleware(client: Client): Client {
  const { middlewareStack } = client as unknown as IdentitystoreClient;
  const output = { ...user, $metadata: {} };
  middlewareStack.add(() => async () => ({ output: { ...output }, response: undefined }) as never, {
    step: "initialize",
    priority: "high",
    name: "answer",
  });
  return client;
}

function answerInProxy(client: Client): Client {
  const send = async (): Promise<{ readonly $metadata: object }> => ({ ...user, $metadata: {} });
  return new Proxy(client, {
    get: (target, property, receiver) =>
      property === "send" ? send : (Reflect.get(target, property, receiver) as unknown),
  });
}

async function wholeHit(
  copy: boolean,
  command: () => object,
  output: object,
  times?: number,
): Promise<number> {
  const cache = new CacheManager({ storage: { backend: "memory", config: { copy } } });
  const client = newClient();
  client.send = async () => ({ ...output, $metadata: { httpStatusCode: 200 } });
  const cached = createCachedClient(client, { cache, caller: "bench" });
  await cached.send(command());
  const hit = await cached.send(command());
  if (!("cache" in hit.$metadata)) throw new Error("It was expected to be a hit.");
  const result = await measure(() => cached.send(command()), times);
  await cache.close();
  return result;
}

const describeUser = (): object => new DescribeUserCommand({ ...input });
const listUsers = (): object => new ListUsersCommand({ IdentityStoreId: input.IdentityStoreId });

const middleware = answerInMiddleware(newClient());
const cachingMiddleware = answerInMiddleware(newClient({ cacheMiddleware: true }));
const proxy = answerInProxy(newClient());

console.log(
  `Node.js ${process.version}, ${process.platform} ${process.arch}; microseconds for one, median of ${rounds} rounds`,
);
console.table({
  "the command alone": await measure(async () => describeUser()),
  "middleware, by default": await measure(() => middleware.send(describeUser())),
  "middleware, cacheMiddleware: true": await measure(() => cachingMiddleware.send(describeUser())),
  "Proxy around send": await measure(() => proxy.send(describeUser())),
});
console.table({
  "DescribeUser, copies": await wholeHit(true, describeUser, user),
  "DescribeUser, by reference": await wholeHit(false, describeUser, user),
  "ListUsers, 100 users, copies": await wholeHit(true, listUsers, { Users: page }, 1000),
  "ListUsers, 100 users, by reference": await wholeHit(false, listUsers, { Users: page }, 1000),
});
