import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resolveEncryption } from "./encryption-configuration.ts";
import { loadKeychain, type Keychain } from "./keychain.ts";
import { loadKeys } from "./load-keys.ts";

const key = "ab".repeat(32);
let folder: string;

beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), "load-keys-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function fileWith(text: string, mode = 0o600): string {
  const file = path.join(folder, "key");
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

describe("a key file", () => {
  test("has the key in use first, and old ones after it", async () => {
    const file = fileWith(`${key}\n${Buffer.alloc(32, 7).toString("base64url")}\n`);
    const keys = await loadKeys({ kind: "file", file });
    expect(keys.reveal()).toEqual([Buffer.alloc(32, 0xab), Buffer.alloc(32, 7)]);
  });

  test.skipIf(process.platform === "win32").each([
    [0o644, "has mode 644: it must be 600 or less"],
    [0o640, "has mode 640"],
    [0o700, "has mode 700"],
    [0o602, "has mode 602"],
  ])("of mode %o is refused", async (mode, message) => {
    await expect(loadKeys({ kind: "file", file: fileWith(key, mode) })).rejects.toThrow(message);
  });

  test("that may only be read is as good", async () => {
    expect((await loadKeys({ kind: "file", file: fileWith(key, 0o400) })).reveal()).toHaveLength(1);
  });

  test.each([
    ["that is not there", () => path.join(folder, "none"), "none does not exist"],
    [
      "that is a folder",
      () => (mkdirSync(path.join(folder, "d"), { mode: 0o600 }), path.join(folder, "d")),
      "is no file",
    ],
    ["that has no key in it", () => fileWith("hunter2"), "must be a key of 32 bytes"],
    ["that is empty", () => fileWith(""), "must be a key of 32 bytes"],
    ["that is far too large", () => fileWith("x".repeat(100_000)), "has 100000 bytes"],
    [
      "that is a link",
      () => (symlinkSync(fileWith(key), path.join(folder, "link")), path.join(folder, "link")),
      "is a symbolic link",
    ],
  ])("%s is refused, and nothing in it is told", async (_, make, message) => {
    const loading = loadKeys({ kind: "file", file: make() });
    await expect(loading).rejects.toMatchObject({ code: "CACHE_KEY_UNAVAILABLE" });
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.not.toThrow(/hunter2|abab/);
  });
});

describe("a key in the keychain", () => {
  const source = { kind: "keychain", service: "awsideman", account: "cache" } as const;
  const keychain =
    (answer: () => Promise<string | null>, asked: string[] = []) =>
    async (): Promise<Keychain> => ({
      AsyncEntry: class {
        constructor(service: string, account: string) {
          asked.push(service, account);
        }
        getPassword = answer;
      },
    });

  test("is found by its service and account", async () => {
    const asked: string[] = [];
    expect(
      (
        await loadKeys(
          source,
          keychain(async () => key, asked),
        )
      ).reveal(),
    ).toHaveLength(1);
    expect(asked).toEqual(["awsideman", "cache"]);
  });

  test.each([
    [
      "that is locked",
      async () => Promise.reject(new Error("the keychain is locked")),
      "The keychain cannot be read: the keychain is locked",
    ],
    ["that has nothing of the kind", async () => null, "The keychain has nothing for cache of awsideman"],
    [
      "that has no key there",
      async () => "hunter2",
      "What the keychain has for cache of awsideman must be a key",
    ],
  ])("%s is an error that says so", async (_, answer, message) => {
    const loading = loadKeys(source, keychain(answer));
    await expect(loading).rejects.toMatchObject({ code: "CACHE_KEY_UNAVAILABLE" });
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.not.toThrow("hunter2");
  });

  test("is read by the library that is installed", async () => {
    const { AsyncEntry } = await loadKeychain();
    expect(typeof new AsyncEntry("awsideman", "cache").getPassword).toBe("function");
  });

  test("whose library is not installed: the error says what to install", async () => {
    await expect(loadKeys(source, async () => loadKeychain(() => undefined))).rejects.toThrow(
      "npm install @napi-rs/keyring",
    );
  });
});

describe("the configuration", () => {
  test.each([
    [{}, "must have one of key, keyFile, keychain, received none"],
    [{ key, keyFile: "/k" }, "received key, keyFile"],
    [{ secret: key }, "received secret"],
    [null, "must be an object"],
    [{ key: "short" }, "`encryption.key` must be a key of 32 bytes"],
    [{ key: 5 }, "`encryption.key` must be a key of 32 bytes"],
    [{ keyFile: "" }, "`encryption.keyFile` must be a text"],
    [{ keychain: {} }, "`encryption.keychain.account` must be a text"],
    [{ keychain: null }, "`encryption.keychain.account` must be a text"],
  ])("%o is refused", (configuration, message) => {
    const resolve = (): unknown => resolveEncryption(configuration as never);
    expect(resolve).toThrow(TypeError);
    expect(resolve).toThrow(message);
  });

  test("the keychain's service has a default", () => {
    expect(resolveEncryption({ keychain: { account: "a" } })).toEqual({
      kind: "keychain",
      service: "awsideman",
      account: "a",
    });
  });
});
