import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { defaultCacheDirectory } from "@awsideman/storage-disk";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runCommandLine } from "../src/index.ts";
import { Terminal, type Finished } from "./support/terminal.ts";

let terminal: Terminal;
let file: string;

beforeAll(async () => {
  terminal = await Terminal.open({ population: { users: 3, groups: 1, permissionSets: 1 } });
  file = path.join(terminal.home, ".config", "awsideman", "config.yaml");
});

afterAll(async () => {
  await terminal.close();
});

beforeEach(async () => {
  for (const folder of [".config", ".awsideman", ".aws"])
    await rm(path.join(terminal.home, folder), { recursive: true, force: true });
});

async function write(text: string, place = file, mode = 0o600): Promise<void> {
  await mkdir(path.dirname(place), { recursive: true });
  await writeFile(place, text, { mode });
  await chmod(place, mode);
}

const config = (): Promise<string> => readFile(file, "utf8");
const withAws = (text: string): Promise<void> => write(text, path.join(terminal.home, ".aws", "config"));

/** Without what the simulator says in the environment, which comes before a file. */
const bare = { AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined };

/** Where the environment does not say whose credentials: the profile must. */
function validateWithoutKeys(): Promise<Omit<Finished, "calls">> {
  return quickWith({ AWS_ACCESS_KEY_ID: undefined }, "config", "validate", "--json");
}

/** As a process. */
function run(...line: readonly string[]): Promise<Finished> {
  return terminal.runWith({ variables: bare }, ...line);
}

/** In this process, which is quicker: nobody but the file is asked. */
async function quick(...line: readonly string[]): Promise<Omit<Finished, "calls">> {
  return quickWith({}, ...line);
}

async function quickWith(
  variables: Readonly<Record<string, string | undefined>>,
  ...line: readonly string[]
): Promise<Omit<Finished, "calls">> {
  const shown = { stdout: "", stderr: "" };
  const output = {
    print: (text: string) => void (shown.stdout += text),
    note: (text: string) => void (shown.stderr += text),
  };
  const all = { ...terminal.variables, ...bare, ...variables };
  const code = await runCommandLine(line, { variables: all, output });
  return { code, ...shown };
}

test("every command of these is there as a process", async () => {
  await withAws("[profile work]\nregion = us-east-1\n");
  const lines = [
    "config path --quiet",
    "config set output json",
    "profile add a --region us-east-1 --aws-profile work",
    "profile update a --default",
    "config validate",
    "config show",
    "config get region",
    "profile list",
    "profile show a",
    "profile set-default work",
    "profile remove a --yes",
    "config unset output",
  ];
  for (const line of lines) {
    const { code, stdout, stderr } = await run(...line.split(" "));
    expect({ code, stderr }, `${line}`).toEqual({ code: 0, stderr: "" });
    expect(stdout, `${line}`).not.toBe("");
  }
});

describe("config", () => {
  test("set makes the file, get and show tell what counts, and unset takes it away", async () => {
    expect(await quick("config", "path")).toMatchObject({
      code: 0,
      stdout: `${file}\n`,
      stderr: "awsideman: it is not there yet: what is set is written there\n",
    });
    expect(await quick("config", "get", "cache.default_ttl")).toMatchObject({
      code: 3,
      stderr:
        "awsideman: cache.default_ttl is not set; what counts is 900 for lists, 600 for single things\n",
    });
    expect(await quick("config", "set", "cache.default_ttl", "300")).toMatchObject({ code: 0, stderr: "" });
    expect(await quick("config", "set", "output", "JSON")).toMatchObject({ code: 0, stderr: "" });
    expect(await config()).toBe("cache:\n  default_ttl: 300\noutput: json\n");
    expect(await quick("config", "get", "cache.default_ttl", "-o", "text")).toMatchObject({
      code: 0,
      stderr: "",
    });
    const shown = await quick("config", "show", "--origin", "-o", "table");
    expect(shown.stdout).toMatch(/^cache\.default_ttl +300 +cache\.default_ttl in .+config\.yaml, line 2$/m);
    expect(shown.stdout).toMatch(/^output +table +--output, before output$/m);
    expect(shown.stdout).toMatch(/^cache\.backend +disk +the default$/m);
    expect(shown.stdout).toMatch(/^cache\.directory +\S+ +AWSIDEMAN_CACHE_DIR$/m);
    expect(JSON.parse((await quick("config", "unset", "cache.default_ttl")).stdout)).toEqual({
      DryRun: false,
      Path: file,
      Changes: [{ Name: "cache.default_ttl", Before: 300, After: null }],
    });
    expect(await config()).toBe("output: json\n");
  });

  test("get prints the value and nothing else", async () => {
    await write("cache:\n  default_ttl: 300\n");
    expect(await quick("config", "get", "cache.default_ttl")).toMatchObject({
      code: 0,
      stdout: "300\n",
      stderr: "",
    });
  });

  test("a profile's settings are written into it, and shown where it is in use", async () => {
    await write("profiles:\n  work:\n    region: us-east-1 # ours\n");
    expect(await quick("config", "set", "cache.default_ttl", "5", "--profile", "work")).toMatchObject({
      code: 0,
    });
    expect(await quick("config", "set", "profiles.work.region", "eu-west-1")).toMatchObject({ code: 0 });
    expect(await config()).toBe(
      "profiles:\n  work:\n    region: eu-west-1 # ours\n    cache:\n      default_ttl: 5\n",
    );
    expect((await quick("config", "get", "region", "--profile", "work")).stdout).toBe("eu-west-1\n");
    expect((await quick("config", "get", "profiles.work.cache.default_ttl")).stdout).toBe("5\n");
    expect((await quick("config", "get", "region")).code).toBe(3);
  });

  test("get of a profile that is nowhere does not tell what the environment says", async () => {
    await write("profiles:\n  work:\n    region: us-east-1\n");
    for (const line of [["profiles.wrok.region"], ["region", "--profile", "wrok"]])
      expect(await quickWith({ AWS_REGION: "us-west-2" }, "config", "get", ...line)).toMatchObject({
        code: 3,
        stdout: "",
        stderr: 'awsideman: the configuration has no profile "wrok"; did you mean "work"?\n',
      });
    await withAws("[profile wrok]\nregion = eu-central-1\n");
    expect((await quick("config", "get", "region", "--profile", "wrok")).stdout).toBe("eu-central-1\n");
  });

  test("set says so where the environment counts before what is written", async () => {
    expect(
      await quickWith({ AWS_REGION: "us-west-2" }, "config", "set", "region", "eu-west-1"),
    ).toMatchObject({
      code: 0,
      stderr: "awsideman: AWS_REGION is set, and counts before it\n",
    });
    expect(await quick("config", "set", "region", "us-east-1")).toMatchObject({ code: 0, stderr: "" });
  });

  test("--dry-run writes nothing", async () => {
    await write("region: us-east-1\n");
    for (const line of [
      ["config", "set", "region", "eu-west-1"],
      ["config", "unset", "region"],
      ["profile", "add", "a", "--region", "eu-west-1"],
      ["profile", "set-default", "x"],
    ]) {
      const { stdout, stderr } = await quick(...line, "--dry-run");
      expect(`${stdout}${stderr}`, `${line.join(" ")}`).toMatch(/Would write|there is no|has no profile/);
      expect(await config()).toBe("region: us-east-1\n");
    }
  });

  test("a file that AWSIDEMAN_CONFIG names is made by the first that writes into it", async () => {
    const variables = { AWSIDEMAN_CONFIG: path.join(terminal.home, ".config", "other.yaml") };
    const missing = await quickWith(variables, "config", "get", "output");
    expect(missing.stderr).toMatch(/other\.yaml does not exist; it is named by AWSIDEMAN_CONFIG\n$/);
    expect(await quickWith(variables, "config", "set", "output", "table")).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect(await readFile(variables.AWSIDEMAN_CONFIG, "utf8")).toBe("output: table\n");
    expect((await quickWith(variables, "config", "get", "output")).stdout).toBe("table\n");
  });

  test("a profile that is nowhere is not made by a slip of the hand", async () => {
    await write("profiles:\n  work:\n    region: us-east-1\n");
    expect(await quick("config", "set", "region", "eu-west-1", "--profile", "wrok")).toMatchObject({
      code: 3,
      stderr: 'awsideman: the configuration has no profile "wrok"; did you mean "work"?\n',
    });
    expect(await config()).toBe("profiles:\n  work:\n    region: us-east-1\n");
  });

  test("show tells of a profile that is nowhere", async () => {
    await write("default_profile: nobody\n");
    const withoutKeys = { AWS_ACCESS_KEY_ID: undefined };
    const { code, stdout, stderr } = await quickWith(withoutKeys, "config", "show");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^default_profile +nobody, wrong: there is no profile "nobody" in /m);
    expect(stderr).toMatch(/config validate/);
  });

  test("show --origin says what the environment overrules of the profile that was asked for", async () => {
    await write("region: us-east-1\nprofiles:\n  work:\n    region: eu-west-1\n");
    await withAws("[profile work]\nregion = eu-central-1\n");
    const line = ["config", "show", "--origin", "--profile", "work"];
    const of = async (variables: Readonly<Record<string, string>>): Promise<unknown> => {
      const { stdout } = await quickWith(variables, ...line, "--json");
      const { Settings } = JSON.parse(stdout) as { Settings: readonly { Name: string }[] };
      return Settings.find(({ Name }) => Name === "region");
    };
    const own = `profiles.work.region in ${file}, line 4`;
    const further = ["region", "the AWS profile work"];
    expect(await of({ AWS_REGION: "us-west-2" })).toEqual({
      Name: "region",
      Value: "us-west-2",
      Origin: "AWS_REGION",
      Overruled: ["profiles.work.region", ...further],
    });
    expect(await of({})).toMatchObject({ Value: "eu-west-1", Origin: own, Overruled: further });
    const { stdout } = await quickWith({ AWS_REGION: "us-west-2" }, ...line);
    expect(stdout).toMatch(
      /^region +us-west-2 +AWS_REGION, before profiles\.work\.region, region, the AWS profile work$/m,
    );
  });

  test.each([
    [
      ["config", "set", "cache.defaultttl", "5"],
      'there is no setting "cache.defaultttl"; did you mean "cache.default_ttl"?',
    ],
    [["config", "get", "weather"], 'there is no setting "weather"; "awsideman config show" lists them'],
    [
      ["config", "set", "cache.operation_ttls.list_user", "5"],
      'there is no setting "cache.operation_ttls.list_user"; did you mean "cache.operation_ttls.list_users"?',
    ],
    [
      ["config", "set", "cache.default_ttl", "soon"],
      'cache.default_ttl must be seconds from 0, received "soon"',
    ],
    [["config", "set", "aws_profile", "x"], "aws_profile is a setting of a profile; name it with --profile"],
    [
      ["config", "set", "default_profile", "x", "--profile", "y"],
      "default_profile is not a setting of a profile; leave --profile away",
    ],
    [
      ["config", "set", "cache.encryption_key", "horse"],
      /^cache\.encryption_key must be a key of 32 bytes .*makes it$/,
    ],
    [["config", "set", "output"], /^VALUE is missing/],
  ])("%j is refused in one line", async (line, message) => {
    const { code, stdout, stderr } = await quick(...line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    const [, told = ""] = /^awsideman: (.*)\n$/.exec(stderr) ?? [];
    expect(typeof message === "string" ? told === message : message.test(told), `${told}`).toBe(true);
  });

  test("a secret is shown to nobody, and not written where others could read it", async () => {
    const key = "ab".repeat(32);
    await write(`cache:\n  encryption_key: ${key}\n  redis_url: rediss://ada:open-sesame@cache:6379\n`);
    for (const line of [
      ["config", "show", "--origin"],
      ["config", "show", "--json"],
      ["config", "get", "cache.encryption_key"],
    ]) {
      const { stdout, stderr } = await quick(...line);
      expect(stdout).toContain("(hidden)");
      expect(`${stdout}${stderr}`).not.toMatch(/abab|sesame/);
    }
    expect((await quick("config", "get", "cache.redis_url")).stdout).toBe(
      "rediss://ada:(hidden)@cache:6379\n",
    );
    const changed = await quick("config", "set", "cache.redis_url", "redis://:other@cache:1", "--json");
    expect(changed.stdout).not.toMatch(/other|sesame/);
    expect(await config()).toContain("redis://:other@cache:1");

    await write("region: us-east-1\n", file, 0o644);
    const refused = await quick("config", "set", "cache.encryption_key", key);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(/has mode 644; run "chmod 600 .+config\.yaml"\n$/);
    expect(await config()).toBe("region: us-east-1\n");
  });
});

describe("config validate", () => {
  const problems = async (...line: readonly string[]): Promise<readonly unknown[]> => {
    const { stdout } = await quick("config", "validate", "--json", ...line);
    return (JSON.parse(stdout) as { readonly Problems: readonly unknown[] }).Problems;
  };
  const problem = (severity: string, line: number | null, message: RegExp): unknown => ({
    Severity: severity,
    Line: line,
    Message: expect.stringMatching(message) as string,
  });

  test("says so when nothing is wrong, also where there is no file", async () => {
    expect(await quick("config", "validate")).toMatchObject({
      code: 0,
      stdout: "Nothing is wrong.\n",
      stderr: "",
    });
    await write("region: us-east-1\n");
    expect(await quick("config", "validate")).toMatchObject({
      code: 0,
      stdout: "Nothing is wrong.\n",
      stderr: "",
    });
  });

  test("warns of a default profile that is nowhere, also where the environment has credentials", async () => {
    await write("default_profile: nobody\n");
    const message =
      /^there is no profile "nobody" in .+ which is default_profile in .+, line 1; make it with/;
    // The simulator's keys are in the environment.
    expect(await problems()).toEqual([problem("warning", 1, message)]);
    const { code, stdout } = await validateWithoutKeys();
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ Problems: [problem("error", 1, message)] });
  });

  test("tells all that is wrong, with its line, and ends with 2", async () => {
    await write(
      "regin: us-east-1\ncache:\n  default_ttl: soon\n  operation_ttls:\n    list_user: 5\n    list_groups: -1\nprofiles:\n  work:\n    aws_profile: nobody\n    regionn: x\n",
    );
    expect(await problems()).toEqual([
      problem("warning", 1, /^regin in .+ means nothing; did you mean region\?$/),
      problem("error", 3, /^cache\.default_ttl in .+, line 3, must be seconds from 0, received "soon"$/),
      problem("warning", 5, /list_user .+is no operation that reads; did you mean list_users\?$/),
      problem(
        "error",
        6,
        /^cache\.operation_ttls\.list_groups in .+, line 6, must be seconds from 0, received -1$/,
      ),
      problem("warning", 8, /^there is no AWS profile "nobody" in .+ which is profiles\.work\.aws_profile/),
      problem("warning", 10, /^profiles\.work\.regionn in .+ means nothing; did you mean region\?$/),
    ]);
    expect(await quick("config", "validate")).toMatchObject({
      code: 2,
      stderr: "awsideman: the configuration has 2 errors\n",
    });
  });

  test("tells of wrong YAML where it is, and so does every other command", async () => {
    await write("region: us-east-1\ncache:\n  default_ttl: [\n");
    expect(await problems()).toEqual([problem("error", null, /config\.yaml, line 4, column 1: /)]);
    const { code, stdout, stderr } = await quick("user", "list");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^awsideman: .+config\.yaml, line 4, column 1: .+\n$/);
    const unchanged = await quick("config", "set", "region", "eu-west-1");
    expect(unchanged.stderr).toMatch(/line 4, column 1/);
    expect(await config()).toBe("region: us-east-1\ncache:\n  default_ttl: [\n");
    expect(await quick("config", "path")).toMatchObject({ code: 0, stdout: `${file}\n` });
  });

  test("tells what the first version meant by what has no meaning here, and what does not count", async () => {
    await write(
      "cache:\n  backend: memory\n  backend_type: hybrid\n  hybrid_local_ttl: 5\nrollback:\n  x: 1\n",
    );
    expect(await problems()).toEqual([
      problem("warning", 3, /^cache\.backend_type does not count, because there is cache\.backend$/),
      problem(
        "warning",
        4,
        /^cache\.hybrid_local_ttl in .+ has no meaning here: the cache is on disk or in Redis$/,
      ),
      problem("warning", 5, /^rollback in .+ has no meaning here: there is no such command here$/),
    ]);
  });

  test("tells what stands where it does not count", async () => {
    await write("aws_profile: a\nprofiles:\n  work:\n    aws_profile: work\n    default_profile: b\n");
    await withAws("[profile work]\nregion = us-east-1\n");
    expect(await problems()).toEqual([
      problem("warning", 1, /^aws_profile in .+ counts in a profile only$/),
      problem("warning", 5, /^profiles\.work\.default_profile in .+ counts outside of profiles only$/),
    ]);
  });

  test("what is wrong with the profile in use is an error, once, and with its line", async () => {
    await write(
      "default_profile: work\nprofiles:\n  work:\n    region: us-east-1\n  other:\n    region: us-east-1\n",
    );
    const { code, stdout } = await validateWithoutKeys();
    expect(code).toBe(2);
    const found = (JSON.parse(stdout) as { readonly Problems: readonly unknown[] }).Problems;
    expect(found).toEqual([
      problem("error", 3, /^the profile "work" does not say whose credentials/),
      problem("warning", 5, /^the profile "other" does not say whose credentials/),
    ]);
  });

  test("tells of what has no members where it should, and a command does not take it for nothing", async () => {
    await write("cache: off\nprofiles:\n  work: us-east-1\n");
    expect(await problems()).toEqual([
      problem("error", 1, /^cache in .+, line 1, must have members, received "off"$/),
      problem("error", 3, /^profiles\.work in .+, line 3, must have members, received "us-east-1"$/),
    ]);
    const { code, stderr } = await quick("user", "list");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `awsideman: cache in ${file}, line 1, must have members, received "off"\n`,
    });
  });

  test("tells of variables that mean nothing, and of values that they may not have", async () => {
    const variables = {
      ...bare,
      AWSIDEMAN_CACHE_DEFAULT_TTLS: "5",
      AWSIDEMAN_CACHE_TTL_LIST_USER: "5",
      AWSIDEMAN_CACHE_TTL_LIST_USERS: "x",
    };
    const { code, stdout } = await quickWith(variables, "config", "validate");
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /AWSIDEMAN_CACHE_DEFAULT_TTLS means nothing; did you mean AWSIDEMAN_CACHE_DEFAULT_TTL\?/,
    );
    expect(stdout).toMatch(/AWSIDEMAN_CACHE_TTL_LIST_USER is of no operation that reads/);
    expect(stdout).toMatch(/AWSIDEMAN_CACHE_TTL_LIST_USERS must be seconds from 0, received "x"/);
  });
});

describe("the predecessor's configuration", () => {
  const former = (): string => path.join(terminal.home, ".awsideman", "config.yaml");
  const text = (arn: string, store: string): string => `default_profile: main_one
profiles:
  main_one:
    region: us-east-1
    sso_instance_arn: ${arn}
    identity_store_id: ${store}
    sso_display_name: Ours
cache:
  enabled: true
  default_ttl: 3600
  operation_ttls:
    list_users: 3600
    list_roots: 86400
  max_size_mb: 50
  backend_type: dynamodb
  dynamodb_table_name: awsideman-cache
  encryption_enabled: false
  encryption_type: none
  profiles:
    main_one:
      default_ttl: 60
rollback:
  enabled: true
templates: {}
`;

  test("is read as it is", async () => {
    const { instanceArn, identityStoreId } = terminal.sim;
    await write(text(instanceArn, identityStoreId), former());
    const listed = await run("user", "list", "--no-cache");
    expect(listed).toMatchObject({ code: 0, stderr: "" });
    // Which instance it is, the file says.
    expect(listed.calls).toEqual({ ListUsers: 1 });
    expect((await quick("config", "get", "cache.default_ttl")).stdout).toBe("60\n");
    expect((await quick("config", "get", "cache.backend")).stdout).toBe("disk\n");
    expect((await quick("config", "path")).stdout).toBe(`${former()}\n`);
    const { code, stdout } = await quick("config", "validate");
    expect(code).toBe(0);
    for (const member of ["backend_type", "dynamodb_table_name", "encryption_type", "rollback", "templates"])
      expect(stdout, `${member}`).toMatch(new RegExp(`^warning .*${member}`, "m"));
  });

  test("is changed in its place, by the names that it has", async () => {
    await write("cache:\n  file_cache_dir: ~/old # here\n", former());
    expect(await quick("config", "set", "cache.directory", "~/new")).toMatchObject({ code: 0 });
    expect(await readFile(former(), "utf8")).toBe("cache:\n  file_cache_dir: ~/new # here\n");
  });

  test("is read in JSON, too, and stays JSON", async () => {
    const json = path.join(terminal.home, ".awsideman", "config.json");
    await write('{"default_profile": "a", "profiles": {"a": {"region": "us-east-1"}}}', json);
    expect((await quick("config", "get", "region")).stdout).toBe("us-east-1\n");
    expect(await quick("config", "set", "output", "table")).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(json, "utf8"))).toMatchObject({ default_profile: "a", output: "table" });
  });

  test("is not read where there is another, which is told", async () => {
    await write("region: us-west-2\n", former());
    await write("region: us-east-1\n");
    expect((await quick("config", "get", "region")).stdout).toBe("us-east-1\n");
    expect((await quick("config", "path")).stderr).toBe(`awsideman: ${former()} is not read\n`);
  });
});

describe("profile", () => {
  test("add, list, show, update, set-default, remove", async () => {
    await withAws(
      "[default]\nregion = us-west-2\n[profile admin]\nsso_session = corp\n[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = eu-west-1\n",
    );
    const added = await quick(
      "profile",
      "add",
      "prod",
      "--region",
      "us-east-1",
      "--aws-profile",
      "admin",
      "--default",
    );
    expect(added).toMatchObject({ code: 0, stderr: "" });
    expect(await config()).toBe(
      "profiles:\n  prod:\n    region: us-east-1\n    aws_profile: admin\ndefault_profile: prod\n",
    );
    const { stdout } = await quick("profile", "list");
    expect(stdout).toMatch(/^prod +us-east-1 +yes +admin +corp +configuration$/m);
    expect(stdout).toMatch(/^default +us-west-2 +default +aws$/m);
    expect(stdout).toMatch(/^corp +https:\/\/corp\.example\/start +eu-west-1$/m);
    expect((await quick("profile", "show")).stdout).toMatch(/^Name +prod\n(?:.*\n)*AWS Profile +admin$/m);

    expect(await quick("profile", "update", "prod", "--region", "eu-west-1")).toMatchObject({ code: 0 });
    expect(await quick("profile", "set-default", "admin")).toMatchObject({ code: 0 });
    expect(await config()).toBe(
      "profiles:\n  prod:\n    region: eu-west-1\n    aws_profile: admin\ndefault_profile: admin\n",
    );
    expect(await quick("profile", "set-default", "prod")).toMatchObject({ code: 0 });
    expect(await quick("profile", "remove", "prod")).toMatchObject({ code: 2, stdout: "" });
    expect(await quick("profile", "remove", "prod", "--yes")).toMatchObject({ code: 0 });
    expect(await config()).toBe("{}\n");
  });

  test.each([
    [["profile", "add", "../../evil", "--region", "a"], 2, /a profile must have a name of letters/],
    [["profile", "add", "a/b", "--region", "a"], 2, /a profile must have a name of letters/],
    [["profile", "add", "prod", "--region", "us-east-1"], 2, /there is a profile "prod" already/],
    [["profile", "add", "empty"], 2, /the profile "empty" would say nothing/],
    [["profile", "update", "prd", "--region", "a"], 3, /has no profile "prd"; did you mean "prod"\?/],
    [["profile", "update", "prod"], 2, /nothing is to be changed/],
    [["profile", "update", "prod", "--region", "No Where"], 2, /region must be a name such as us-east-1/],
    [["profile", "remove", "prd", "--yes"], 3, /has no profile "prd"; did you mean "prod"\?/],
    [["profile", "set-default", "nobody"], 3, /has no profile "nobody"; make it with/],
    [["profile", "show", "prd"], 3, /there is no profile "prd"; did you mean "prod"\?/],
    [["user", "list", "--profile", "prd"], 2, /there is no profile "prd" in .+config\.yaml, /],
    [["user", "list", "--profile", "lost"], 2, /the profile "lost" does not say whose credentials it uses/],
  ])("%j is refused in one line", async (line, code, message) => {
    const text = "profiles:\n  prod:\n    region: us-east-1\n  lost:\n    region: us-east-1\n";
    await write(text);
    const variables = { ...bare, AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
    const finished = await quickWith(variables, ...line);
    expect(finished).toMatchObject({ code, stdout: "" });
    expect(finished.stderr).toMatch(message);
    expect(finished.stderr.split("\n")).toHaveLength(2);
    expect(await config()).toBe(text);
  });
});

describe("sso", () => {
  test("list asks AWS once, and set writes the instance into the profile in use", async () => {
    await write("profiles:\n  prod:\n    region: us-east-1\ndefault_profile: prod\n");
    const { instanceArn, identityStoreId } = terminal.sim;
    await run("cache", "clear");
    const first = await run("sso", "list");
    expect(first.stdout).toMatch(new RegExp(`^${instanceArn} +${identityStoreId}`, "m"));
    expect(first.calls).toEqual({ ListInstances: 1 });
    expect((await run("sso", "list")).calls).toEqual({});
    expect(await run("sso", "set", "--dry-run")).toMatchObject({ code: 0, calls: {} });
    expect(await config()).not.toContain(instanceArn);
    expect(await run("sso", "set", "--display-name", "Ours")).toMatchObject({ code: 0, stderr: "" });
    expect(await config()).toBe(
      `profiles:\n  prod:\n    region: us-east-1\n    sso_instance_arn: ${instanceArn}\n    identity_store_id: ${identityStoreId}\n    sso_display_name: Ours\ndefault_profile: prod\n`,
    );
    const wrong = await run("sso", "set", "arn:aws:sso:::instance/ssoins-0");
    expect(wrong).toMatchObject({ code: 3, stdout: "" });
  });
});

describe("what the file says of the cache", () => {
  test("B13: AWSIDEMAN_CACHE_ENABLED=false caches nothing, with a profile and a file that say otherwise", async () => {
    await write(
      "default_profile: prod\nprofiles:\n  prod:\n    region: us-east-1\n    cache:\n      enabled: true\n",
    );
    const off = { variables: { ...bare, AWSIDEMAN_CACHE_ENABLED: "false" } };
    for (const time of [1, 2])
      expect((await terminal.runWith(off, "user", "list")).calls, `time ${time}`).toHaveProperty("ListUsers");
    await run("user", "list");
    expect((await run("user", "list")).calls).toEqual({});
  });

  test("a time of one operation takes effect, and the others stay", async () => {
    await write("region: us-east-1\ncache:\n  operation_ttls:\n    list_users: 0\n");
    await run("cache", "clear");
    await run("user", "list");
    expect((await run("user", "list")).calls).toEqual({ ListUsers: 1 });
    await run("group", "list");
    expect((await run("group", "list")).calls).toEqual({});
    const nearer = { variables: { ...bare, AWSIDEMAN_CACHE_TTL_LIST_USERS: "600" } };
    await terminal.runWith(nearer, "user", "list");
    expect((await terminal.runWith(nearer, "user", "list")).calls).toEqual({});
  });

  test("a time that is none is told with its line", async () => {
    await write("region: us-east-1\ncache:\n  operation_ttls:\n    list_users: soon\n");
    expect(await run("user", "list")).toMatchObject({
      code: 2,
      stderr: `awsideman: cache.operation_ttls.list_users in ${file}, line 4, must be seconds from 0, received "soon"\n`,
    });
  });

  test("where it is to be encrypted and there is no key, nothing is kept, in one line", async () => {
    await write("region: us-east-1\ncache:\n  encryption_enabled: true\n");
    await run("cache", "clear");
    for (const time of [1, 2]) {
      const { code, stderr, calls } = await run("user", "list");
      expect(code).toBe(0);
      expect(stderr).toBe(
        "awsideman: the cache is to be encrypted, and there is no key: nothing is kept; see cache.encryption_key_file\n",
      );
      expect(calls, `time ${time}`).toHaveProperty("ListUsers");
    }
  });

  test("a backend that needs more than there is, is told by the names of the file", async () => {
    await write("region: us-east-1\ncache:\n  backend: redis\n");
    const { code, stderr } = await run("user", "list");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^awsideman: AWSIDEMAN_CACHE_REDIS_URL must say where Redis is/);
  });
});

test("the folder of the cache is told where nobody has named one", async () => {
  const variables = { AWSIDEMAN_CACHE_DIR: undefined };
  const folder = defaultCacheDirectory({ platform: process.platform, variables: {}, home: terminal.home });
  const { stdout } = await terminal.runWith({ variables }, "config", "get", "cache.directory");
  expect(stdout).toBe(`${folder}\n`);
  const shown = await terminal.runWith({ variables }, "config", "show", "--origin");
  expect(shown.stdout).toMatch(new RegExp(`^cache.directory +${folder} +the platform$`, "m"));
});
