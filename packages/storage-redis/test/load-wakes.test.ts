import { FakeClock } from "@awsideman/cache-core/testing";
import { expect, test } from "vitest";
import { BlockingReader } from "../src/blocking-reader.ts";
import { LoadWakes } from "../src/load-wakes.ts";

function setUp(): { readonly clock: FakeClock; readonly wakes: LoadWakes } {
  const clock = new FakeClock();
  const reader = new BlockingReader({
    connect: () => ({
      link: undefined,
      open: () => new Promise(() => undefined),
      abandon: () => Promise.resolve(),
      close: () => undefined,
    }),
    silence: 100,
    clock,
    trouble: () => undefined,
  });
  return { clock, wakes: new LoadWakes("wakes", reader, clock) };
}

test("however many wait, it is known until when the last of them does", async () => {
  const { clock, wakes } = setUp();
  const now = clock.monotonic();
  expect(wakes.until).toBeUndefined();
  // Nobody gives up: that many would take a while to.
  const signal = { aborted: false, addEventListener: () => undefined } as unknown as AbortSignal;
  for (let index = 0; index < 150_000; index++)
    void wakes.wait(`id:${index % 1_000}`, 0, index === 7 ? 2_000 : 1_000, signal);
  expect(wakes.until).toBe(now + 2_000);
});

test("who waits next is not taken for one who has left", async () => {
  const { clock, wakes } = setUp();
  const abort = new AbortController();
  const first = wakes.wait("id", 0, 9_000, abort.signal);
  abort.abort();
  await first;
  void wakes.wait("id", 0, 1_000, new AbortController().signal);
  expect(wakes.until).toBe(clock.monotonic() + 1_000);
});
