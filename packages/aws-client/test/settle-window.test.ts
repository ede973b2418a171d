import { expect, test } from "vitest";
import { createCachedClient } from "../src/index.ts";
import { startFixture } from "./support/fixture.ts";

/** Milliseconds for which what was written settles by default. */
const settle = 5000;

/** Milliseconds after a write at which there are reads. */
const moments = [
  0,
  500,
  1000,
  2000,
  4000,
  4890,
  4950,
  4999,
  settle,
  settle + 1,
  6000,
  7000,
  9000,
  2 * settle,
];

interface Stale {
  /** Reads that began when the window was over, and were older than the write. */
  readonly afterwards: number;
  /** Reads that were older than what AWS said at the same time, whenever that was. */
  readonly olderThanAws: number;
}

/** Writes a user now and then, reads it all the time, and compares with what AWS says. */
async function staleReads(propagationLag: number): Promise<Stale> {
  const { aws, cache, clock, sim, IdentityStoreId } = await startFixture({
    propagationLag,
    population: { users: 1 },
  });
  const cached = createCachedClient(aws.identityStore, { cache, clock, caller: "ada", quota: false });
  const who = { IdentityStoreId, UserId: sim.state.users[0]?.userId };
  const versionOf = async (client: typeof cached): Promise<number> =>
    Number((await client.describeUser(who)).Title) || 0;
  const stale = { afterwards: 0, olderThanAws: 0 };
  for (const version of [1, 2, 3]) {
    await cached.updateUser({
      ...who,
      Operations: [{ AttributePath: "title", AttributeValue: `${version}` }],
    });
    let passed = 0;
    for (const moment of moments) {
      await clock.advance(moment - passed);
      passed = moment;
      const [seen, truth] = [await versionOf(cached), await versionOf(aws.identityStore)];
      if (passed >= settle && seen < version) stale.afterwards++;
      if (seen < truth) stale.olderThanAws++;
    }
  }
  return stale;
}

test.each([0, 1000, 2000, 4900, settle])(
  "with a lag of %i ms no read is older than the write after the window, or than AWS at any time",
  async (lag) => {
    expect(await staleReads(lag)).toEqual({ afterwards: 0, olderThanAws: 0 });
  },
);

test("a lag that is longer than the window is not covered", async () => {
  const { afterwards, olderThanAws } = await staleReads(7000);
  expect(afterwards).toBeGreaterThan(0);
  expect(olderThanAws).toBeGreaterThan(0);
});
