import {
  DescribeUserCommand,
  IdentitystoreClient,
  UpdateUserCommand,
  type DescribeUserCommandOutput,
} from "@aws-sdk/client-identitystore";
import { SSOAdmin, SSOAdminClient } from "@aws-sdk/client-sso-admin";
import { expect, expectTypeOf, test } from "vitest";
import { createCachedClient } from "../src/index.ts";
import { dataOf, failureOf, isHit, startFixture, type Fixture } from "./support/fixture.ts";

interface WithUser extends Fixture {
  readonly UserId: string;
  readonly describe: () => DescribeUserCommand;
}

async function startWithUser(options: Parameters<typeof startFixture>[0] = {}): Promise<WithUser> {
  const fixture = await startFixture(options);
  const UserId = fixture.sim.console.createUser({ UserName: "ada" });
  const { IdentityStoreId } = fixture;
  return { ...fixture, UserId, describe: () => new DescribeUserCommand({ IdentityStoreId, UserId }) };
}

test("a cached client has the type and the class of the one it was made of", async () => {
  const { cache, sim } = await startFixture();
  const plain = new SSOAdminClient(sim.clientConfig);
  const cached = createCachedClient(plain, { cache });
  expectTypeOf(cached).toEqualTypeOf<SSOAdminClient>();
  expect(cached).toBeInstanceOf(SSOAdminClient);
  expect(cached.config).toBe(plain.config);
  expect(createCachedClient(new SSOAdmin(sim.clientConfig), { cache })).toBeInstanceOf(SSOAdmin);
  cached.destroy();
});

test("the original stays as it is, and goes past the cache", async () => {
  const { identityStore, aws, describe, sim } = await startWithUser();
  // `handlers` is the SDK's own, and comes and goes.
  const own = (): PropertyKey[] => Reflect.ownKeys(aws.identityStore).filter((name) => name !== "handlers");
  const properties = own();
  await identityStore.send(describe());
  await aws.identityStore.send(describe());
  await aws.identityStore.send(describe());
  expect(own()).toEqual(properties);
  expect(aws.identityStore.middlewareStack.identify().join()).not.toContain("awsideman");
  expect(sim.calls.of("DescribeUser").received).toBe(3);
});

test("a client that is cached already is not cached twice", async () => {
  const { identityStore, describe, sim, cache, clock, start } = await startWithUser();
  const twice = createCachedClient(identityStore, { cache, clock, namespace: "other" });
  await twice.send(describe());
  expect(isHit(await twice.send(describe()))).toBe(true);
  expect(isHit(await identityStore.send(describe()))).toBe(false);
  expect(sim.calls.of("DescribeUser").received).toBe(2);
  expect(isHit(await start().identityStore.send(describe()))).toBe(true);
});

test("callbacks are called once, in both forms, on loads, hits and errors", async () => {
  const { identityStore, describe, IdentityStoreId } = await startWithUser();
  type Heard = readonly [error: Error | null, output: DescribeUserCommandOutput | undefined];
  const calls: Heard[] = [];
  type Listener = (error: Error | null, output?: DescribeUserCommandOutput) => void;
  const hear = (call: (listener: Listener) => void): Promise<Heard> =>
    new Promise((resolve) => {
      const returned: unknown = call((error, output) => {
        calls.push([error, output]);
        resolve([error, output]);
      });
      expect(returned).toBeUndefined();
    });
  const [, loaded] = await hear((listener) => identityStore.send(describe(), listener));
  const [, hit] = await hear((listener) => identityStore.send(describe(), {}, listener));
  expect([loaded, hit].map((output) => output && isHit(output))).toEqual([false, true]);
  const missing = new DescribeUserCommand({
    IdentityStoreId,
    UserId: "00000000-0000-0000-0000-000000000000",
  });
  const [error, nothing] = await hear((listener) => identityStore.send(missing, listener));
  expect([error?.name, nothing]).toEqual(["ResourceNotFoundException", undefined]);
  expect(calls).toHaveLength(3);
});

test("what a callback throws is nobody's", async () => {
  const { identityStore, describe } = await startWithUser();
  let times = 0;
  identityStore.send(describe(), () => {
    times++;
    throw new Error("of the callback");
  });
  await identityStore.send(describe());
  await new Promise((resolve) => setImmediate(resolve));
  expect(times).toBe(1);
});

test("methods of the aggregated client take callbacks, too", async () => {
  const { identityStore, IdentityStoreId, UserId } = await startWithUser();
  const heard = await new Promise((resolve) =>
    identityStore.describeUser({ IdentityStoreId, UserId }, (_error, output) => resolve(output?.UserName)),
  );
  expect(heard).toBe("ada");
});

test("a command may be sent again, and stays as it is", async () => {
  const { identityStore, IdentityStoreId, UserId, sim } = await startWithUser();
  const Operations = [{ AttributePath: "title", AttributeValue: "Countess" }];
  const update = new UpdateUserCommand({ IdentityStoreId, UserId, Operations });
  const { input } = update;
  await identityStore.send(update);
  await identityStore.send(update);
  expect(update.input).toBe(input);
  expect(update.middlewareStack.identify()).toEqual([]);
  expect(sim.calls.of("UpdateUser").received).toBe(2);
});

test("middleware of the client and of the command still sees what is sent", async () => {
  const { sim, cache, describe } = await startWithUser();
  const client = new IdentitystoreClient(sim.clientConfig);
  const seen: string[] = [];
  const note =
    (name: string) =>
    <Request, Reply>(next: (request: Request) => Promise<Reply>) =>
    async (request: Request): Promise<Reply> => {
      seen.push(name);
      return next(request);
    };
  client.middlewareStack.add(note("client"), { step: "build" });
  const command = describe();
  command.middlewareStack.add(note("command"), { step: "build" });
  const cached = createCachedClient(client, { cache });
  await cached.send(command);
  await cached.send(command);
  expect(seen.toSorted()).toEqual(["client", "command"]);
  client.destroy();
});

test("a client that keeps its middleware is no different", async () => {
  const { identityStore, describe, IdentityStoreId, UserId, aws } = await startWithUser({
    aws: { cacheMiddleware: true },
  });
  for (const title of ["Countess", "Doctor"]) {
    const Operations = [{ AttributePath: "title", AttributeValue: title }];
    await identityStore.updateUser({ IdentityStoreId, UserId, Operations });
    expect((await identityStore.send(describe())).Title).toBe(title);
    expect((await aws.identityStore.send(describe())).Title).toBe(title);
  }
  expect(isHit(await identityStore.send(describe()))).toBe(true);
});

test("an aborted signal counts on a hit, with the SDK's own error", async () => {
  const { identityStore, aws, describe } = await startWithUser();
  await identityStore.send(describe());
  const reason = new Error("no longer wanted");
  const abortSignal = AbortSignal.abort(reason);
  const own = await failureOf(identityStore.send(describe(), { abortSignal }));
  const theirs = await failureOf(aws.identityStore.send(describe(), { abortSignal }));
  expect([own.name, own.message]).toEqual([theirs.name, theirs.message]);
  expect(own.cause).toBe(reason);
});

test("a caller that aborts gets the SDK's error, and does not abort who asks for the same", async () => {
  const { identityStore, describe, sim } = await startWithUser();
  const hold = sim.faults.hold({ operation: "DescribeUser" });
  const controller = new AbortController();
  const leader = failureOf(identityStore.send(describe(), { abortSignal: controller.signal }));
  await hold.reached;
  const follower = identityStore.send(describe());
  await new Promise((resolve) => setImmediate(resolve));
  const reason = new Error("no longer wanted");
  controller.abort(reason);
  const failure = await leader;
  expect([failure.name, failure.cause]).toEqual(["AbortError", reason]);
  hold.release();
  expect((await follower).UserName).toBe("ada");
  expect(sim.calls.of("DescribeUser").received).toBe(1);
});

test("the request is aborted when nobody waits for it any more", async () => {
  const { identityStore, describe, sim } = await startWithUser();
  const hold = sim.faults.hold({ operation: "DescribeUser" });
  const controller = new AbortController();
  const both = [1, 2].map(() =>
    failureOf(identityStore.send(describe(), { abortSignal: controller.signal })),
  );
  await hold.reached;
  controller.abort();
  expect((await Promise.all(both)).map(({ name }) => name)).toEqual(["AbortError", "AbortError"]);
  hold.release();
  expect(isHit(await identityStore.send(describe()))).toBe(false);
});

test("an abort signal of an older kind is understood", async () => {
  const { identityStore, describe, sim } = await startWithUser();
  const hold = sim.faults.hold({ operation: "DescribeUser" });
  let heard = 0;
  const abortSignal = { aborted: false, onabort: (() => heard++) as (event: never) => void };
  const asked = failureOf(identityStore.send(describe(), { abortSignal }));
  await hold.reached;
  abortSignal.aborted = true;
  abortSignal.onabort(undefined as never);
  expect((await asked).name).toBe("AbortError");
  // Whoever listened before hears of it as ever.
  expect(heard).toBe(1);
  hold.release();
});

test("one caller's timeout is not another's", async () => {
  const { identityStore, describe, sim } = await startWithUser({
    aws: { requestHandler: { throwOnRequestTimeout: true } },
  });
  // For whichever request it is that arrives: one that is given up may never leave.
  const fault = sim.faults.add({ kind: "hang", operation: "DescribeUser", times: "always" });
  const hasty = failureOf(identityStore.send(describe(), { requestTimeout: 5 }));
  const patient = identityStore.send(describe());
  expect((await hasty).name).toBe("TimeoutError");
  fault.remove();
  expect((await patient).UserName).toBe("ada");
});

test("what AWS answers to a caller with a limit of its own is answered to all who share it", async () => {
  const { identityStore, describe, sim } = await startWithUser();
  using hold = sim.faults.hold({ operation: "DescribeUser" });
  sim.faults.add({ kind: "error-before", operation: "DescribeUser", error: "AccessDeniedException" });
  const hasty = failureOf(identityStore.send(describe(), { requestTimeout: 60_000 }));
  await hold.reached;
  const patient = failureOf(identityStore.send(describe()));
  hold.release();
  expect([(await hasty).name, (await patient).name]).toEqual([
    "AccessDeniedException",
    "AccessDeniedException",
  ]);
  expect(sim.calls.of("DescribeUser").received).toBe(1);
});

test("an output is the caller's own, however it came", async () => {
  for (const memory of [{ copy: true }, { copy: false }]) {
    const { identityStore, describe, sim } = await startWithUser({ memory });
    const hold = sim.faults.hold({ operation: "DescribeUser" });
    const pending = [1, 2, 3].map(() => identityStore.send(describe()));
    await hold.reached;
    hold.release();
    const outputs = [...(await Promise.all(pending)), await identityStore.send(describe())];
    const before = structuredClone(dataOf(outputs[0] ?? {}));
    for (const output of outputs) {
      output.UserName = "changed";
      if (output.Name) output.Name.GivenName = "changed";
      output.Emails = [];
    }
    const after = await identityStore.send(describe());
    expect([isHit(after), dataOf(after)]).toEqual([true, before]);
    expect(new Set(outputs.map(({ Name }) => Name)).size).toBe(4);
    expect(after.CreatedAt).toBeInstanceOf(Date);
  }
});
