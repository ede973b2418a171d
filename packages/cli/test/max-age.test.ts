import { expect, test } from "vitest";
import { commandTable } from "../src/command-table.ts";
import { exampleOf } from "../src/command-line/help.ts";
import { prepareOrganisation } from "./support/example-organisation.ts";

const reading = commandTable.filter(({ name }) =>
  /^(?!cache|profile|config)(?:access-review \S+|org \S+|\S+ (?:list|find|get|list-members))$/.test(name),
);

test.for(reading.map((command) => [command.name, command] as const))(
  "%s takes what is recent from the cache, and asks AWS for all of it where it must not be old",
  async ([, command]) => {
    const { run, sim } = await prepareOrganisation();
    const calls = async (options: string): Promise<Readonly<Record<string, number>>> => {
      const received = (): Map<string, number> =>
        new Map(Object.entries(sim.calls.snapshot().operations).map(([name, one]) => [name, one.received]));
      const before = received();
      const { code, stderr } = await run(`${exampleOf(command)} ${options}`);
      expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
      const made = [...received()].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const);
      return Object.fromEntries(made.filter(([, count]) => count > 0));
    };
    const first = await calls("");
    expect(Object.keys(first)).not.toEqual([]);
    expect(await calls("--max-age 1h")).toEqual({});
    // What a command asks for twice, AWS is asked for twice.
    expect(Object.keys(await calls("--no-cache"))).toEqual(Object.keys(first));
    expect(await calls("")).toEqual({});
  },
);

test("--no-cache leaves nothing to be made up for where there is no cache to be had", async () => {
  const { run } = await prepareOrganisation();
  const variables = { AWSIDEMAN_CACHE_DIR: `${import.meta.filename}/cache` };
  const { code, stderr } = await run("awsideman group list --no-cache", { variables });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^awsideman: cache: [^\n]+; going on without the cache\n$/);
});
