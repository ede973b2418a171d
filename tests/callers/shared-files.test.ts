import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { SharedFiles } from "@awsideman/aws-client";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

type Profiles = Record<string, Record<string, string>>;

/** The loader of the very SDK that is tested with. */
interface Loader {
  loadSharedConfigFiles(init: object): Promise<{ configFile: Profiles; credentialsFile: Profiles }>;
  parseKnownFiles(init: object): Promise<Profiles>;
}
const sdk = createRequire(createRequire(import.meta.url).resolve("@aws-sdk/client-identitystore"));
const loader = sdk("@smithy/core/config") as Loader;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "awsideman-files-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const names = ["default", "work", "a.b", "x@y", "my work", "ünïcode", "", " "] as const;
const kinds = [
  "profile ",
  "profile\t",
  "profile  ",
  "sso-session ",
  "services ",
  "plugins ",
  "profile.",
  "",
] as const;
const quotes = ["", '"', "'"] as const;
const spaces = ["", " ", "  ", "\t"] as const;
const settings = ["region", "role_arn", "s3", "sso_account_id", "a b", "", "x=y", "a.b"] as const;
const values = ["", "1", "a=b", "a # b", "a#b", "a ;b", ";", "#", "[x]", "  x  ", "é"] as const;

const header = fc
  .tuple(fc.constantFrom(...spaces), fc.constantFrom(...spaces), fc.constantFrom(...kinds))
  .chain(([before, inside, kind]) =>
    fc
      .tuple(fc.constantFrom(...quotes), fc.constantFrom(...quotes), fc.constantFrom(...names))
      .map(([opening, closing, name]) => `${before}[${inside}${kind}${opening}${name}${closing}${inside}]`),
  );
const setting = fc
  .tuple(
    fc.constantFrom(...spaces),
    fc.constantFrom(...settings),
    fc.constantFrom("=", " = ", "= ", "==", "", ":"),
    fc.constantFrom(...values),
    fc.constantFrom("", " ", " # comment", " ; comment", "#no comment"),
  )
  .map((parts) => parts.join(""));
const other = fc.constantFrom(
  "",
  "# comment",
  "  ; comment",
  "[",
  "]",
  "[]",
  "[profile work",
  "profile work]",
);
const line = fc.oneof({ weight: 3, arbitrary: header }, { weight: 6, arbitrary: setting }, other);
const file = fc
  .tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom("\n", "\r\n"))
  .map(([lines, end]) => lines.join(end));

const plain = (section: ReadonlyMap<string, string> | undefined): Record<string, string> | undefined =>
  section && Object.fromEntries(section);

/** Compares what both make of two files; returns how many profiles there were. */
async function compare(config: string, credentials: string): Promise<number> {
  const places = {
    AWS_CONFIG_FILE: path.join(folder, "config"),
    AWS_SHARED_CREDENTIALS_FILE: path.join(folder, "credentials"),
  };
  const init = {
    configFilepath: places.AWS_CONFIG_FILE,
    filepath: places.AWS_SHARED_CREDENTIALS_FILE,
    ignoreCache: true,
  };
  writeFileSync(places.AWS_CONFIG_FILE, config);
  writeFileSync(places.AWS_SHARED_CREDENTIALS_FILE, credentials);
  const theirs = await loader.parseKnownFiles(init);
  const { configFile, credentialsFile } = await loader.loadSharedConfigFiles(init);
  const ours = new SharedFiles({ ...places, HOME: folder });
  let profiles = 0;
  for (const name of new Set([...names, ...ours.profileNames(), ...Object.keys(credentialsFile)])) {
    if (/^(?:sso-session|services)\./.test(name)) continue;
    expect(plain(ours.profile(name))).toEqual(theirs[name]);
    const merged = { ...credentialsFile[name], ...configFile[name] };
    expect(plain(ours.profile(name, "config")) ?? {}).toEqual(merged);
    if (theirs[name] !== undefined) profiles += 1;
  }
  const sections = Object.entries(configFile).flatMap(([section, content]) => {
    const [, kind, name = ""] = /^(sso-session|services)\.(.*)$/s.exec(section) ?? [];
    return kind === undefined ? [] : [{ kind: kind as "services", name, content }];
  });
  for (const { kind, name, content } of sections) expect(plain(ours.section(kind, name))).toEqual(content);
  return profiles;
}

test("AWS's shared files are taken as the SDK takes them, whatever is in them", async () => {
  let profiles = 0;
  await fc.assert(
    fc.asyncProperty(file, file, async (config, credentials) => {
      profiles += await compare(config, credentials);
    }),
    { numRuns: 1_000 },
  );
  // The files were worth comparing.
  expect(profiles).toBeGreaterThan(300);
});

test("a setting that both files have counts where the SDK counts it", async () => {
  const config = "[profile work]\nregion = a\nrole_arn = b\n[default]\nregion = c\n";
  expect(await compare(config, "[work]\nregion = d\n[default]\nregion = e\n")).toBe(2);
});
