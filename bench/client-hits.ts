import { DescribeUserCommand, IdentitystoreClient, ListUsersCommand } from "@aws-sdk/client-identitystore";
import { createCachedClient } from "@awsideman/aws-client";
import { CacheManager } from "@awsideman/cache-core";
import { contest, type Contender, type Row } from "./contest.ts";

/** What is timed of a client. */
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

const describeUser = (): object => new DescribeUserCommand({ ...input });
const listUsers = (): object => new ListUsersCommand({ IdentityStoreId: input.IdentityStoreId });

/** The places where a cache can hook into the SDK's client. Answered from a variable, so that only the hook counts. */
export async function clientHooks(): Promise<Row[]> {
  const contenders = [
    sender("Proxy around send", answerInProxy(newClient()), describeUser),
    sender("middleware, cacheMiddleware: true", answerInMiddleware(newClient(true)), describeUser),
    sender("middleware (default)", answerInMiddleware(newClient()), describeUser),
  ];
  return contest(contenders, 20_000);
}

/** The whole of a hit through a wrapped client of the SDK. The bar is 20 us for a DescribeUser. */
export async function clientHits(): Promise<Row[]> {
  const contenders = [
    await hit("DescribeUser, private copies (default)", true, describeUser, user),
    await hit("DescribeUser, by reference", false, describeUser, user),
    await hit("ListUsers, 100 users, private copies", true, listUsers, { Users: page }),
    await hit("ListUsers, 100 users, by reference", false, listUsers, { Users: page }),
  ];
  return contest(contenders, 3_000);
}

function sender(name: string, client: Client, command: () => object): Contender {
  return {
    name,
    async run(count) {
      for (let index = 0; index < count; index++) await client.send(command());
    },
  };
}

async function hit(name: string, copy: boolean, command: () => object, output: object): Promise<Contender> {
  const cache = new CacheManager({ storage: { backend: "memory", config: { copy } }, defaultTtl: Infinity });
  const client = newClient();
  client.send = async () => ({ ...output, $metadata: { httpStatusCode: 200 } });
  const cached = createCachedClient(client, { cache, caller: "bench" });
  await cached.send(command());
  const { $metadata } = await cached.send(command());
  if (!("cache" in $metadata)) throw new Error(`${name}: a hit was expected`);
  return sender(name, cached, command);
}

function newClient(cacheMiddleware: boolean = false): Client {
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const config = { region: "us-east-1", credentials, cacheMiddleware };
  return new IdentitystoreClient(config) as unknown as Client;
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
