import {
  InvalidInputException,
  ListAccountsCommand,
  Organizations,
  paginateListAccounts,
} from "@aws-sdk/client-organizations";
import { describe, expect, onTestFinished, test } from "vitest";
import { createCachedClient } from "../src/index.ts";
import { dataOf, failureOf, isHit, startFixture, type Fixture } from "./support/fixture.ts";

interface Prepared extends Fixture {
  /** Cached clients of two processes, and one that knows no cache. */
  readonly organizations: Organizations;
  readonly other: Organizations;
  readonly truth: Organizations;
  readonly root: string;
  readonly workloads: string;
  readonly security: string;
  readonly production: string;
  readonly staging: string;
}

async function prepare(options: Parameters<typeof startFixture>[0] = {}): Promise<Prepared> {
  const fixture = await startFixture({ population: { accounts: 4 }, ...options });
  const { sim, cache, clock, start } = fixture;
  const truth = new Organizations({ ...sim.clientConfig, maxAttempts: 1 });
  onTestFinished(() => truth.destroy());
  const cached = { clock, settle: 0, quota: false } as const;
  const { Roots = [] } = await truth.listRoots({});
  const root = String(Roots[0]?.Id);
  const { OrganizationalUnits = [] } = await truth.listOrganizationalUnitsForParent({ ParentId: root });
  const [workloads = "", security = ""] = OrganizationalUnits.map(({ Id }) => String(Id));
  const [, production = "", staging = ""] = sim.accountIds;
  return {
    ...fixture,
    truth,
    organizations: createCachedClient(truth, { cache, ...cached }),
    other: createCachedClient(truth, { cache: start().cache, ...cached }),
    root,
    workloads,
    security,
    production,
    staging,
  };
}

interface Read {
  readonly name: string;
  ask(client: Organizations): Promise<{ readonly $metadata: object }>;
}

/** Every question that the simulator answers, about everything there is. */
function readsOf({ root, workloads, security, production, staging }: Prepared): readonly Read[] {
  const reads: Read[] = [
    { name: "ListAccounts", ask: (client) => client.listAccounts({}) },
    { name: "ListAccounts one a page", ask: (client) => client.listAccounts({ MaxResults: 1 }) },
    { name: "ListRoots", ask: (client) => client.listRoots({}) },
    { name: "DescribeOrganization", ask: (client) => client.describeOrganization({}) },
    {
      name: "ListPolicies",
      ask: (client) => client.listPolicies({ Filter: "SERVICE_CONTROL_POLICY" }),
    },
    { name: "DescribePolicy", ask: (client) => client.describePolicy({ PolicyId: "p-FullAWSAccess" }) },
    {
      name: "ListTargetsForPolicy",
      ask: (client) => client.listTargetsForPolicy({ PolicyId: "p-FullAWSAccess" }),
    },
  ];
  for (const [name, ParentId] of Object.entries({ root, workloads, security })) {
    reads.push(
      { name: `ListAccountsForParent ${name}`, ask: (client) => client.listAccountsForParent({ ParentId }) },
      {
        name: `ListOrganizationalUnitsForParent ${name}`,
        ask: (client) => client.listOrganizationalUnitsForParent({ ParentId }),
      },
      {
        name: `ListChildren ${name}, accounts`,
        ask: (client) => client.listChildren({ ParentId, ChildType: "ACCOUNT" }),
      },
      {
        name: `ListChildren ${name}, units`,
        ask: (client) => client.listChildren({ ParentId, ChildType: "ORGANIZATIONAL_UNIT" }),
      },
    );
  }
  for (const [name, id] of Object.entries({ workloads, security })) {
    reads.push({
      name: `DescribeOrganizationalUnit ${name}`,
      ask: (client) => client.describeOrganizationalUnit({ OrganizationalUnitId: id }),
    });
  }
  for (const [name, AccountId] of Object.entries({ production, staging })) {
    reads.push({ name: `DescribeAccount ${name}`, ask: (client) => client.describeAccount({ AccountId }) });
  }
  for (const [name, id] of Object.entries({ workloads, production, staging })) {
    reads.push(
      { name: `ListParents ${name}`, ask: (client) => client.listParents({ ChildId: id }) },
      {
        name: `ListTagsForResource ${name}`,
        ask: (client) => client.listTagsForResource({ ResourceId: id }),
      },
      {
        name: `ListPoliciesForTarget ${name}`,
        ask: (client) => client.listPoliciesForTarget({ TargetId: id, Filter: "SERVICE_CONTROL_POLICY" }),
      },
    );
  }
  return reads;
}

interface Write {
  send(client: Organizations, organisation: Prepared): Promise<unknown>;
  /** The questions that are asked of AWS again after it; every other answer is still there. */
  readonly asksAgain: readonly string[];
}

const writes: Readonly<Record<string, Write>> = {
  MoveAccount: {
    send: (client, { production, workloads, security }) =>
      client.moveAccount({
        AccountId: production,
        SourceParentId: workloads,
        DestinationParentId: security,
      }),
    asksAgain: [
      "DescribeAccount production",
      "ListAccounts",
      "ListAccounts one a page",
      "ListAccountsForParent security",
      "ListAccountsForParent workloads",
      "ListChildren security, accounts",
      "ListChildren workloads, accounts",
      "ListParents production",
    ],
  },
  TagResource: {
    send: (client, { production }) =>
      client.tagResource({ ResourceId: production, Tags: [{ Key: "a", Value: "b" }] }),
    asksAgain: ["ListTagsForResource production"],
  },
  UntagResource: {
    send: (client, { production }) => client.untagResource({ ResourceId: production, TagKeys: ["a"] }),
    asksAgain: ["ListTagsForResource production"],
  },
  UpdateOrganizationalUnit: {
    send: (client, { workloads }) =>
      client.updateOrganizationalUnit({ OrganizationalUnitId: workloads, Name: "Other" }),
    asksAgain: [
      "DescribeOrganizationalUnit workloads",
      "ListChildren root, units",
      "ListOrganizationalUnitsForParent root",
      "ListParents workloads",
      "ListPoliciesForTarget workloads",
      "ListTargetsForPolicy",
    ],
  },
  CreateOrganizationalUnit: {
    send: (client, { security }) => client.createOrganizationalUnit({ ParentId: security, Name: "New" }),
    asksAgain: [
      "ListChildren security, units",
      "ListOrganizationalUnitsForParent security",
      "ListTargetsForPolicy",
    ],
  },
  AttachPolicy: {
    async send(client, { production }) {
      const { Policy } = await client.createPolicy({
        Name: "deny",
        Description: "",
        Content: "{}",
        Type: "SERVICE_CONTROL_POLICY",
      });
      await client.attachPolicy({ PolicyId: Policy?.PolicySummary?.Id, TargetId: production });
    },
    asksAgain: ["ListPolicies", "ListPoliciesForTarget production"],
  },
};

describe.each(Object.entries(writes))("after %s", (_name, write) => {
  test("every read answers as AWS does, and what it does not concern is still there", async () => {
    const prepared = await prepare();
    const { organizations, other, truth } = prepared;
    const reads = readsOf(prepared);
    for (const read of reads) await read.ask(organizations);
    const there = new Set<string>();
    for (const read of reads) if (isHit(await read.ask(organizations))) there.add(read.name);
    expect(there.size).toBe(reads.length);

    await write.send(organizations, prepared);
    const asked: string[] = [];
    for (const read of reads) {
      const answer = await read.ask(organizations);
      expect([read.name, dataOf(answer)]).toEqual([read.name, dataOf(await read.ask(truth))]);
      expect([read.name, dataOf(await read.ask(other))]).toEqual([read.name, dataOf(answer)]);
      if (!isHit(answer)) asked.push(read.name);
    }
    expect(asked.toSorted()).toEqual(write.asksAgain.toSorted());
  });
});

describe("a list of accounts", () => {
  test("goes through the paginator, also past pages that are empty, and is then in the cache", async () => {
    const { organizations, sim } = await prepare({ population: { accounts: 45 } });
    sim.configure({ emptyPages: true });
    const all = async (): Promise<(string | undefined)[]> => {
      const ids: (string | undefined)[] = [];
      for await (const { Accounts = [] } of paginateListAccounts({ client: organizations }, {})) {
        ids.push(...Accounts.map(({ Id }) => Id));
      }
      return ids;
    };
    expect(await all()).toEqual(sim.accountIds);
    sim.calls.reset();
    expect(await all()).toEqual(sim.accountIds);
    expect(sim.calls.total).toBe(0);
  });

  test("begins anew when AWS does not take its token any more", async () => {
    const { organizations, sim } = await prepare({ population: { accounts: 45 } });
    const { NextToken } = await organizations.send(new ListAccountsCommand({}));
    sim.faults.add({ kind: "error-before", operation: "ListAccounts", error: "InvalidInputException" });
    const failure = await failureOf(organizations.send(new ListAccountsCommand({ NextToken })));
    expect(failure).toBeInstanceOf(InvalidInputException);
    expect(isHit(await organizations.send(new ListAccountsCommand({})))).toBe(false);
  });
});

test("who may not ask is told so each time, and nobody else is", async () => {
  const { organizations, other, sim } = await prepare();
  sim.faults.add({
    kind: "error-before",
    operation: "ListAccounts",
    error: "AccessDeniedException",
    times: 2,
  });
  for (let time = 0; time < 2; time += 1) {
    expect((await failureOf(organizations.listAccounts({}))).name).toBe("AccessDeniedException");
  }
  expect((await other.listAccounts({})).Accounts).toHaveLength(4);
});

test("tags of Organizations and of Identity Center are apart, although their commands have the same names", async () => {
  const { organizations, ssoAdmin, sim, InstanceArn, production } = await prepare();
  await organizations.listTagsForResource({ ResourceId: production });
  await ssoAdmin.listTagsForResource({ ResourceArn: InstanceArn });
  await ssoAdmin.tagResource({ ResourceArn: InstanceArn, Tags: [{ Key: "a", Value: "b" }] });
  sim.settle();
  expect(isHit(await organizations.listTagsForResource({ ResourceId: production }))).toBe(true);
  expect(isHit(await ssoAdmin.listTagsForResource({ ResourceArn: InstanceArn }))).toBe(false);
});

test("what is in a unit, nothing included, is asked again when the unit is gone", async () => {
  const { organizations, other, root: ParentId } = await prepare();
  const { OrganizationalUnit } = await organizations.createOrganizationalUnit({ ParentId, Name: "Empty" });
  const unit = { ParentId: OrganizationalUnit?.Id };
  const reads = [
    () => other.listOrganizationalUnitsForParent(unit),
    () => other.listAccountsForParent(unit),
    () => other.listChildren({ ...unit, ChildType: "ACCOUNT" }),
    () => other.listChildren({ ...unit, ChildType: "ORGANIZATIONAL_UNIT" }),
  ];
  for (const read of reads) await read();
  await organizations.deleteOrganizationalUnit({ OrganizationalUnitId: OrganizationalUnit?.Id });
  for (const read of reads) expect((await failureOf(read())).name).toBe("ParentNotFoundException");
});
