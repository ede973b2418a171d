import { writeFileSync } from "node:fs";
import path from "node:path";
import { inspect } from "node:util";
import { CacheManager, type CacheEvent } from "@awsideman/cache-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openWith } from "../src/open-redis-storage.ts";
import type { RedisStorageConfig } from "../src/redis-storage-config.ts";
import { Harness, invalidation, stateOf } from "./support/harness.ts";
import { patientClock, veryLong } from "./support/patient-clock.ts";
import { freePort, RedisServer } from "./support/redis-server.ts";
import { selfSignedCertificate, type Certificate } from "./support/self-signed-certificate.ts";

const day = 24 * 60 * 60_000;

interface TlsServer {
  readonly server: RedisServer;
  /** Of its port for TLS. */
  readonly url: string;
  readonly certificate: Certificate;
}

let good: TlsServer;
let expired: TlsServer;
/** Wants to know who its clients are. */
let strict: TlsServer;

beforeAll(async () => {
  const now = Date.now();
  const certificate = selfSignedCertificate(now - day, now + day);
  [good, expired, strict] = await Promise.all([
    start(certificate, "no"),
    start(selfSignedCertificate(now - 2 * day, now - day), "no"),
    start(certificate, "yes"),
  ]);
}, 200_000);
afterAll(() => Promise.all([good, expired, strict].map(({ server }) => server.stop())));

/** A server that also listens for TLS. */
async function start(certificate: Certificate, authenticatesClients: "yes" | "no"): Promise<TlsServer> {
  const server = await RedisServer.start();
  const set = (name: string, value: string): Promise<string> => server.text("CONFIG", "SET", name, value);
  for (const [option, text] of [
    ["tls-cert-file", certificate.cert],
    ["tls-ca-cert-file", certificate.cert],
    ["tls-key-file", certificate.key],
  ] as const) {
    const file = path.join(server.folder, option);
    writeFileSync(file, text, { mode: 0o600 });
    await set(option, file);
  }
  await set("tls-auth-clients", authenticatesClients);
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      await set("tls-port", `${port}`);
      return { server, url: `rediss://127.0.0.1:${port}`, certificate };
    } catch (error) {
      // Somebody was quicker.
      if (attempt === 5) throw error;
    }
  }
}

/**
 * What a caller gets, and what he is told, from a cache that is used this way.
 * @param connectPatience how long it may take until it is told
 */
async function answerOf(
  config: RedisStorageConfig,
  connectPatience: number,
): Promise<{ readonly answers: readonly string[]; readonly told: string }> {
  const cache = new CacheManager({ clock: patientClock });
  onTestFinished(() => cache.close());
  cache.registerBackend("redis", (given, context) =>
    openWith(given, context, { limits: { connectPatience } }),
  );
  const events: CacheEvent[] = [];
  for (const type of ["storage-trouble", "storage-failed"] as const)
    cache.on(type, (event) => events.push(event));
  await cache.configureStorage({ backend: "redis", config: { namespace: crypto.randomUUID(), ...config } });
  const answers: string[] = [];
  for (const truth of ["first", "second"]) answers.push(await cache.getOrLoad("user:list:all", () => truth));
  return { answers, told: inspect(events, { depth: 10, showHidden: true }) };
}

describe("over TLS", () => {
  test("everything works, the reads that wait included", async () => {
    const { url, certificate } = good;
    const harness = new Harness({ url, options: { tls: { ca: certificate.cert } } });
    const storage = await harness.open();
    const stamp = await storage.stamp();
    expect(await harness.fill(storage, "user:list:all")).toMatchObject({ outcome: "stored" });
    expect(await stateOf(storage, "user:list:all")).toBe("hit");
    const changed = storage.waitForChange(stamp, 60_000);
    await storage.invalidate(invalidation({ tags: ["user:list"] }));
    await changed;
    expect(await stateOf(storage, "user:list:all")).toBe("miss");
    expect(harness.events).toEqual([]);
  });

  test("a client that shows a certificate is let in where one is wanted", async () => {
    const { url, certificate } = strict;
    const tls = { ca: certificate.cert, ...certificate };
    // No cache in front: on a busy machine its deadlines would decide.
    const harness = new Harness({ url, options: { tls } });
    const storage = await harness.open();
    expect(await harness.fill(storage, "user:list:all")).toMatchObject({ outcome: "stored" });
    expect(await stateOf(storage, "user:list:all")).toBe("hit");
  });
});

describe("the source answers, and an event says why, when", () => {
  const cases: Readonly<Record<string, () => readonly [RedisStorageConfig, RegExp, number?]>> = {
    "nobody vouches for the certificate": () => [{ url: good.url }, /self-signed certificate/],
    "the certificate has expired": () => [
      { url: expired.url, options: { tls: { ca: expired.certificate.cert } } },
      /certificate has expired/,
    ],
    "the certificate is another host's": () => [
      {
        url: good.url.replace("127.0.0.1", "localhost"),
        options: { family: 4, tls: { ca: good.certificate.cert } },
      },
      /does not match certificate/,
    ],
    "the server wants a certificate of its clients": () => [
      { url: strict.url, options: { tls: { ca: strict.certificate.cert } } },
      /certificate required|closed|ECONNRESET/,
    ],
    "the client speaks plainly to a port for TLS": () => [
      { url: good.url.replace("rediss:", "redis:") },
      /closed|ECONNRESET|not connected/,
    ],
    "the client speaks TLS to a plain port": () => [
      { url: good.server.url.replace("redis:", "rediss:") },
      /accepts connections, and does not answer|ETIMEDOUT|ECONNRESET|not connected/,
      // It waits for more of what it takes for a command.
      500,
    ],
    "the password is wrong": () => [
      {
        url: good.url.replace("//", "//nobody:hidden@"),
        options: { tls: { ca: good.certificate.cert } },
      },
      /WRONGPASS/,
    ],
  };
  test.for(Object.entries(cases))("%s", async ([, given]) => {
    const [config, why, connectPatience = veryLong] = given();
    const { answers, told } = await answerOf(config, connectPatience);
    expect(answers).toEqual(["first", "second"]);
    expect(told).toMatch(why);
    expect(told).not.toContain("hidden");
  });
});
