import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { main, type Terminal } from "../src/cli/main.ts";
import { parseArguments } from "../src/cli/parse-arguments.ts";

class FakeTerminal implements Terminal {
  printed = "";
  errors = "";
  readonly #printed = Promise.withResolvers<void>();
  interrupt: () => void = () => undefined;
  listening = false;

  get hasPrinted(): Promise<void> {
    return this.#printed.promise;
  }

  readonly print = (text: string): void => {
    this.printed += text;
    this.#printed.resolve();
  };

  readonly printError = (text: string): void => {
    this.errors += text;
  };

  readonly onInterrupt = (interrupted: () => void): (() => void) => {
    this.interrupt = interrupted;
    this.listening = true;
    return () => {
      this.listening = false;
    };
  };
}

describe("the command", () => {
  it("says where it is, what it holds and how to lead an SDK there, until it is interrupted", async () => {
    const terminal = new FakeTerminal();
    const running = main(["--users", "3", "--permission-sets", "2", "--seed", "demo"], terminal);
    await terminal.hasPrinted;
    const endpoint = /endpoint\s+(http:\/\/127\.0\.0\.1:\d+)/.exec(terminal.printed)?.[1] ?? "";
    expect(terminal.printed).toMatch(/instance ARN\s+arn:aws:sso:::instance\/ssoins-/);
    expect(terminal.printed).toMatch(/identity store\s+d-[0-9a-f]{10}/);
    expect(terminal.printed).toContain("3 users, 10 groups, 2 permission sets, 10 assignments");
    expect(terminal.printed).toContain(
      `\nexport AWS_ENDPOINT_URL=${endpoint} AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=simulator AWS_SECRET_ACCESS_KEY=simulator\n`,
    );
    const info = await (await fetch(`${endpoint}/_sim/info`)).json();
    expect(info).toMatchObject({ endpoint });
    terminal.interrupt();
    expect(await running).toBe(0);
    expect(terminal.listening).toBe(false);
    await expect(fetch(endpoint)).rejects.toThrow("fetch failed");
  });

  it("prints one line of JSON when asked, and ends when it is shut down", async () => {
    const terminal = new FakeTerminal();
    const running = main(["--json", "--region", "eu-west-1"], terminal);
    await terminal.hasPrinted;
    const info = JSON.parse(terminal.printed) as { endpoint: string; region: string; accountIds: string[] };
    expect(terminal.printed.trimEnd()).not.toContain("\n");
    expect(info).toMatchObject({ region: "eu-west-1" });
    expect(info.accountIds).toHaveLength(5);
    await fetch(`${info.endpoint}/_sim/shutdown`, {
      method: "POST",
      headers: { "content-type": "application/json" },
    });
    expect(await running).toBe(0);
  });

  it.each([
    [["--bogus"], "--bogus"],
    [["surplus"], "surplus"],
    [["--port", "high"], "--port must be a whole number from 0, received high"],
    [["--port", "70000"], "port must be a whole number 0 to 65535, received 70000"],
    [["--latency", "1-2-3"], "--latency must be milliseconds, received 1-2-3"],
    [["--latency", "9-2"], "latency must not have a minimum above its maximum"],
    [["--throttle", "0"], "calls a second above 0, received 0"],
    [["--lag", "soon"], "--lag must be a number from 0, received soon"],
    [["--memberships-per-user", "11"], "membershipsPerUser must be a whole number 0 to 10"],
  ])("refuses %j with one line and exit code 2", async (args, message) => {
    const terminal = new FakeTerminal();
    expect(await main(args, terminal)).toBe(2);
    expect(terminal.printed).toBe("");
    expect(terminal.errors).toContain(message);
    expect(terminal.errors.trimEnd()).not.toContain("\n");
  });

  it("prints its help", async () => {
    const terminal = new FakeTerminal();
    expect(await main(["--help"], terminal)).toBe(0);
    expect(terminal.printed).toMatch(/^Usage: identity-center-sim/);
  });

  it("names an option in its help for everything that it takes", () => {
    for (const name of [
      "port",
      "host",
      "region",
      "seed",
      "users",
      "groups",
      "accounts",
      "assignments",
      "json",
    ]) {
      expect(() => parseArguments([`--${name}=1`, `--${name}`])).toThrow(`--${name}`);
    }
  });

  it("hands all its options on", () => {
    const args =
      "--host ::1 --port 4000 --seed x --users 1 --groups 2 --memberships-per-user 1 --permission-sets 3 --accounts 4 --assignments 5 --latency 10-20 --throttle 20 --lag 30 --operation-duration 40 --page-size 50 --empty-pages";
    expect(parseArguments(args.split(" "))).toEqual({
      kind: "start",
      json: false,
      options: {
        host: "::1",
        port: 4000,
        seed: "x",
        population: {
          users: 1,
          groups: 2,
          membershipsPerUser: 1,
          permissionSets: 3,
          accounts: 4,
          assignments: 5,
        },
        latency: { minimum: 10, maximum: 20 },
        throttle: 20,
        propagationLag: 30,
        operationDuration: 40,
        pageSize: 50,
        emptyPages: true,
      },
    });
  });

  it("fails with exit code 1 when the port is taken", async () => {
    const first = new FakeTerminal();
    const running = main(["--json"], first);
    await first.hasPrinted;
    const { endpoint } = JSON.parse(first.printed) as { endpoint: string };
    const second = new FakeTerminal();
    expect(await main(["--port", new URL(endpoint).port], second)).toBe(1);
    expect(second.errors).toContain("EADDRINUSE");
    first.interrupt();
    await running;
  });
});

describe("the program", () => {
  const bin = fileURLToPath(new URL("../bin.js", import.meta.url));

  it("says on one line which Node it needs where it is started with an older one", () => {
    const older = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } })`;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [`--import=data:text/javascript,${encodeURIComponent(older)}`, bin, "--help"],
      { encoding: "utf8" },
    );
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: "",
      stderr: "identity-center-sim: this is Node 20.20.2, and it needs 22.22.3 or newer\n",
    });
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends by itself, with exit code 0, on %s", async (signal) => {
    const child = spawn(process.execPath, [bin, "--json"], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    const ended = new Promise((resolve) => {
      child.once("exit", (code, killed) => resolve([code, killed]));
    });
    for await (const line of createInterface(child.stdout)) {
      const { endpoint } = JSON.parse(line) as { endpoint: string };
      // A connection that is kept alive must not keep the program alive.
      await (await fetch(`${endpoint}/_sim/calls`)).json();
      break;
    }
    child.kill(signal);
    expect(await ended).toEqual([0, null]);
  });
});
