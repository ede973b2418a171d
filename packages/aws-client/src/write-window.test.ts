import type { Cache, WriteWindow } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { describe, expect, test } from "vitest";
import { longestDelay, operationLease, PendingWrite, wasRefused, writeLease } from "./write-window.ts";

const settle = 5000;

function prepare(asynchronous = false, broken = false) {
  const clock = new FakeClock();
  const done: unknown[][] = [];
  const note = async (...what: unknown[]): Promise<void> => {
    done.push(what);
    if (broken) throw new Error("broken");
  };
  const window: WriteWindow = {
    renew: () => note("renew"),
    close: (...rest) => note("close", ...rest),
    handOver: (...rest) => note("handOver", ...rest),
  };
  const beginWrite = async (...rest: unknown[]): Promise<WriteWindow> => {
    await note("begin", ...rest);
    return window;
  };
  const cache = { beginWrite } as unknown as Cache;
  const begin = (): Promise<PendingWrite> =>
    PendingWrite.begin({ cache, clock, settle, command: "AddRegion", targets: ["a"], asynchronous });
  return { clock, done, begin };
}

const refused = Object.assign(new Error("no"), { $metadata: { httpStatusCode: 400 } });
const lost = new Error("socket hang up");

describe("the window of a write", () => {
  test("opens before, and settles after the answer", async () => {
    const { done, begin, clock } = prepare();
    const write = await begin();
    await write.succeeded(undefined, ["b"]);
    expect(done).toEqual([
      ["begin", ["a"], writeLease, { cause: "AddRegion" }],
      ["close", settle, ["b"]],
    ]);
    expect(clock.waiting).toBe(0);
  });

  test("settles after a refusal, and longer after an outcome that is not known", async () => {
    for (const [error, expected] of [
      [refused, settle],
      [lost, longestDelay + settle],
    ] as const) {
      const { done, begin } = prepare();
      await (await begin()).failedWith(error);
      expect(done[1]).toEqual(["close", expected, []]);
    }
  });

  test("settles longer when any attempt was lost, whatever the last one was answered", async () => {
    const { done, begin } = prepare();
    const write = await begin();
    write.failed(lost);
    await write.succeeded(undefined, []);
    expect(done[1]).toEqual(["close", longestDelay + settle, []]);
    const other = prepare();
    const refusedOnce = await other.begin();
    refusedOnce.failed(refused);
    await refusedOnce.failedWith(refused);
    expect(other.done[1]).toEqual(["close", settle, []]);
  });

  test("is handed over to an operation that goes on, under its name or one of its own", async () => {
    const { done, begin } = prepare(true);
    await (await begin()).succeeded({ state: "in-progress", operation: "kind:1" }, ["b"]);
    await (await begin()).succeeded({ state: "in-progress", operation: undefined }, []);
    await (await begin()).failedWith(lost);
    await (await begin()).succeeded({ state: "finished" }, []);
    expect(done.map(([what, ...rest]) => (what === "begin" ? rest : [what, ...rest]))).toEqual([
      [["a"], operationLease, { cause: "AddRegion" }],
      ["handOver", "kind:1", operationLease, ["b"]],
      [["a"], operationLease, { cause: "AddRegion" }],
      ["handOver", expect.stringMatching(/^AddRegion:[\w-]{36}$/), operationLease, []],
      [["a"], operationLease, { cause: "AddRegion" }],
      ["handOver", expect.stringMatching(/^AddRegion:[\w-]{36}$/), operationLease, []],
      [["a"], operationLease, { cause: "AddRegion" }],
      ["close", settle, []],
    ]);
  });

  test("is renewed while the write takes its time, until it ends", async () => {
    const { done, begin, clock } = prepare();
    const write = await begin();
    await clock.advance(2 * writeLease);
    expect(done.filter(([what]) => what === "renew")).toHaveLength(6);
    await write.succeeded(undefined, []);
    await clock.advance(2 * writeLease);
    expect(done.filter(([what]) => what === "renew")).toHaveLength(6);
  });

  test("is renewed before an attempt when it is old, and not when it is young", async () => {
    const { done, begin, clock } = prepare();
    const write = await begin();
    await write.before();
    clock.jump(clock.now() + writeLease);
    await write.before();
    await write.before();
    expect(done.map(([what]) => what)).toEqual(["begin", "renew"]);
  });

  test("does not stand in the way when the cache is broken", async () => {
    const { begin, clock } = prepare(true, true);
    const write = await begin();
    await write.before();
    await clock.advance(operationLease);
    await write.succeeded({ state: "in-progress", operation: "a:1" }, []);
    await (await begin()).failedWith(lost);
    expect(clock.waiting).toBe(0);
  });
});

test("only AWS's own no is a refusal", () => {
  const withStatus = (httpStatusCode: unknown): object => ({ $metadata: { httpStatusCode } });
  expect([400, 403, 404, 409, 429, 499].map((status) => wasRefused(withStatus(status)))).toEqual(
    Array(6).fill(true),
  );
  expect([200, 302, 408, 500, 503, undefined, "400"].some((status) => wasRefused(withStatus(status)))).toBe(
    false,
  );
  expect([undefined, null, "no", new Error("no"), {}].some(wasRefused)).toBe(false);
});
