import { CacheManager } from "@awsideman/cache-core";
import { beforeEach, expect, test } from "vitest";
import type { CommandContext } from "./command-context.ts";
import { keepText } from "./keep-text.ts";

/** What a command finds itself in, as far as a text depends on it. */
interface Situation {
  instance: string;
  caller: string;
  region: string;
  endpoint: string | undefined;
  presenter: string;
  maxAge: number;
}

let manager: CacheManager;
let situation: Situation;
let made: number;
beforeEach(() => {
  manager = new CacheManager();
  situation = {
    instance: "ssoins-1",
    caller: "ada",
    region: "us-east-1",
    endpoint: undefined,
    presenter: "table",
    maxAge: Infinity,
  };
  made = 0;
});

async function text(meanwhile: () => void = () => undefined): Promise<string> {
  const context = {
    cache: async () => ({ manager }),
    presenter: { id: situation.presenter },
    settings: {
      region: situation.region,
      endpoints: { "sso-admin": situation.endpoint, identitystore: situation.endpoint },
      maxAge: situation.maxAge,
      caller: () => situation.caller,
    },
    identityCenter: async () => ({
      instance: async () => ({ InstanceArn: situation.instance, IdentityStoreId: `d-${situation.instance}` }),
    }),
  } as unknown as CommandContext;
  return keepText(context, "users", async () => {
    made += 1;
    meanwhile();
    return `text ${made}`;
  });
}

test("a text is kept for who asks the same", async () => {
  expect([await text(), await text()]).toEqual(["text 1", "text 1"]);
});

test.for<[string, Partial<Situation>]>([
  ["of another instance, also one that was found and not configured", { instance: "ssoins-2" }],
  ["for another caller", { caller: "bob" }],
  ["in another region", { region: "eu-west-1" }],
  ["from another endpoint", { endpoint: "http://127.0.0.1" }],
  ["in another form", { presenter: "csv" }],
  ["that must be no older than a moment", { maxAge: 0 }],
])("it is another one %s", async ([, other]) => {
  await text();
  situation = { ...situation, ...other };
  expect(await text()).toBe("text 2");
});

test("it is not kept when whoever asks has become another while it was made", async () => {
  const mixed = await text(() => (situation.caller = "bob"));
  situation.caller = "ada";
  expect([mixed, await text(), await text()]).toEqual(["text 1", "text 2", "text 2"]);
});
