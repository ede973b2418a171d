import { CacheManager, type Cache } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { beforeEach, describe, expect, test } from "vitest";
import type { CachedService } from "./cached-service.ts";
import { createCachedService } from "./create-cached-service.ts";

const minute = 60_000;
const AccountId = "111122223333";
const answer = { Account: { Id: AccountId, Name: "app-prod", Status: "ACTIVE" as const } };

let clock: FakeClock;
let cache: CacheManager;
let calls: number;
beforeEach(() => {
  clock = new FakeClock();
  cache = new CacheManager({ clock });
  calls = 0;
});

function organizations(caller = "ada", part: Cache = cache): CachedService<"organizations"> {
  return createCachedService({
    service: "organizations",
    region: "us-east-1",
    caller,
    endpoint: "https://organizations.example",
    sdkVersion: "3",
    cache: part,
    loadClient: () => {
      calls += 1;
      return Promise.reject(new Error("AWS was asked"));
    },
  });
}

const ofAMinuteAgo = () => ({ readAt: clock.now() - minute, ttl: 5 * minute });

describe("an answer that was read elsewhere", () => {
  test("is served as if it had been read here then, and as long as that", async () => {
    const service = organizations();
    expect(await service.adopt("DescribeAccount", { AccountId }, answer, ofAMinuteAgo())).toBe("adopted");
    expect(await service.call("DescribeAccount", { AccountId })).toMatchObject(answer);
    await clock.advance(4 * minute - 1);
    expect(await service.call("DescribeAccount", { AccountId })).toMatchObject(answer);
    expect(calls).toBe(0);
    await clock.advance(1);
    await expect(service.call("DescribeAccount", { AccountId })).rejects.toThrow("AWS was asked");
  });

  test("is not kept longer than AWS's own would be", async () => {
    const service = organizations();
    await service.adopt("DescribeAccount", { AccountId }, answer, { readAt: clock.now(), ttl: Infinity });
    await clock.advance(24 * 60 * minute);
    expect(await service.has("DescribeAccount", { AccountId })).toBe(false);
  });

  test("is its caller's alone", async () => {
    await organizations("ada").adopt("DescribeAccount", { AccountId }, answer, ofAMinuteAgo());
    expect(await organizations("bob").has("DescribeAccount", { AccountId })).toBe(false);
  });

  test("goes with what it depends on, and with the tags that it was given", async () => {
    for (const target of [`account:describe:${AccountId}`, "account", "migration:once"]) {
      const when = { ...ofAMinuteAgo(), tags: ["migration:once"] };
      const fresh = new CacheManager({ clock });
      const service = organizations("ada", fresh);
      expect(await service.adopt("DescribeAccount", { AccountId }, answer, when)).toBe("adopted");
      await fresh.invalidate(target);
      expect(await service.has("DescribeAccount", { AccountId })).toBe(false);
    }
  });

  test("is refused when what it depends on was changed, whenever that was", async () => {
    await cache.invalidate(`account:describe:${AccountId}`);
    await clock.advance(24 * 60 * minute);
    expect(await organizations().adopt("DescribeAccount", { AccountId }, answer, ofAMinuteAgo())).toBe(
      "refused",
    );
    expect(await organizations().has("DescribeAccount", { AccountId })).toBe(false);
    const other = { AccountId: "444455556666" };
    expect(await organizations().adopt("DescribeAccount", other, answer, ofAMinuteAgo())).toBe("adopted");
  });

  test("is refused while what it depends on is being changed", async () => {
    const write = await cache.beginWrite(["migration:once"], minute);
    await write.close(minute);
    await clock.advance(10 * minute);
    const when = { ...ofAMinuteAgo(), tags: ["migration:once"] };
    expect(await organizations().adopt("DescribeAccount", { AccountId }, answer, when)).toBe("refused");
  });

  test.for([
    ["from the future", { readAt: 1, ttl: minute }],
    ["over", { readAt: -minute, ttl: minute }],
  ] as const)("is refused when it is %s", async ([, { readAt, ttl }]) => {
    const when = { readAt: clock.now() + readAt, ttl };
    expect(await organizations().adopt("DescribeAccount", { AccountId }, answer, when)).toBe("refused");
    // Not later either, when its time has come.
    await clock.advance(2);
    expect(await organizations().has("DescribeAccount", { AccountId })).toBe(false);
  });

  test("is refused when it is a page of a list, or the account is still being made", async () => {
    const service = organizations();
    const page = { Accounts: [], NextToken: "more" };
    expect(await service.adopt("ListAccounts", {}, page, ofAMinuteAgo())).toBe("refused");
    const pending = { Account: { Id: AccountId, Status: "PENDING_CLOSURE" as const } };
    expect(await service.adopt("DescribeAccount", { AccountId }, pending, ofAMinuteAgo())).toBe("refused");
  });

  test("does not take the place of one that is there", async () => {
    const service = organizations();
    await service.adopt("DescribeAccount", { AccountId }, answer, ofAMinuteAgo());
    const newer = { Account: { Id: AccountId, Name: "other" } };
    expect(await service.adopt("DescribeAccount", { AccountId }, newer, ofAMinuteAgo())).toBe("known");
    expect(await service.call("DescribeAccount", { AccountId })).toMatchObject(answer);
  });

  test("stays its owner's, also where the cache keeps what it is given", async () => {
    const storage = { backend: "memory", config: { copy: false } };
    const service = organizations("ada", new CacheManager({ clock, storage }));
    const own = structuredClone(answer);
    await service.adopt("DescribeAccount", { AccountId }, own, ofAMinuteAgo());
    own.Account.Name = "changed";
    expect(await service.call("DescribeAccount", { AccountId })).toMatchObject(answer);
  });

  test("must be that of a command that reads, and of a time", async () => {
    const service = organizations();
    await expect(service.adopt("CreateAccount", {} as never, {}, ofAMinuteAgo())).rejects.toThrow(TypeError);
    const wrong = { readAt: Number.NaN, ttl: minute };
    await expect(service.adopt("DescribeAccount", { AccountId }, answer, wrong)).rejects.toThrow(RangeError);
  });
});
