import { describe, expect, test } from "vitest";
import { applyEvent, type EventTargets } from "../src/index.ts";
import { operationLease } from "../src/write-window.ts";
import { cloudTrailEvent, commandEvent, storeEvent } from "./support/cloud-trail.ts";
import { dataOf, isHit, startFixture, type Fixture } from "./support/fixture.ts";
import {
  answerTo,
  readsOf,
  settleOrganisation,
  type Clients,
  type Organisation,
  type Read,
} from "./support/organisation.ts";
import { writesOf } from "./support/writes.ts";

const settle = 3000;
const nowhere = new Proxy({}, { get: (_, name) => String(name) }) as Organisation;
const writes = writesOf(nowhere).map(({ command, input }, index) => ({
  index,
  title: [command, (input as { PrincipalType?: string }).PrincipalType].filter(Boolean).join(" of a "),
}));

/** Does what a command does, without a client: behind everybody's back. */
function perform(sim: Fixture["sim"], command: string, input: object): Record<string, unknown> {
  return sim.perform(command, input) as Record<string, unknown>;
}

interface Prepared extends Fixture {
  readonly organisation: Organisation;
  readonly reads: readonly Read[];
  /** Applies an event as another process would, that has clients of neither service. */
  readonly apply: (event: object) => Promise<EventTargets>;
}

async function prepare(options: Parameters<typeof startFixture>[0] = {}): Promise<Prepared> {
  const fixture = await startFixture(options);
  const organisation = settleOrganisation(fixture.sim);
  const { cache } = fixture.start();
  return {
    ...fixture,
    organisation,
    reads: readsOf(organisation),
    apply: (event) => applyEvent(cache, event, { clock: fixture.clock, settle }),
  };
}

/** Asks everything twice; returns what is in the cache then. */
async function warm(clients: Clients, reads: readonly Read[]): Promise<ReadonlySet<string>> {
  await Promise.all(reads.map((read) => answerTo(clients, read)));
  return cachedOf(clients, reads);
}

async function cachedOf(clients: Clients, reads: readonly Read[]): Promise<ReadonlySet<string>> {
  const answers = await Promise.all(reads.map((read) => answerTo(clients, read)));
  return new Set(reads.filter((_, index) => isCached(answers[index] as object)).map(({ name }) => name));
}

function isCached(answer: object): boolean {
  return "$metadata" in answer && isHit(answer as { readonly $metadata: object });
}

describe.each(writes)("$title, made behind the cache's back", ({ index }) => {
  test("is seen by the next read once its event is applied, and what it does not concern is still there", async () => {
    const { reads, organisation, sim, apply, aws, ...clients } = await prepare();
    const there = await warm(clients, reads);
    const write = writesOf(organisation)[index];
    if (write === undefined) throw new Error("There is no such write");
    const service = write.service === "identityStore" ? "identitystore" : "sso-admin";

    const output = perform(sim, write.command, write.input);
    sim.settle();
    const { takenAs } = await apply(commandEvent(service, write.command, write.input, output));

    expect(takenAs).toMatchObject({ kind: "command", command: write.command });
    const asked: string[] = [];
    const ask = async (read: Read): Promise<void> => {
      const answer = await answerTo(clients, read);
      expect([read.name, dataOf(answer)]).toEqual([read.name, dataOf(await answerTo(aws, read))]);
      if (there.has(read.name) && !isCached(answer)) asked.push(read.name);
    };
    await Promise.all(reads.map(ask));
    expect(asked.toSorted()).toEqual(write.asksAgain.toSorted());
    expect(there.size).toBeGreaterThan(50);
  });
});

describe("without an event", () => {
  test("a change behind the cache's back is not seen", async () => {
    const { organisation, sim, identityStore } = await prepare();
    const { IdentityStoreId, ada: UserId } = organisation;
    const ask = async (): Promise<unknown> =>
      (await identityStore.describeUser({ IdentityStoreId, UserId })).UserName;
    await ask();
    sim.console.updateUser(UserId, { AttributePath: "userName", AttributeValue: "ada2" });
    expect(await ask()).toBe("ada");
  });
});

describe("an event of the identity store's own", () => {
  test("names the user, and leaves all others alone", async () => {
    const { organisation, sim, identityStore, apply } = await prepare();
    const { IdentityStoreId, ada, ben } = organisation;
    const ask = (UserId: string) => identityStore.describeUser({ IdentityStoreId, UserId });
    await ask(ada);
    await ask(ben);
    sim.console.updateUser(ada, { AttributePath: "userName", AttributeValue: "ada2" });
    await apply(
      storeEvent("User Updated", [
        `arn:aws:identitystore::111122223333:identitystore/${IdentityStoreId}`,
        `arn:aws:identitystore:::user/${ada}`,
      ]),
    );
    expect((await ask(ada)).UserName).toBe("ada2");
    expect(isHit(await ask(ben))).toBe(true);
  });

  test("that nobody knows concerns everything of the store, and nothing of the instance", async () => {
    const { apply, reads, ...clients } = await prepare();
    const there = await warm(clients, reads);
    await apply(storeEvent("Group Membership Rearranged", []));
    const left = [...(await cachedOf(clients, reads))];
    expect(left.filter((name) => /User|Group|Assignment/.test(name))).toEqual([]);
    expect(left).toEqual(expect.arrayContaining(["ListPermissionSets", "DescribePermissionSet full"]));
    expect(left.length).toBeLessThan(there.size);
  });
});

describe("the console's own calls", () => {
  test("RemoveMemberFromGroup reaches the membership, which it does not name", async () => {
    const { organisation, sim, apply, identityStore } = await prepare();
    const { IdentityStoreId, ada, admins, adaInAdmins, cleo } = organisation;
    const groupsOf = (UserId: string) =>
      identityStore.listGroupMembershipsForMember({ IdentityStoreId, MemberId: { UserId } });
    await groupsOf(ada);
    await groupsOf(cleo);
    await identityStore.describeGroupMembership({ IdentityStoreId, MembershipId: adaInAdmins });
    sim.console.removeMember(adaInAdmins);
    const requestParameters = {
      identityStoreId: IdentityStoreId,
      groupId: admins,
      member: { memberId: ada },
    };
    await apply(
      cloudTrailEvent({
        eventSource: "sso-directory.amazonaws.com",
        eventName: "RemoveMemberFromGroup",
        requestParameters,
      }),
    );
    expect((await groupsOf(ada)).GroupMemberships).toEqual([]);
    expect(isHit(await groupsOf(cleo))).toBe(true);
    await expect(
      identityStore.describeGroupMembership({ IdentityStoreId, MembershipId: adaInAdmins }),
    ).rejects.toThrow(expect.objectContaining({ name: "ResourceNotFoundException" }) as Error);
  });

  test.each([
    ["a membership that an event has told of is known when another deletes it", {}, true],
    ["one that was not made, as far as the event knows, is not", { errorCode: "InternalFailure" }, false],
  ] as const)("%s", async (_, more, isKnown) => {
    const { organisation, sim, apply, ssoAdmin } = await prepare();
    const { IdentityStoreId, InstanceArn, ada, ben, readers } = organisation;
    const ids = { IdentityStoreId, GroupId: readers, MemberId: { UserId: ada } };
    const created = perform(sim, "CreateGroupMembership", ids);
    await apply(commandEvent("identitystore", "CreateGroupMembership", ids, created, more));
    const usedBy = (PrincipalId: string) =>
      ssoAdmin.listAccountAssignmentsForPrincipal({ InstanceArn, PrincipalId, PrincipalType: "USER" });
    await usedBy(ben);
    const input = { IdentityStoreId, MembershipId: created["MembershipId"] };
    perform(sim, "DeleteGroupMembership", input);
    await apply(commandEvent("identitystore", "DeleteGroupMembership", input, {}));
    expect(isHit(await usedBy(ben))).toBe(isKnown);
  });
});

describe("while AWS does not agree with itself", () => {
  test("nothing is kept that was read too early", async () => {
    const propagationLag = 2000;
    const { organisation, sim, clock, apply, identityStore } = await prepare({ propagationLag });
    const { IdentityStoreId, ada: UserId } = organisation;
    const ask = () => identityStore.describeUser({ IdentityStoreId, UserId });
    const operations = [{ AttributePath: "userName", AttributeValue: "ada2" }];
    const input = { IdentityStoreId, UserId, Operations: operations };
    await apply(commandEvent("identitystore", "UpdateUser", input, perform(sim, "UpdateUser", input)));
    expect((await ask()).UserName).toBe("ada");
    await clock.advance(propagationLag);
    expect((await ask()).UserName).toBe("ada2");
    await clock.advance(settle);
    await ask();
    expect(isHit(await ask())).toBe(true);
  });
});

describe("an asynchronous operation of somebody else", () => {
  const operationDuration = 60_000;

  async function begin() {
    const prepared = await prepare({ operationDuration, client: { settle } });
    const { sim, organisation, ssoAdmin, apply, clock } = prepared;
    const { InstanceArn, full: PermissionSetArn, staging, ben } = organisation;
    const input = {
      InstanceArn,
      PermissionSetArn,
      TargetId: staging,
      TargetType: "AWS_ACCOUNT",
      PrincipalType: "USER",
      PrincipalId: ben,
    };
    const time = new Date(clock.now()).toISOString();
    const output = perform(sim, "CreateAccountAssignment", input);
    const event = commandEvent("sso-admin", "CreateAccountAssignment", input, output, { time });
    const { RequestId } = output["AccountAssignmentCreationStatus"] as { readonly RequestId: string };
    return {
      ...prepared,
      applied: () => apply(event),
      list: async () => {
        const answer = await ssoAdmin.listAccountAssignments({
          InstanceArn,
          PermissionSetArn,
          AccountId: staging,
        });
        return { hit: isHit(answer), count: answer.AccountAssignments?.length };
      },
      poll: () =>
        ssoAdmin.describeAccountAssignmentCreationStatus({
          InstanceArn,
          AccountAssignmentCreationRequestId: RequestId,
        }),
    };
  }

  test("keeps what it touches out of the cache until somebody sees it end", async () => {
    const { applied, list, poll, clock } = await begin();
    await applied();
    await clock.advance(settle + 1);
    for (let time = 0; time < 2; time += 1) expect(await list()).toEqual({ hit: false, count: 0 });
    await clock.advance(operationDuration);
    await poll();
    await clock.advance(settle + 1);
    expect(await list()).toEqual({ hit: false, count: 1 });
    expect(await list()).toEqual({ hit: true, count: 1 });
  });

  test("keeps it out for a quarter of an hour from its beginning when nobody asks, however late its event comes", async () => {
    const { applied, list, clock } = await begin();
    await clock.advance(10 * 60_000);
    await applied();
    await clock.advance(operationLease - 10 * 60_000 - 1);
    await list();
    expect((await list()).hit).toBe(false);
    await clock.advance(2);
    await list();
    expect((await list()).hit).toBe(true);
  });

  test("of which the event comes when that has passed only settles", async () => {
    const { applied, list, clock } = await begin();
    await clock.advance(operationLease);
    await applied();
    await list();
    expect((await list()).hit).toBe(false);
    await clock.advance(settle + 1);
    await list();
    expect((await list()).hit).toBe(true);
  });

  test("is one operation, also when its event comes twice", async () => {
    const { applied, list, poll, clock } = await begin();
    await applied();
    await applied();
    await clock.advance(operationDuration);
    await poll();
    await clock.advance(settle + 1);
    await list();
    expect((await list()).hit).toBe(true);
  });
});

describe("what applyEvent is given", () => {
  test("concerns its own namespace only", async () => {
    const { organisation, clock, identityStore, cache } = await prepare({ client: { namespace: "ours" } });
    const { IdentityStoreId, ada: UserId } = organisation;
    const ask = () => identityStore.describeUser({ IdentityStoreId, UserId });
    await ask();
    const event = commandEvent("identitystore", "UpdateUser", { IdentityStoreId, UserId }, {});
    await applyEvent(cache, event, { namespace: "theirs", clock });
    expect(isHit(await ask())).toBe(true);
    await applyEvent(cache, event, { namespace: "ours", clock });
    expect(isHit(await ask())).toBe(false);
  });

  test("must be an event and options", async () => {
    const { cache } = await prepare();
    await expect(applyEvent(cache, "event")).rejects.toThrow(TypeError);
    await expect(applyEvent(cache, {}, { settle: -1 })).rejects.toThrow(RangeError);
    await expect(applyEvent(cache, {}, { namespace: 1 as never })).rejects.toThrow(TypeError);
    await expect(applyEvent(cache, {}, { identityStoreId: 1 as never })).rejects.toThrow(TypeError);
  });

  test.each([{ memberId: 1 }, { memberId: "x", identityStoreId: {} }, []])(
    "is applied, however odd: %o",
    async (requestParameters) => {
      const { apply, identityStore, organisation } = await prepare();
      const { IdentityStoreId, ada: UserId } = organisation;
      const ask = () => identityStore.describeUser({ IdentityStoreId, UserId });
      for (const eventName of ["CreateGroupMembership", "DeleteGroupMembership"]) {
        await ask();
        const call = { eventSource: "identitystore.amazonaws.com", eventName, requestParameters };
        const event = { ...cloudTrailEvent(call), id: "\ud800" };
        expect((await apply(event)).takenAs.kind).toBe("unknown");
        expect(isHit(await ask())).toBe(false);
      }
    },
  );

  test("changes nothing when it is a read, or about something else", async () => {
    const { apply, reads, ...clients } = await prepare();
    const there = await warm(clients, reads);
    await apply(cloudTrailEvent({ eventSource: "ec2.amazonaws.com", eventName: "TerminateInstances" }));
    await apply(cloudTrailEvent({ eventSource: "sso.amazonaws.com", eventName: "Federate" }));
    await apply(commandEvent("sso-admin", "ListInstances", {}, null));
    expect(await cachedOf(clients, reads)).toEqual(there);
  });
});
