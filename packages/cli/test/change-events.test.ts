import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { commandEvent } from "../../aws-client/test/support/cloud-trail.ts";
import { QueueServer } from "../../aws-client/test/support/queue-server.ts";
import { Terminal } from "./support/terminal.ts";

let terminal: Terminal;
let ada: string;
let ben: string;

beforeEach(async () => {
  terminal = await Terminal.open();
  [ada = "", ben = ""] = ["ada", "ben"].map((UserName) => terminal.sim.console.createUser({ UserName }));
});

afterEach(async () => {
  await terminal.close();
});

/** Renames a user behind the cache's back; returns the event of it. */
function rename(UserId: string, AttributeValue: string): object {
  const operation = { AttributePath: "displayName", AttributeValue };
  terminal.sim.console.updateUser(UserId, operation);
  const input = { IdentityStoreId: terminal.sim.identityStoreId, UserId, Operations: [operation] };
  return commandEvent("identitystore", "UpdateUser", input, {});
}

async function nameOf(
  UserId: string,
): Promise<{ readonly name: string; readonly calls: Readonly<Record<string, number>> }> {
  const { value, calls } = await terminal.json<{ readonly DisplayName: string }>("user", "get", UserId);
  return { name: value.DisplayName, calls };
}

describe("cache invalidate", () => {
  test("makes the next command see a change that was made elsewhere, and keeps everything else", async () => {
    await nameOf(ada);
    await nameOf(ben);
    const event = rename(ada, "Ada the Second");
    expect((await nameOf(ada)).name).toBe("ada");
    const input = JSON.stringify(event);
    const finished = await terminal.runWith({ input }, "cache", "invalidate", "--from-event", "-");
    expect(finished).toMatchObject({ code: 0, stderr: "", calls: {} });
    expect(finished.stdout).toMatch(/^event-\d+ +UpdateUser +UpdateUser +user:/m);
    expect(await nameOf(ada)).toEqual({ name: "Ada the Second", calls: { DescribeUser: 1 } });
    expect((await nameOf(ben)).calls).toEqual({});
  });

  test.each([
    ["an array", (events: readonly object[]) => JSON.stringify(events)],
    ["lines", (events: readonly object[]) => events.map((event) => JSON.stringify(event)).join("\n")],
  ])("reads %s from a file", async (_, format) => {
    const file = path.join(terminal.home, "events.json");
    await nameOf(ada);
    await nameOf(ben);
    await writeFile(file, format([rename(ada, "A"), rename(ben, "B")]));
    const { value } = await terminal.json<{ readonly applied: readonly object[] }>(
      "cache",
      "invalidate",
      "--from-event",
      file,
    );
    expect(value.applied).toMatchObject([
      { takenAs: { kind: "command", command: "UpdateUser" } },
      { takenAs: { kind: "command", command: "UpdateUser" } },
    ]);
    expect([(await nameOf(ada)).name, (await nameOf(ben)).name]).toEqual(["A", "B"]);
  });

  test("tells in one line each what is no event, and applies the rest", async () => {
    await nameOf(ada);
    const input = ["{broken", JSON.stringify(rename(ada, "A")), '{"source":"x"}'].join("\n");
    const finished = await terminal.runWith({ input }, "cache", "invalidate", "--from-event", "-");
    expect(finished.code).toBe(1);
    expect(finished.stderr).toBe(
      [
        "awsideman: line 1 is not JSON",
        "awsideman: line 3 is no event: An event must have a text as its detail-type, received undefined",
        "awsideman: 2 of 3 events could not be applied",
        "",
      ].join("\n"),
    );
    expect((await nameOf(ada)).name).toBe("A");
  });

  test.each<[string, readonly string[], number, RegExp]>([
    ["no file", ["--from-event", "/nowhere/events.json"], 3, /^awsideman: there is no file "\/nowhere/],
    ["a directory", ["--from-event", "/"], 1, /cannot be read \(EISDIR\)\n$/],
    ["nothing said", [], 2, /what was changed is missing/],
  ])("refuses %s", async (_, words, code, message) => {
    const finished = await terminal.run("cache", "invalidate", ...words);
    expect(finished).toMatchObject({ code, stdout: "" });
    expect(finished.stderr).toMatch(message);
  });

  test("refuses nothing at all", async () => {
    const finished = await terminal.runWith({ input: "" }, "cache", "invalidate", "--from-event", "-");
    expect(finished).toMatchObject({ code: 1, stderr: "awsideman: there is no event to apply\n" });
  });

  test("fails when the cache cannot be told", async () => {
    const input = JSON.stringify(rename(ada, "A"));
    const variables = { AWSIDEMAN_CACHE_DIR: path.join(terminal.home, "file") };
    await writeFile(variables.AWSIDEMAN_CACHE_DIR, "");
    const finished = await terminal.runWith({ input, variables }, "cache", "invalidate", "--from-event", "-");
    expect(finished.code).toBe(1);
    expect(finished.stderr).toContain("awsideman: the invalidation could not be recorded\n");
  });
});

describe("cache follow-queue", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "applies what arrives, tells it, and ends in good order at %s",
    async (signal) => {
      const queue = await QueueServer.start();
      onTestFinished(() => queue.close());
      await nameOf(ada);
      await nameOf(ben);
      const child = terminal.spawn({}, "cache", "follow-queue", queue.url);
      const closed = once(child, "close");
      let notes = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => (notes += text));
      const printed = once(child.stdout.setEncoding("utf8"), "data") as Promise<[string]>;
      queue.send(rename(ada, "Ada the Second"));
      expect((await printed)[0]).toMatch(/^UpdateUser, after .+: user:.+\n$/);
      expect((await nameOf(ada)).name).toBe("Ada the Second");
      expect((await nameOf(ben)).calls).toEqual({});
      await queue.asked("ReceiveMessage", 2);
      child.kill(signal);
      expect(await closed).toEqual([0, null]);
      expect(queue.bodies).toEqual([]);
      expect(notes).toMatch(
        /^awsideman: following http.+\nawsideman: 1 event applied, the latest after .+\n$/,
      );
    },
  );

  test("tells what is no event, as it tells of a queue that fails", async () => {
    const queue = await QueueServer.start();
    onTestFinished(() => queue.close());
    queue.send("{}");
    const child = terminal.spawn({}, "cache", "follow-queue", queue.url, "--json");
    const closed = once(child, "close");
    let notes = "";
    const told = Promise.withResolvers<void>();
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      notes += text;
      if (notes.includes("is no event")) told.resolve();
    });
    await told.promise;
    child.kill("SIGINT");
    await closed;
    expect(notes).toMatch(
      /^awsideman: message [-\da-f]+ is no event: An event must have .+\(received 1 times\)$/m,
    );
    expect(queue.bodies).toEqual(["{}"]);
  });

  test.each([
    [["--output", "yaml"], "cache follow-queue does not print yaml"],
    [["--output", "csv"], "cache follow-queue does not print csv"],
    [["--output", "text"], "cache follow-queue does not print text"],
    [["--json", "--query", "targets"], "--query does not go with cache follow-queue"],
  ])("refuses %j at once: it does not print that", async (words, why) => {
    const finished = await terminal.run("cache", "follow-queue", "http://127.0.0.1:1/queue", ...words);
    expect(finished).toMatchObject({ code: 2, stdout: "" });
    expect(finished.stderr).toBe(
      `awsideman: ${why}; use --output json for a line of JSON for each event, or --output table for text\n`,
    );
  });

  test.each(["changes", "sqs://host/queue", "https://sqs.us-east-1.amazonaws.com/"])(
    "refuses %s as a queue",
    async (url) => {
      const finished = await terminal.run("cache", "follow-queue", url);
      expect(finished).toMatchObject({ code: 2, stdout: "" });
      expect(finished.stderr).toContain("the queue must be a URL");
    },
  );
});
