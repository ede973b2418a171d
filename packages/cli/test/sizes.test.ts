import { describe, expect, onTestFinished, test } from "vitest";
import { Terminal } from "./support/terminal.ts";

interface Listing {
  readonly Users: readonly { readonly UserName: string }[];
}

/** Without what a format puts above. */
const rowsOf = (text: string, above: number): number =>
  text === "" ? 0 : text.trimEnd().split("\n").length - above;

describe.for([0, 1, 100, 10_000])("with %i users", (users) => {
  test("every command about them works, and asks AWS for each page once", async () => {
    const terminal = await Terminal.open({ population: { users, groups: 1 } });
    onTestFinished(() => terminal.close());
    const all = terminal.sim.state.users.map(({ attributes }) => String(attributes.UserName));
    const first = all[0] ?? "nobody";
    const last = all.at(-1) ?? "nobody";
    const pages = Math.ceil(Math.max(1, users) / 100);
    const note = users === 0 ? "awsideman: there is nothing to list\n" : "";

    const warmed = await terminal.run("cache", "warm", "users", "memberships");
    expect(warmed).toMatchObject({
      code: 0,
      stderr: "",
      calls: {
        ListInstances: 1,
        ListUsers: pages,
        ListGroups: 1,
        ListGroupMemberships: pages,
      },
    });

    const table = await terminal.run("user", "list");
    expect(table).toMatchObject({ code: 0, stderr: note, calls: {} });
    expect(rowsOf(table.stdout, 2)).toBe(users);
    const csv = await terminal.run("user", "list", "--output", "csv");
    expect([csv.code, rowsOf(csv.stdout, 1), csv.calls]).toEqual([0, users, {}]);
    const { value, calls } = await terminal.json<Listing>("user", "list");
    expect(calls).toEqual({});
    expect(value.Users.map(({ UserName }) => UserName)).toEqual(all);
    const limited = await terminal.run("user", "list", "--limit", "3");
    expect([limited.code, rowsOf(limited.stdout, 2), limited.calls]).toEqual([0, Math.min(users, 3), {}]);

    const found = await terminal.run("user", "find", last);
    expect(found).toMatchObject({ code: 0, calls: {} });
    expect(found.stdout.includes(last)).toBe(users > 0);
    const got = await terminal.run("user", "get", first);
    expect(got).toMatchObject(
      users === 0 ? { code: 3, stdout: "" } : { code: 0, stderr: "", calls: { DescribeUser: 1 } },
    );
    const members = await terminal.run("group", "list-members", "Engineering-1");
    expect(members).toMatchObject({ code: 0, stderr: note, calls: {} });
    expect(rowsOf(members.stdout, 2)).toBe(users);

    const status = await terminal.json<{ entries: number }>("cache", "status");
    // The instance, the groups, and the pages of both lists.
    expect(status.value.entries).toBeGreaterThanOrEqual(2 + 2 * pages);
  });
});
