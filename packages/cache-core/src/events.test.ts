import { afterEach, describe, expect, test, vi } from "vitest";
import { settle } from "../test/support/late-storage.ts";
import { makeCache } from "../test/support/make-cache.ts";
import { EventHub, type CacheEvent } from "./events.ts";

const hit: CacheEvent = { type: "hit", id: "user:list:all" };

afterEach(() => {
  vi.restoreAllMocks();
});

describe("EventHub", () => {
  test("a listener hears what it asked for, until it has had enough", () => {
    const hub = new EventHub();
    const heard: CacheEvent[] = [];
    const stop = hub.on("hit", (event) => heard.push(event));
    expect([hub.hears("hit"), hub.hears("miss")]).toEqual([true, false]);
    hub.emit(hit);
    hub.emit({ type: "miss", id: "x" });
    stop();
    stop();
    hub.emit(hit);
    expect(heard).toEqual([hit]);
    expect(hub.hears("hit")).toBe(false);
  });

  test("the same listener may subscribe twice, and each subscription ends by itself", () => {
    const hub = new EventHub();
    const listener = vi.fn<(event: CacheEvent) => void>();
    const stop = hub.on("hit", listener);
    hub.on("hit", listener);
    hub.emit(hit);
    expect(listener).toHaveBeenCalledTimes(2);
    stop();
    hub.emit(hit);
    expect(listener).toHaveBeenCalledTimes(3);
  });

  test("who subscribes while an event is handed out hears the next one", () => {
    const hub = new EventHub();
    let heard = 0;
    const again = (): void => {
      heard++;
      hub.on("hit", again);
    };
    hub.on("hit", again);
    hub.emit(hit);
    expect(heard).toBe(1);
    hub.emit(hit);
    expect(heard).toBe(3);
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("broken");
      },
      "A listener failed: broken",
    ],
    ["rejects later", async () => Promise.reject(new Error("later")), "A listener failed: later"],
    [
      "throws something odd",
      () => {
        throw Object.create(null) as Error;
      },
      "A listener failed: something that cannot be shown",
    ],
  ])("a listener that %s harms nobody, and is reported", async (_, listener, message) => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const hub = new EventHub();
    const other = vi.fn<(event: CacheEvent) => void>();
    hub.on("hit", (): unknown => listener());
    hub.on("hit", other);
    hub.emit(hit);
    await settle();
    expect(other).toHaveBeenCalledWith(hit);
    expect(warn).toHaveBeenCalledWith(message, { code: "AWSIDEMAN_LISTENER_FAILED" });
  });
});

test("a cache tells everything that happens, in order, without any value", async () => {
  const { cache, events } = makeCache();
  await cache.getOrLoad("user:list:all", () => "secret");
  await cache.getOrLoad("user:list:all", () => "secret");
  await cache.invalidate(["user:list:*", "group:*:g-1"], { cause: "test" });
  await cache.getOrLoad("user:list:all", async () => {
    await cache.delete("user:list:all");
    return "secret";
  });
  await cache.invalidateForOperation("paint", "user");
  expect(events).toEqual([
    { type: "miss", id: "user:list:all" },
    { type: "stored", id: "user:list:all" },
    { type: "hit", id: "user:list:all" },
    { type: "invalidated", target: { tags: ["user:list"], patterns: ["group:*:g-1"] }, cause: "test" },
    { type: "miss", id: "user:list:all" },
    { type: "invalidated", target: { tags: ["=user:list:all"], patterns: [] }, cause: "delete" },
    { type: "fenced", id: "user:list:all", reason: "invalidated" },
    { type: "warning", message: 'There is no rule for "paint" on "user": nothing was invalidated' },
  ]);
  expect(JSON.stringify(events)).not.toContain("secret");
});
