import { expect, test } from "vitest";
import { SharedStore } from "../../test/support/encrypted.ts";
import { bound } from "../../test/support/late-storage.ts";
import { encryptStorage } from "./encrypt-storage.ts";
import { SecretKeys } from "./secret-keys.ts";

const source = { kind: "key", keys: SecretKeys.parse("0".repeat(64), "key") } as const;

test("a storage that cannot be asked whose it is, is closed, and not left to nobody", async () => {
  const { bare } = new SharedStore();
  let closed = 0;
  const read = (): never => {
    throw new Error("no connection");
  };
  const storage = { ...bound(bare), capabilities: bare.capabilities, read, close: () => void closed++ };
  await expect(encryptStorage(storage, source, () => undefined)).rejects.toThrow("no connection");
  expect(closed).toBe(1);
});
