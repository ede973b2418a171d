import { rowsOf } from "../src/catalog/catalog.ts";
import { describe, expect, test } from "vitest";
import { dataOf, isHit, startFixture, type Fixture } from "./support/fixture.ts";
import {
  allOf,
  answerTo,
  readsOf,
  send,
  settleOrganisation,
  type Clients,
  type Organisation,
  type Read,
  type Write,
} from "./support/organisation.ts";
import { writesOf } from "./support/writes.ts";

const nowhere = new Proxy({}, { get: (_, name) => String(name) }) as Organisation;
const writes = writesOf(nowhere).map(({ command, input }, index) => ({
  index,
  title: [command, (input as { PrincipalType?: string }).PrincipalType].filter(Boolean).join(" of a "),
}));

interface Prepared extends Fixture {
  readonly organisation: Organisation;
  readonly reads: readonly Read[];
  readonly write: Write;
}

async function prepare(index: number, options: Parameters<typeof startFixture>[0] = {}): Promise<Prepared> {
  const fixture = await startFixture(options);
  const organisation = settleOrganisation(fixture.sim);
  const write = writesOf(organisation)[index];
  if (write === undefined) throw new Error("There is no such write");
  return { ...fixture, organisation, reads: readsOf(organisation), write };
}

/** Asks everything twice, so that what can be in the cache is; returns what is. */
async function warm(clients: Clients, reads: readonly Read[]): Promise<ReadonlySet<string>> {
  const there = new Set<string>();
  for (const read of reads) await answerTo(clients, read);
  for (const read of reads) {
    const answer = await answerTo(clients, read);
    if ("$metadata" in answer && isHit(answer)) there.add(read.name);
  }
  return there;
}

test("every write that the simulator supports is in the table", async () => {
  const { sim } = await startFixture();
  const supported: string[] = [];
  for (const service of ["identitystore", "sso-admin"] as const) {
    for (const [command, { kind }] of rowsOf(service)) {
      if (kind !== "write") continue;
      try {
        sim.perform(command, {});
      } catch (error) {
        if ((error as Error & { code?: string }).code !== "ValidationException") continue;
      }
      supported.push(command);
    }
  }
  expect(new Set(writesOf(nowhere).map(({ command }) => command))).toEqual(new Set(supported));
});

describe.each(writes)("after $title", ({ index }) => {
  test("every read answers as AWS does, and what it does not concern is still there", async () => {
    const { reads, write, sim, start, aws, ...clients } = await prepare(index);
    const there = await warm(clients, reads);
    await send(clients, write);
    sim.settle();
    const other = start();

    const asked: string[] = [];
    for (const read of reads) {
      const answer = await answerTo(clients, read);
      expect([read.name, dataOf(answer)]).toEqual([read.name, dataOf(await answerTo(aws, read))]);
      expect([read.name, dataOf(await answerTo(other, read))]).toEqual([read.name, dataOf(answer)]);
      if (there.has(read.name) && !("$metadata" in answer && isHit(answer))) asked.push(read.name);
    }
    expect(asked.toSorted()).toEqual(write.asksAgain.toSorted());
    expect(there.size).toBeGreaterThan(50);
  });

  test("every read answers as AWS does while the change spreads, in pages of one, in two processes", async () => {
    const { reads, write, clock, start, aws, ...clients } = await prepare(index, {
      pageSize: 1,
      propagationLag: 2000,
      operationDuration: 4000,
      client: { settle: 3000 },
    });
    const other = start();
    for (const read of reads) await allOf(clients, read);
    await send(clients, write);
    for (const wait of [0, 1000, 1600, 4600]) {
      await clock.advance(wait);
      const compare = async (read: Read): Promise<void> => {
        const truth = await allOf(aws, read);
        expect([read.name, await allOf(clients, read)]).toEqual([read.name, truth]);
        expect([read.name, await allOf(other, read)]).toEqual([read.name, truth]);
      };
      await Promise.all(reads.map(compare));
    }
  });
});
