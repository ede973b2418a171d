import { expect, test } from "vitest";
import { Harness } from "./support/harness.ts";
import { sharedServer } from "./support/shared-server.ts";

const { server, redis } = await sharedServer();
const day = 86_400_000;

test("a moment is gone a day after it was, and what moves it on keeps it", async () => {
  const harness = new Harness({ url: server.url });
  const storage = await harness.open();
  const key = harness.key("m:calls");
  const life = (): Promise<number> => redis.pttl(key);
  const within = (milliseconds: number): object =>
    expect.toSatisfy((left: number) => left > milliseconds - 60_000 && left <= milliseconds + 1);

  await storage.advance("calls", { by: 3_600_000, behind: 0, ahead: 0 });
  expect(await life()).toEqual(within(day + 3_600_000));
  await storage.advance("calls", { by: 3_600_000, behind: 0, ahead: 3_600_001 });
  expect(await life()).toEqual(within(day + 7_200_000));
  await storage.advance("calls", { by: 3_600_000, behind: 0, ahead: 0 });
  expect(await life()).toEqual(within(day + 7_200_000));
  await storage.advance("other", { by: 0, behind: 3_600_000, ahead: 0 });
  expect(await redis.pttl(harness.key("m:other"))).toEqual(within(day));
});
