import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { FakeClock } from "./testing/fake-clock.ts";

const run = promisify(execFile);

async function outputOf(program: string): Promise<string> {
  const clock = new URL("clock.ts", import.meta.url).href;
  const source = `import { systemClock } from ${JSON.stringify(clock)}; ${program}`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", source]);
  return stdout.trim();
}

test("a process stays alive for a wait that somebody waits for", async () => {
  const output = await outputOf(`systemClock.after(5, () => console.log("ran"))`);
  expect(output).toBe("ran");
});

test("a process does not stay alive for what goes on in the background", async () => {
  const output = await outputOf(`systemClock.after(5, () => console.log("ran"), { background: true })`);
  expect(output).toBe("");
});

test("what was cancelled does not run, and does not keep the process alive", async () => {
  const output = await outputOf(`systemClock.after(60_000, () => console.log("ran"))()`);
  expect(output).toBe("");
});

test("a wait longer than a timer can count does not end at once", async () => {
  const output = await outputOf(`systemClock.after(2 ** 40, () => console.log("ran"), { background: true })`);
  expect(output).toBe("");
});

test("a clock in a test that is set to another time has not let any pass", async () => {
  const clock = new FakeClock();
  const begun = clock.monotonic();
  clock.jump(clock.now() - 3_600_000);
  await clock.advance(5);
  expect(clock.monotonic() - begun).toBe(5);
});
