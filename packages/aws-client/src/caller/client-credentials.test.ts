import { IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { expect, test } from "vitest";
import type { ClientConfig } from "../aws-client.ts";
import { credentialsCaller } from "./client-credentials.ts";

const key = { accessKeyId: "AKIA0000", secretAccessKey: "secret" };
const configOf = (credentials: object | (() => Promise<never>)): ClientConfig =>
  new IdentitystoreClient({ region: "eu-west-1", credentials: credentials as never })
    .config as unknown as ClientConfig;

test("who has no name is told by account and access key, and the key is not", async () => {
  const name = await credentialsCaller(configOf({ ...key, accountId: "1" }))();
  expect(name).toMatch(/^1\/[\w-]{16}$/);
  expect(name).not.toContain("AKIA");
  const other = { ...key, accessKeyId: "AKIA0001", accountId: "1" };
  expect(await credentialsCaller(configOf(other))()).not.toBe(name);
  expect(await credentialsCaller(configOf(key))()).toBe(name.replace("1/", "-/"));
});

test("who is given other credentials is another from then on", async () => {
  const config = configOf(key);
  const caller = credentialsCaller(config);
  const name = await caller();
  expect(await caller()).toBe(name);
  Object.assign(config, { credentials: { ...key, accessKeyId: "AKIA0001" } });
  expect(await caller()).not.toBe(name);
});

test("without credentials there is no name, but the provider's own error", async () => {
  const none = async (): Promise<never> => Promise.reject(new Error("none"));
  await expect(credentialsCaller(configOf(none))()).rejects.toThrow("none");
  await expect(credentialsCaller({})()).rejects.toThrow(TypeError);
});
