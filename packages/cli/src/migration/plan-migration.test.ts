import { legacyCacheKey, type LegacyEntry } from "@awsideman/cache-core/legacy";
import { describe, expect, test } from "vitest";
import { planMigration, type MigrationFacts } from "./plan-migration.ts";

const hour = 3_600_000;
const now = Date.UTC(2026, 0, 1);
const prod = { profile: "prod", region: "us-east-1" };
const facts: MigrationFacts = { callers: [prod], now, configuredSince: now - 10 * hour };
const account = { Id: "111122223333", Name: "app-prod", JoinedTimestamp: "2024-01-02 03:04:05+00:00" };

const entry = (operation: string, parameters: object, data: unknown, more: Partial<LegacyEntry> = {}) => ({
  key: legacyCacheKey(operation, { ...parameters }, prod),
  operation,
  data,
  createdAt: now - hour,
  ttl: 12 * hour,
  ...more,
});
const known = entry("describe_account", { account_id: account.Id }, account);

/** What becomes of the last of these. */
function decisionOf(...entries: readonly LegacyEntry[]): unknown {
  const files = entries.map((one, index) => ({
    path: `/c/${index}`,
    content: { format: "plain" as const, ...one },
  }));
  const last = planMigration(files, facts).at(-1);
  return last && ("skip" in last ? last.skip : last.import);
}

describe("a migration takes over", () => {
  test("an account, with a time that is one again", () => {
    expect(decisionOf(known)).toEqual({
      command: "DescribeAccount",
      input: { AccountId: account.Id },
      output: { Account: { ...account, JoinedTimestamp: new Date(Date.UTC(2024, 0, 2, 3, 4, 5)) } },
      caller: prod,
      createdAt: now - hour,
      ttl: 12 * hour,
    });
  });

  test("the root, and the parent of what is known by another entry", () => {
    const root = [{ Id: "r-1", Name: "Root" }];
    expect(decisionOf(entry("list_roots", {}, root))).toMatchObject({
      command: "ListRoots",
      input: {},
      output: { Roots: root },
    });
    const parents = [{ Id: "r-1", Type: "ROOT" }];
    expect(decisionOf(known, entry("list_parents", { child_id: account.Id }, parents))).toMatchObject({
      command: "ListParents",
      input: { ChildId: account.Id },
      output: { Parents: parents },
    });
  });
});

describe("a migration leaves, and says why,", () => {
  test.for<[string, LegacyEntry, RegExp]>([
    ["what has expired", { ...known, ttl: hour / 2 }, /^expired$/],
    ["what is from the future", { ...known, createdAt: now + 1 }, /future/],
    ["a first page", entry("list_accounts_for_parent", { parent_id: "r-1" }, [account]), /first page/],
    ["what nothing reads", entry("list_users", {}, []), /"list_users"/],
    ["what an object has by itself", entry("constructor", {}, {}), /"constructor"/],
    [
      "what another profile has asked",
      { ...known, key: "describe_account_0123456789abcdef" },
      /not configured/,
    ],
    ["the key of another operation", { ...known, operation: "list_parents" }, /not configured/],
    ["what is older than the profiles", { ...known, createdAt: now - 11 * hour }, /changed since/],
    ["no answer", entry("list_roots", {}, [{ Id: "r-1" }, { Id: "r-2" }]), /not an answer/],
    ["an empty list", entry("list_roots", {}, []), /not configured|not an answer/],
  ])("%s", ([, one, reason]) => {
    expect(decisionOf(known, one)).toMatch(reason);
  });

  test("what is no entry that can be read", () => {
    const head = { key: "k", operation: "list_users", createdAt: now, ttl: hour };
    const decisions = planMigration(
      [
        { path: "/1", content: { format: "pickle", ...head } },
        { path: "/2", content: { format: "encrypted", ...head } },
        { path: "/3", content: { format: "damaged", problem: "is too short" } },
      ],
      facts,
    );
    expect(decisions.map((one) => "skip" in one && one.skip)).toEqual([
      expect.stringContaining("pickle"),
      expect.stringContaining("encrypted"),
      "the file is too short",
    ]);
  });

  test("a time that is none", () => {
    const odd = { ...account, JoinedTimestamp: "some day" };
    expect(decisionOf(entry("describe_account", { account_id: account.Id }, odd))).toMatchObject({
      output: { Account: { Id: account.Id, Name: account.Name } },
    });
  });
});
