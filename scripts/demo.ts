// Runs the actual `awsideman` command, each time as a process of its own, against a local Identity Center and with the
// cache on disk in a temporary folder. Every statement that it prints is checked; one that is not true ends it with 1.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startIdentityCenterSim, type IdentityCenterSim } from "@awsideman/identity-center-sim";

/** What one process did. */
interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
  /** Calls that Identity Center has got meanwhile. */
  readonly calls: number;
}

interface CacheStatus {
  readonly entries: number;
  readonly hits: number;
  readonly misses: number;
  readonly awsCallsSaved: number;
}

const bin = join(import.meta.dirname, "..", "packages", "cli", "bin.js");
const wide = 52;
let untrue = 0;

const home = await mkdtemp(join(tmpdir(), "awsideman-demo-"));
const sim = await startIdentityCenterSim({
  population: { users: 100, groups: 12, permissionSets: 12, accounts: 4 },
  latency: { minimum: 100, maximum: 200 },
  operationDuration: 1_500,
});
try {
  await tell(sim);
} finally {
  await sim.close();
  await rm(home, { recursive: true, force: true });
}
if (untrue > 0) {
  say(`${untrue} of these statements ${untrue === 1 ? "is" : "are"} not true.`);
  process.exitCode = 1;
}

async function tell({ state, accountIds }: IdentityCenterSim): Promise<void> {
  const account = accountIds[1] as string;
  const { users, groups, permissionSets, assignments } = state.sizes();
  say(
    `Here is a local Identity Center: ${users} users, ${groups} groups, ${permissionSets} permission sets and ${assignments} assignments in`,
    `${accountIds.length} accounts. A call takes it 100 to 200 ms; AWS takes 100 to 500. The cache is on disk, in a new folder.`,
    "Every line that begins with $ is a process of its own.",
    "",
    "1. The first time AWS is asked, the next time the cache answers.",
    "",
    `${"".padEnd(wide)}  ${"first time".padStart(18)}  ${"next time".padStart(18)}`,
  );
  const reads = [
    ["user", "list"],
    ["group", "list"],
    ["group", "list-members", "Finance-2"],
    ["permission-set", "list"],
    ["assignment", "list", "--account", account],
  ];
  const sum = { cold: 0, warm: 0, coldCalls: 0 };
  for (const line of reads) {
    const cold = await awsideman(...line);
    const warm = await awsideman(...line);
    say(`${`$ awsideman ${line.join(" ")}`.padEnd(wide)}  ${cost(cold)}  ${cost(warm)}`);
    check(cold.calls > 0, "the first process asks AWS");
    check(warm.calls === 0, "the next process asks AWS nothing");
    check(warm.stdout === cold.stdout && rows(warm) > 0, "both print the same, and it is something");
    sum.cold += cold.milliseconds;
    sum.warm += warm.milliseconds;
    sum.coldCalls += cold.calls;
  }
  const times = sum.cold / sum.warm;
  say(
    "",
    `   ${seconds(sum.cold)} and ${sum.coldCalls} calls have become ${seconds(sum.warm)} and none: ${times.toFixed(0)} times as fast.`,
    "",
  );
  check(times > 2, "answers of the cache are more than twice as fast");

  say("2. A write. It is known to the next process at once, and only what depends on it is forgotten.", "");
  const members = ["group", "list-members", "Finance-2"];
  const newcomer = state.users.find(
    ({ userId }) =>
      !state.memberships.some((one) => one.userId === userId && one.groupId === state.groups[1]?.groupId),
  );
  const name = newcomer?.attributes.UserName as string;
  const before = await awsideman(...members);
  const added = await show("group", "add-member", "Finance-2", name);
  const after = await awsideman(...members);
  describe(members, after, `asks AWS for the list of members, and ${name} is in it`);
  check(before.calls === 0 && !before.stdout.includes(name), "before the write the newcomer is not a member");
  check(added.calls > 0 && after.stdout.includes(name), "the process after the write shows the new member");
  check(rows(after) === rows(before) + 1, "there is one member more");
  for (const line of [
    ["user", "list"],
    ["group", "list"],
    ["permission-set", "list"],
    reads[4] as string[],
  ]) {
    const untouched = await awsideman(...line);
    describe(line, untouched, "is still in the cache");
    check(untouched.calls === 0, `${line.join(" ")} asks AWS nothing after a write that does not concern it`);
  }
  say("");

  say("3. An assignment, on which AWS works for a while. The cache waits with it.", "");
  const assignment = reads[4] as string[];
  const line = [
    "assignment",
    "assign",
    "ReadOnlyAccess-1",
    name,
    account,
    "--principal-type",
    "USER",
    "--wait",
  ];
  const assigned = await show(...line);
  check(/^Status +SUCCEEDED$/m.test(assigned.stdout), "the assignment succeeds");
  const listed = await awsideman(...assignment);
  describe(assignment, listed, `shows what ${name} has been given`);
  check(listed.stdout.includes(name), "the process after the assignment shows it");
  const untouched = await awsideman("user", "list");
  describe(["user", "list"], untouched, "is still in the cache");
  check(untouched.calls === 0, "users are still cached after an assignment");
  say("");

  say("4. What the cache says of all these processes.", "");
  await show("cache", "status");
  const { stdout } = await awsideman("cache", "status", "--json");
  const status = JSON.parse(stdout) as CacheStatus;
  check(status.entries > 0 && status.hits > 0, "the cache has entries, and has had hits");
  check(
    status.awsCallsSaved >= sum.coldCalls,
    "the cache has saved at least what the first processes have asked",
  );
  say(
    `   Identity Center has got ${sim.calls.total} calls in all. Without the cache it would have been ${sim.calls.total + status.awsCallsSaved}.`,
  );
}

/** Runs the command, and expects it to succeed. */
async function awsideman(...line: readonly string[]): Promise<Run> {
  const callsBefore = sim.calls.total;
  const start = performance.now();
  const child = spawn(process.execPath, [bin, ...line], {
    env: {
      PATH: process.env["PATH"],
      HOME: home,
      USERPROFILE: home,
      SystemRoot: process.env["SystemRoot"],
      AWSIDEMAN_CACHE_DIR: join(home, "cache"),
      ...sim.environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (texts.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (texts.stderr += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  const milliseconds = performance.now() - start;
  const problem = texts.stderr === "" ? "" : ` (${texts.stderr.trim()})`;
  check(code === 0 && texts.stderr === "", `awsideman ${line.join(" ")} succeeds${problem}`);
  return { code, ...texts, milliseconds, calls: sim.calls.total - callsBefore };
}

/** Runs the command, and prints what it prints. */
async function show(...line: readonly string[]): Promise<Run> {
  const run = await awsideman(...line);
  say(
    `$ awsideman ${line.join(" ")}`,
    ...run.stdout
      .trimEnd()
      .split("\n")
      .map((text) => `   ${text}`),
    "",
  );
  return run;
}

function describe(line: readonly string[], run: Run, what: string): void {
  say(`${`$ awsideman ${line.join(" ")}`.padEnd(wide)}  ${cost(run)}  ${what}`);
}

function cost({ milliseconds, calls }: Run): string {
  return `${milliseconds.toFixed(0).padStart(5)} ms ${String(calls).padStart(3)} ${calls === 1 ? "call " : "calls"}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Lines of a table without its heading. */
function rows({ stdout }: Run): number {
  return stdout.trimEnd().split("\n").length - 2;
}

function check(truth: boolean, statement: string): void {
  if (truth) return;
  untrue += 1;
  say(`   NOT TRUE: ${statement}`);
}

function say(...lines: readonly string[]): void {
  for (const line of lines) console.log(line);
}
