import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startIdentityCenterSim, type IdentityCenterSim } from "@awsideman/identity-center-sim";
import { onTestFinished, vi } from "vitest";
import { readBashLine } from "../../src/completion/bash-words.ts";
import { runCommandLine } from "../../src/index.ts";
import { bin } from "./terminal.ts";

export interface ExampleOrganisation {
  readonly sim: IdentityCenterSim;
  /** Runs a line as somebody types it, in this process. */
  readonly run: (
    line: string,
    options?: {
      readonly columns?: number;
      readonly variables?: Readonly<Record<string, string>>;
      readonly interruption?: AbortSignal;
    },
  ) => Promise<{ code: number; stdout: string; stderr: string }>;
  /** Runs it as a process of its own: the program that is built. */
  readonly runAsProcess: (line: string) => Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** What the examples speak of, and what else there is. */
export async function prepareOrganisation(): Promise<ExampleOrganisation> {
  // The SDK looks for credentials in the environment of its process.
  vi.stubEnv("AWS_ACCESS_KEY_ID", "example");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "example");
  const sim = await startIdentityCenterSim({ population: { accounts: 2 } });
  const home = await mkdtemp(path.join(tmpdir(), "awsideman-example-"));
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await sim.close();
    await rm(home, { recursive: true, force: true });
  });
  const { console: admin, instanceArn } = sim;
  const account = sim.accountIds[0] as string;
  const alice = admin.createUser({
    UserName: "alice",
    DisplayName: "Alice",
    Name: { GivenName: "Alice", FamilyName: "Brown", Formatted: "Alice Brown" },
    Title: "Engineer",
    UserType: "Employee",
    Emails: [{ Value: "alice@example.com", Type: "work", Primary: true }],
  });
  admin.createUser({ UserName: "bob" });
  const engineers = admin.createGroup("Engineers", "Who builds it");
  admin.addMember(engineers, alice);
  const permissionSet = admin.createPermissionSet({
    Name: "ReadOnlyAccess",
    Description: "Looks at everything",
    SessionDuration: "PT8H",
  });
  const assigned = { InstanceArn: instanceArn, TargetId: account, TargetType: "AWS_ACCOUNT" };
  const assign = (PrincipalType: string, PrincipalId: string): unknown =>
    sim.perform("CreateAccountAssignment", {
      ...assigned,
      PermissionSetArn: permissionSet,
      PrincipalType,
      PrincipalId,
    });
  const { AccountAssignmentCreationStatus: request } = (await assign("GROUP", engineers)) as {
    AccountAssignmentCreationStatus: { RequestId: string };
  };
  sim.settle();
  const configuration = path.join(home, "config.yaml");
  await writeFile(configuration, "cache:\n  default_ttl: 600\nprofiles:\n  work:\n    region: us-east-1\n");
  const variables = {
    ...sim.environment,
    HOME: home,
    USERPROFILE: home,
    AWSIDEMAN_CACHE_DIR: path.join(home, "cache"),
    AWSIDEMAN_CONFIG: configuration,
    AWS_EC2_METADATA_DISABLED: "true",
  };
  /** As a shell has them. */
  const wordsOf = (line: string): readonly string[] => {
    const typed = line
      .replaceAll("111122223333", account)
      .replace("4f0c1f0e-6d5b-4a39-8e27-160594837261", request.RequestId);
    return readBashLine(`${typed} `).words;
  };
  return {
    sim,
    runAsProcess: (line) => runProgram(wordsOf(line), { ...variables, PATH: process.env["PATH"] }),
    run: async (line, { columns, variables: more, interruption: interrupted } = {}) => {
      const shown = { stdout: "", stderr: "" };
      const output = {
        print: (text: string) => void (shown.stdout += text),
        note: (text: string) => void (shown.stderr += text),
        terminal: columns === undefined ? undefined : { columns },
      };
      // What goes on until it is interrupted is interrupted.
      const isEndless = line.startsWith("awsideman cache follow-queue");
      const interruption = (): AbortSignal =>
        interrupted ?? (isEndless ? AbortSignal.abort() : new AbortController().signal);
      return {
        code: await runCommandLine(wordsOf(line), {
          variables: { ...variables, ...more },
          output,
          interruption,
        }),
        ...shown,
      };
    },
  };
}

async function runProgram(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [bin, ...words], { env, stdio: ["ignore", "pipe", "pipe"] });
  const shown = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (more: string) => (shown[name] += more));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  return { code, ...shown };
}
