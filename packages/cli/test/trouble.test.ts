import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { Terminal } from "./support/terminal.ts";

let terminal: Terminal;
let folder = "";
let count = 0;

beforeAll(async () => {
  terminal = await Terminal.open({ population: { users: 3, groups: 1, permissionSets: 1 } });
});

beforeEach(() => {
  count += 1;
  folder = path.join(terminal.home, `cache-${count}`);
});

afterAll(async () => {
  await terminal.close();
});

const withCache = (extra: Readonly<Record<string, string | undefined>> = {}) => ({
  variables: { AWSIDEMAN_CACHE_DIR: folder, ...extra },
});

/** One line, an exit code, nothing on stdout, and so never a stack. */
function told(code: number, line: string): object {
  return { code, stdout: "", stderr: `${line}\n` };
}

function toldLike(code: number, line: RegExp): object {
  return { code, stdout: "", stderr: expect.stringMatching(line) as string };
}

describe("the environment", () => {
  test("an unknown backend", async () => {
    const wrong = await terminal.runWith(
      withCache({ AWSIDEMAN_CACHE_BACKEND: "punchcards" }),
      "user",
      "list",
    );
    expect(wrong).toMatchObject(
      told(2, 'awsideman: AWSIDEMAN_CACHE_BACKEND must be memory, disk or redis, received "punchcards"'),
    );
    expect(wrong.calls).toEqual({});
  });

  test.each([
    ["AWSIDEMAN_CACHE_MAX_SIZE_MB", "-1", "from 1 to 16000000 megabytes"],
    ["AWSIDEMAN_CACHE_DEFAULT_TTL", "soon", "seconds from 0"],
    ["AWSIDEMAN_CACHE_DISABLED", "maybe", "true, false, 1 or 0"],
    ["AWSIDEMAN_CACHE_DIR", "~/cache", "an absolute path"],
    ["AWSIDEMAN_CACHE_OUTBOX_DIR", "outbox", "an absolute path"],
  ])("%s=%s", async (variable, value, meaning) => {
    expect(await terminal.runWith(withCache({ [variable]: value }), "user", "list")).toMatchObject(
      told(2, `awsideman: ${variable} must be ${meaning}, received "${value}"`),
    );
  });

  test("a size that the backend does not take is told once", async () => {
    expect(
      await terminal.runWith(withCache({ AWSIDEMAN_CACHE_MAX_SIZE_MB: "0.5" }), "user", "list"),
    ).toMatchObject(
      told(2, 'awsideman: AWSIDEMAN_CACHE_MAX_SIZE_MB must be from 1 to 16000000 megabytes, received "0.5"'),
    );
  });

  test("no region", async () => {
    expect(await terminal.runWith(withCache({ AWS_REGION: undefined }), "user", "list")).toMatchObject(
      told(
        2,
        "awsideman: no region is set; name the region of Identity Center with --region, AWS_REGION or the profile's region",
      ),
    );
  });

  test("a region that cannot be one", async () => {
    expect(await terminal.runWith(withCache({ AWS_REGION: "bad_region" }), "user", "list")).toMatchObject(
      told(2, 'awsideman: AWS_REGION must be a name such as us-east-1, received "bad_region"'),
    );
  });

  test("no credentials", async () => {
    const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
    expect(await terminal.runWith(withCache(none), "user", "list")).toMatchObject(
      toldLike(
        1,
        /^awsideman: there are no AWS credentials: .+; run "aws configure" or "aws sso login", name a profile with --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY\n$/,
      ),
    );
  });

  test("an endpoint that is no URL", async () => {
    expect(await terminal.run("user", "list", "--endpoint-url", "localhost:8080")).toMatchObject(
      told(
        2,
        'awsideman: --endpoint-url must be a URL such as https://example.com:8443, received "localhost:8080"',
      ),
    );
  });
});

describe("profiles", () => {
  test("an unknown one, with those that there are", async () => {
    const config = path.join(terminal.home, "some-config");
    await writeFile(config, "[default]\nregion = us-east-1\n[profile work]\nregion = us-east-1\n");
    const line = `awsideman: there is no profile "wrok" in ${config} or ${path.join(terminal.home, ".aws", "credentials")}; make it with "aws configure --profile wrok", or choose one of default, work`;
    const variables = { AWS_CONFIG_FILE: config };
    expect(await terminal.runWith({ variables }, "user", "list", "--profile", "wrok")).toMatchObject(
      told(2, line),
    );
    expect(
      await terminal.runWith({ variables: { ...variables, AWS_PROFILE: "wrok" } }, "user", "list"),
    ).toMatchObject(told(2, line));
  });

  test("is refused also where the answer is cached", async () => {
    expect(await terminal.runWith(withCache(), "user", "list")).toMatchObject({ code: 0 });
    expect(await terminal.runWith(withCache(), "user", "list", "--profile", "wrok")).toMatchObject({
      code: 2,
    });
  });

  test("a profile's name leads nowhere", async () => {
    const config = path.join(terminal.home, "traversing-config");
    await writeFile(config, "[profile ../../../../evil]\nregion = us-east-1\n");
    const credentials = path.join(terminal.home, "traversing-credentials");
    await writeFile(credentials, "[../../../../evil]\naws_access_key_id = a\naws_secret_access_key = b\n");
    const outside = await readdir(terminal.home);
    const done = await terminal.runWith(
      withCache({ AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials }),
      "user",
      "list",
      "--profile",
      "../../../../evil",
    );
    expect(done).toMatchObject({ code: 0, stderr: "", calls: { ListUsers: 1 } });
    const made = (await readdir(terminal.home)).filter((name) => !outside.includes(name));
    expect(made).toEqual([path.basename(folder)]);
  });
});

describe("the other side", () => {
  test("nobody there", async () => {
    const server = createTcpServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await terminal.run("user", "list", "--endpoint-url", `http://127.0.0.1:${port}`)).toMatchObject(
      told(
        1,
        "awsideman: AWS cannot be reached: the connection is refused; check the network, the region and --endpoint-url",
      ),
    );
  });

  test("somebody else there", async () => {
    const server = createServer((_, response) => response.end("<html>Welcome</html>")).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      expect(await terminal.run("user", "list", "--endpoint-url", `http://127.0.0.1:${port}`)).toMatchObject(
        told(
          1,
          "awsideman: what answers is not Identity Center; check the network, the region and --endpoint-url",
        ),
      );
    } finally {
      server.close();
    }
  });

  test.each([
    [
      "AccessDeniedException",
      4,
      /^awsideman: AWS denies access: not for you; use a profile that may do this\n$/,
    ],
    [
      "ExpiredTokenException",
      4,
      /^awsideman: AWS does not accept the credentials: not for you; get new ones[^\n]+\n$/,
    ],
    [
      "ThrottlingException",
      5,
      /^awsideman: AWS is throttling, also after several attempts: not for you; wait[^\n]+\n$/,
    ],
    ["ResourceNotFoundException", 3, /^awsideman: AWS does not find what was asked for: not for you\n$/],
    ["ValidationException", 1, /^awsideman: AWS does not accept the request: not for you\n$/],
    ["InternalServerException", 1, /^awsideman: AWS has failed: not for you; try again\n$/],
  ])("%s", async (error, exitCode, line) => {
    const fault = terminal.sim.faults.add({
      kind: "error-before",
      operation: "ListGroups",
      error,
      message: "not for you.",
      times: "always",
    });
    const failed = await terminal.runWith(withCache({ AWS_MAX_ATTEMPTS: "1" }), "group", "list");
    fault.remove();
    expect(failed).toMatchObject(toldLike(exitCode, line));
    // An error is never what the next one gets.
    expect(await terminal.runWith(withCache(), "group", "list")).toMatchObject({ code: 0 });
  });

  test("a list of more calls than AWS takes in a second gets through", async () => {
    const large = await Terminal.open({ population: { permissionSets: 40 }, throttle: 20 });
    onTestFinished(() => large.close());
    const done = await large.run("permission-set", "list");
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(done.stdout.trimEnd().split("\n")).toHaveLength(42);
    expect(large.sim.calls.snapshot().throttled).toBe(0);
  });

  test("--verbose tells the causes", async () => {
    const fault = terminal.sim.faults.add({
      kind: "error-before",
      operation: "ListGroups",
      error: "AccessDeniedException",
    });
    const failed = await terminal.runWith(withCache(), "group", "list", "--verbose");
    fault.remove();
    expect(failed.stderr).toMatch(
      /\nawsideman: AWS denies access.*\n {2}caused by AccessDeniedException: .*\(request [-0-9a-f]+\)\n$/,
    );
    expect(failed.stderr).not.toMatch(/\n\s+at /);
  });

  test("no instance, and which region that is", async () => {
    const line = ["user", "list", "--identity-store-id", "d-0000000000"];
    expect(await terminal.runWith(withCache(), ...line)).toMatchObject(
      told(
        3,
        `awsideman: there is no instance d-0000000000 in us-east-1 for this profile; there is ${terminal.sim.instanceArn} (${terminal.sim.identityStoreId})`,
      ),
    );
  });
});

describe("the cache, which fails no command", () => {
  test("a directory that cannot be made: one line says so, and AWS answers", async () => {
    await writeFile(folder, "a file");
    const cacheDir = path.join(folder, "below");
    const first = await terminal.runWith({ variables: { AWSIDEMAN_CACHE_DIR: cacheDir } }, "user", "list");
    expect(first).toMatchObject({ code: 0, calls: { ListInstances: 1, ListUsers: 1 } });
    expect(first.stdout).toMatch(/ada\.abel\.1/);
    expect(first.stderr).toMatch(
      /^awsideman: cache: The cache directory [^\n]+; going on without the cache\n$/,
    );
    expect(first.stderr).toContain(cacheDir);
    expect(await readFile(folder, "utf8")).toBe("a file");
  });

  test("a directory that is not writable", async () => {
    await mkdir(folder);
    await chmod(folder, 0o500);
    // The superuser may write everywhere but where the system itself makes the files.
    const cacheDir = process.getuid?.() === 0 ? "/proc/awsideman" : folder;
    const done = await terminal.runWith({ variables: { AWSIDEMAN_CACHE_DIR: cacheDir } }, "user", "list");
    expect(done).toMatchObject({ code: 0, calls: { ListUsers: 1 } });
    expect(done.stderr).toMatch(/^awsideman: cache: [^\n]+; going on without the cache\n$/);
  });

  test("a write succeeds without it, too", async () => {
    await writeFile(folder, "a file");
    const line = ["user", "create", "-u", `u${count}`, "-f", "U", "-l", "V"];
    const done = await terminal.runWith(withCache(), ...line);
    expect(done.code).toBe(0);
    expect(done.calls).toMatchObject({ CreateUser: 1 });
    expect(done.stderr).toMatch(
      /^awsideman: cache: The cache directory [^\n]+ is not a directory; the change waits in a file, and is recorded before the next command reads the cache\n$/,
    );
  });

  test("a change that is recorded nowhere is told, with what to do", async () => {
    await writeFile(folder, "a file");
    const line = ["user", "create", "-u", `u${count}`, "-f", "U", "-l", "V"];
    const done = await terminal.runWith(
      withCache({ AWSIDEMAN_CACHE_OUTBOX_DIR: path.join(folder, "below") }),
      ...line,
    );
    expect(done).toMatchObject({ code: 0, calls: { CreateUser: 1 } });
    expect(done.stderr).toMatch(
      /^awsideman: cache: [^\n]+; the change could not be recorded, nor kept for later \([^\n]+\): run "awsideman cache clear" when the cache is back\n$/,
    );
  });

  test.each([
    [
      "corrupt",
      (content: Buffer) =>
        Buffer.concat([content.subarray(0, 100), Buffer.alloc(4096, 0x5a), content.subarray(4196)]),
    ],
    ["foreign", () => Buffer.from("This is a shopping list.\n".repeat(400))],
    ["truncated", (content: Buffer) => content.subarray(0, 3000)],
    ["empty", () => Buffer.alloc(0)],
  ])("a %s database file", async (_, spoil) => {
    expect(await terminal.runWith(withCache(), "user", "list")).toMatchObject({ code: 0 });
    const names = await readdir(folder, { recursive: true });
    const databases = names.filter((name) => /\.(?:db|sqlite)$/.test(name));
    expect(databases).not.toHaveLength(0);
    for (const name of databases) {
      const file = path.join(folder, name);
      await writeFile(file, spoil(await readFile(file)));
    }
    for (const name of names.filter((one) => /-(?:wal|shm)$/.test(one)))
      await writeFile(path.join(folder, name), "");

    const done = await terminal.runWith(withCache(), "user", "list");
    expect(done).toMatchObject({ code: 0, calls: { ListUsers: 1 } });
    expect(done.stdout).toMatch(/ada\.abel\.1/);
    expect(done.stderr).toMatch(/^(?:awsideman: cache: [^\n]+\n)?$/);
    // And it works again.
    expect(await terminal.runWith(withCache(), "user", "list")).toMatchObject({
      code: 0,
      stderr: "",
      calls: {},
    });
  });
});
