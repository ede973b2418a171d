import { SQS } from "@aws-sdk/client-sqs";
import type { CacheStorage } from "@awsideman/cache-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { followQueue, type FollowQueueOptions, type QueueEvent, type QueueFollower } from "../src/index.ts";
import { commandEvent, storeEvent } from "./support/cloud-trail.ts";
import { isHit, newManager, startFixture, type Fixture } from "./support/fixture.ts";
import { settleOrganisation, type Organisation } from "./support/organisation.ts";
import { QueueServer } from "./support/queue-server.ts";

interface Prepared extends Fixture {
  readonly queue: QueueServer;
  readonly organisation: Organisation;
  readonly told: readonly QueueEvent[];
  readonly follow: (options?: Partial<FollowQueueOptions>) => QueueFollower;
  readonly stop: AbortController;
  /** Resolves with the next event of this type that has not been waited for. */
  readonly heard: <Type extends QueueEvent["type"]>(
    type: Type,
  ) => Promise<Extract<QueueEvent, { readonly type: Type }>>;
  readonly nameOf: (user: string) => Promise<{ readonly name: string | undefined; readonly hit: boolean }>;
  /** Gives a user another name behind the cache's back; returns the event of it. */
  readonly rename: (user: string, name: string) => object;
}

async function prepare(): Promise<Prepared> {
  const fixture = await startFixture();
  const organisation = settleOrganisation(fixture.sim);
  const { IdentityStoreId } = organisation;
  const queue = await QueueServer.start();
  const client = new SQS({ ...fixture.sim.clientConfig, endpoint: queue.url, maxAttempts: 1 });
  const stop = new AbortController();
  const told: QueueEvent[] = [];
  const waiting: { readonly type: string; readonly resolve: (event: QueueEvent) => void }[] = [];
  const unheard: QueueEvent[] = [];
  const followers: QueueFollower[] = [];
  onTestFinished(async () => {
    stop.abort();
    await Promise.all(followers.map(({ ended }) => ended));
    client.destroy();
    await queue.close();
  });
  return {
    ...fixture,
    queue,
    organisation,
    stop,
    told,
    follow: (options = {}) => {
      const follower = followQueue({
        cache: fixture.start().cache,
        client,
        queueUrl: queue.url,
        clock: fixture.clock,
        settle: 0,
        signal: stop.signal,
        onEvent: (event) => {
          told.push(event);
          const index = waiting.findIndex(({ type }) => type === event.type);
          if (index === -1) unheard.push(event);
          else waiting.splice(index, 1)[0]?.resolve(event);
        },
        ...options,
      });
      followers.push(follower);
      return follower;
    },
    heard: (type) => {
      type Wanted = Extract<QueueEvent, { readonly type: typeof type }>;
      const index = unheard.findIndex((event) => event.type === type);
      if (index !== -1) return Promise.resolve(unheard.splice(index, 1)[0] as Wanted);
      return new Promise<Wanted>((resolve) => {
        waiting.push({ type, resolve: resolve as (event: QueueEvent) => void });
      });
    },
    nameOf: async (UserId) => {
      const answer = await fixture.identityStore.describeUser({ IdentityStoreId, UserId });
      return { name: answer.UserName, hit: isHit(answer) };
    },
    rename: (UserId, AttributeValue) => {
      const input = { IdentityStoreId, UserId, Operations: [{ AttributePath: "userName", AttributeValue }] };
      fixture.sim.perform("UpdateUser", input);
      return commandEvent("identitystore", "UpdateUser", input, {});
    },
  };
}

test("a change behind the cache's back is seen by the next read, and everything else is still there", async () => {
  const { queue, organisation, follow, heard, nameOf, rename } = await prepare();
  const { ada, ben } = organisation;
  await nameOf(ada);
  await nameOf(ben);
  follow();
  queue.send(rename(ada, "ada2"));
  const { applied } = await heard("applied");
  expect(applied.takenAs).toMatchObject({ kind: "command", command: "UpdateUser" });
  expect(await nameOf(ada)).toEqual({ name: "ada2", hit: false });
  expect(await nameOf(ben)).toEqual({ name: "ben", hit: true });
  await queue.asked("ReceiveMessage", 2);
  expect(queue.bodies).toEqual([]);
});

test("messages are deleted after their invalidation and not before", async () => {
  const { queue, organisation, follow, heard, rename, start } = await prepare();
  const { cache } = start();
  let left: readonly string[] = [];
  const watched = Object.create(cache, {
    withScope: {
      value: (...scope: Parameters<typeof cache.withScope>) => {
        const scoped = cache.withScope(...scope);
        const beginWrite: typeof scoped.beginWrite = async (...write) => {
          left = queue.bodies;
          return scoped.beginWrite(...write);
        };
        return Object.create(scoped, { beginWrite: { value: beginWrite } }) as typeof scoped;
      },
    },
  }) as typeof cache;
  follow({ cache: bound(watched, cache) });
  queue.send(rename(organisation.ada, "ada2"));
  await heard("applied");
  expect(left).toHaveLength(1);
  await queue.asked("ReceiveMessage", 2);
  expect(queue.bodies).toEqual([]);
});

/** What was told of is followed by a pause, as soon as promises have run on. */
async function paused(clock: Fixture["clock"]): Promise<void> {
  await clock.advance(0);
  expect(clock.waiting).toBe(1);
}

/** Private members are looked for on the object itself. */
function bound<Target extends object>(variant: Target, original: Target): Target {
  return new Proxy(variant, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, original);
      return typeof value === "function" && !Object.hasOwn(variant, name) ? value.bind(original) : value;
    },
  });
}

test("a message that comes again is applied again, also when it was deleted in vain", async () => {
  const { queue, organisation, follow, heard, nameOf, rename } = await prepare();
  const { ada } = organisation;
  const event = rename(ada, "ada2");
  queue.addFault("DeleteMessageBatch", "drop");
  const follower = follow();
  queue.send(event, event);
  await heard("applied");
  await heard("applied");
  expect(await heard("not-deleted")).toMatchObject({ messages: 2 });
  expect(await nameOf(ada)).toEqual({ name: "ada2", hit: false });
  expect((await nameOf(ada)).hit).toBe(true);
  queue.expireVisibility();
  await heard("applied");
  await heard("applied");
  expect(await nameOf(ada)).toEqual({ name: "ada2", hit: false });
  await queue.asked("ReceiveMessage", 3);
  expect(queue.bodies).toEqual([]);
  expect(follower.metrics()).toMatchObject({ received: 4, applied: 4, poison: 0 });
});

test("the order of messages does not matter", async () => {
  const { queue, organisation, follow, heard, nameOf, rename } = await prepare();
  const { ada } = organisation;
  await nameOf(ada);
  const events = ["ada2", "ada3", "ada4"].map((name) => rename(ada, name));
  queue.send(...events.toReversed());
  follow();
  for (let count = 0; count < 3; count += 1) await heard("applied");
  expect(await nameOf(ada)).toEqual({ name: "ada4", hit: false });
});

test("what is no event is told, is left for the dead letters, and holds nobody up", async () => {
  const { queue, organisation, follow, heard, nameOf, rename } = await prepare();
  const { ada } = organisation;
  await nameOf(ada);
  const follower = follow();
  queue.send("no JSON", { neither: true }, rename(ada, "ada2"));
  expect([await heard("poison-message"), await heard("poison-message")]).toMatchObject([
    { received: 1, error: expect.any(TypeError) as TypeError },
    { received: 1, error: expect.any(SyntaxError) as SyntaxError },
  ]);
  await heard("applied");
  expect((await nameOf(ada)).name).toBe("ada2");
  for (let received = 2; received <= 3; received += 1) {
    await queue.asked("ReceiveMessage", received);
    expect(queue.bodies).toEqual(["no JSON", '{"neither":true}']);
    queue.expireVisibility();
    expect([await heard("poison-message"), await heard("poison-message")]).toMatchObject([
      { received },
      { received },
    ]);
  }
  queue.expireVisibility();
  expect(queue.bodies).toEqual([]);
  expect(queue.deadLetters).toEqual(["no JSON", '{"neither":true}']);
  expect(follower.metrics()).toMatchObject({ applied: 1, poison: 6 });
});

describe("a queue that cannot be reached", () => {
  test.each(["drop", "drop-after", "fail"] as const)(
    "(%s) is asked again, and nothing is lost",
    async (fault) => {
      const { queue, organisation, follow, heard, nameOf, rename, clock } = await prepare();
      const { ada } = organisation;
      await nameOf(ada);
      queue.addFault("ReceiveMessage", fault);
      queue.send(rename(ada, "ada2"));
      const follower = follow();
      expect(await heard("queue-failed")).toMatchObject({ retryIn: 1000 });
      queue.expireVisibility();
      await paused(clock);
      await clock.advance(1000);
      await heard("applied");
      expect((await nameOf(ada)).name).toBe("ada2");
      expect(follower.metrics().failures).toBe(1);
      // Who has been heard of is asked again as soon as the first time.
      queue.addFault("ReceiveMessage", "fail");
      queue.send(rename(ada, "ada3"));
      expect(await heard("queue-failed")).toMatchObject({ retryIn: 1000 });
    },
  );

  test("is asked less and less often, but once a minute", async () => {
    const { queue, follow, heard, clock } = await prepare();
    for (let count = 0; count < 8; count += 1) queue.addFault("ReceiveMessage", "fail");
    follow();
    const pauses: number[] = [];
    for (let count = 0; count < 8; count += 1) {
      const { retryIn } = await heard("queue-failed");
      pauses.push(retryIn);
      await paused(clock);
      await clock.advance(retryIn);
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });
});

describe("a cache that cannot record an invalidation", () => {
  test("leaves the message in the queue, for whoever comes after this process", async () => {
    const { queue, organisation, follow, heard, rename, clock } = await prepare();
    const cache = newManager(clock, brokenStorage());
    onTestFinished(() => cache.close());
    follow({ cache });
    queue.send(rename(organisation.ada, "ada2"));
    expect(await heard("deferred")).toEqual({ type: "deferred", messages: 1 });
    expect(queue.bodies).toHaveLength(1);
    expect(queue.requests).not.toContain("DeleteMessageBatch");
  });
});

/** A storage of which nothing can be had. */
function brokenStorage(): CacheStorage {
  const broken = { capabilities: { shared: false, persistent: false }, close: () => undefined };
  return new Proxy(broken as unknown as CacheStorage, {
    get: (target, name) => {
      if (name === "then") return undefined;
      return Reflect.get(target, name) ?? (() => Promise.reject(new Error("out of order")));
    },
  });
}

describe("the signal", () => {
  test("ends a wait for messages at once", async () => {
    const { queue, follow, stop, told } = await prepare();
    const { ended } = follow();
    await queue.asked("ReceiveMessage", 1);
    stop.abort();
    await ended;
    expect(told).toEqual([]);
  });

  test("ends it without a trace", async () => {
    const { queue, follow, stop, start } = await prepare();
    const { cache } = start();
    let listeners = 0;
    const on = ((...event: Parameters<typeof cache.on>) => {
      listeners++;
      const unsubscribe = cache.on(...event);
      return () => {
        listeners--;
        unsubscribe();
      };
    }) as typeof cache.on;
    const { ended } = follow({
      cache: bound(Object.create(cache, { on: { value: on } }) as typeof cache, cache),
    });
    await queue.asked("ReceiveMessage", 1);
    expect(listeners).toBe(1);
    stop.abort();
    await ended;
    expect(listeners).toBe(0);
  });

  test("ends a pause at once", async () => {
    const { queue, follow, stop, heard, clock } = await prepare();
    queue.addFault("ReceiveMessage", "fail");
    const { ended } = follow();
    await heard("queue-failed");
    stop.abort();
    await ended;
    expect(clock.waiting).toBe(0);
  });

  test("lets messages that are there be applied and deleted", async () => {
    const { queue, organisation, follow, stop, rename, told } = await prepare();
    queue.send(rename(organisation.ada, "ada2"), rename(organisation.ben, "ben2"));
    const { ended } = follow({
      onEvent: (event) => {
        (told as QueueEvent[]).push(event);
        stop.abort();
      },
    });
    await ended;
    expect(told.map(({ type }) => type)).toEqual(["applied", "applied"]);
    expect(queue.bodies).toEqual([]);
  });

  test("that was aborted before asks for nothing", async () => {
    const { queue, follow, stop } = await prepare();
    stop.abort();
    await follow().ended;
    expect(queue.requests).toEqual([]);
  });
});

describe("how far behind it is", () => {
  test("is the age of the newest change, the longest delay, and how long the queue has been silent", async () => {
    const { queue, follow, heard, clock } = await prepare();
    const follower = follow();
    expect(follower.metrics()).toEqual({
      received: 0,
      applied: 0,
      poison: 0,
      failures: 0,
      newestEventAge: undefined,
      longestDelay: undefined,
      lastAnswerAge: undefined,
    });
    const at = (milliseconds: number): object => ({
      ...storeEvent("User Updated", []),
      time: new Date(clock.now() - milliseconds).toISOString(),
    });
    queue.send(at(90_000), at(10_000), at(60_000));
    for (const delay of [60_000, 10_000, 90_000]) expect(await heard("applied")).toMatchObject({ delay });
    expect(follower.metrics()).toMatchObject({
      newestEventAge: 10_000,
      longestDelay: 90_000,
      lastAnswerAge: 0,
    });
    await clock.advance(5000);
    expect(follower.metrics()).toMatchObject({ newestEventAge: 15_000, lastAnswerAge: 5000 });
  });
});

test("options are checked at once", async () => {
  const { follow } = await prepare();
  expect(() => follow({ client: {} as never })).toThrow(TypeError);
  expect(() => follow({ queueUrl: 1 as never })).toThrow(TypeError);
  expect(() => follow({ settle: -1 })).toThrow(RangeError);
  expect(() => follow({ cache: {} as never })).toThrow(TypeError);
  expect(() => follow({ onEvent: 1 as never })).toThrow(TypeError);
});

test("a listener that throws harms nobody", async () => {
  const { queue, organisation, follow, rename, nameOf } = await prepare();
  await nameOf(organisation.ada);
  follow({
    onEvent: () => {
      throw new Error("oh");
    },
  });
  queue.send(rename(organisation.ada, "ada2"));
  await queue.asked("ReceiveMessage", 2);
  expect((await nameOf(organisation.ada)).name).toBe("ada2");
});
