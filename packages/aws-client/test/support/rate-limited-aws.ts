import { SSOAdmin } from "@aws-sdk/client-sso-admin";
import type { Clock } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

interface Answer {
  readonly response: {
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  };
}

/**
 * AWS as the SDK meets it beyond the network: answers every request, with an empty object for the most part, and refuses those that are more
 * than it takes. It takes so many calls a second, and as many at once after a pause: of all operations of sso-admin
 * together, and of each one of identitystore in each store.
 */
export class RateLimitedAws {
  /** The targets of what was taken. */
  readonly calls: string[] = [];
  refused = 0;
  /** So many requests fail first, in a way after which the SDK tries again. */
  failing = 0;
  /** What requests are answered with, by the end of their target. Others: an empty object. */
  readonly answers: Record<string, object> = {};
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** For clients that send here, and try again at once. */
  get clientConfig(): {
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly requestHandler: never;
    readonly retryStrategy: never;
  } {
    return {
      region: "eu-west-1",
      credentials: { accessKeyId: "AKIA0000", secretAccessKey: "secret" },
      requestHandler: { handle: async (request: Request) => this.#handle(request) } as never,
      retryStrategy: atOnce as never,
    };
  }

  /** Somebody else has used all that sso-admin had. */
  takeAll(): void {
    this.#bucket("SWBExternalService").tokens = 0;
  }

  #handle({ headers, body }: Request): Answer {
    const target = headers["x-amz-target"] ?? "";
    const { IdentityStoreId } = JSON.parse(new TextDecoder().decode(body)) as {
      readonly IdentityStoreId?: string;
    };
    const bucket = this.#bucket(
      target.startsWith("SWBExternalService") ? "SWBExternalService" : `${target} ${IdentityStoreId}`,
    );
    if (bucket.tokens < 1) {
      this.refused++;
      return answer(400, { __type: "ThrottlingException", message: "Rate exceeded" });
    }
    bucket.tokens--;
    this.calls.push(target);
    if (this.failing-- > 0) return answer(500, { __type: "InternalServerException" });
    return answer(200, this.answers[target.slice(target.indexOf(".") + 1)] ?? {});
  }

  #bucket(name: string): Bucket {
    const now = this.#clock.now();
    const { tokens, filledAt } = this.#buckets.get(name) ?? { tokens: this.#limit, filledAt: now };
    const earned = ((now - filledAt) / 1000) * this.#limit;
    const bucket = { tokens: Math.min(this.#limit, tokens + earned), filledAt: now };
    this.#buckets.set(name, bucket);
    return bucket;
  }
}

function answer(statusCode: number, body: object): Answer {
  const headers = { "content-type": "application/x-amz-json-1.1" };
  return { response: { statusCode, headers, body: new TextEncoder().encode(JSON.stringify(body)) } };
}

/**
 * Resolves when the SDK has read the shared files, which it does with the first request in a process, and once. A clock that
 * a test moves does not wait for a disk.
 */
export async function readSharedFiles(): Promise<void> {
  const client = new SSOAdmin(new RateLimitedAws(new FakeClock(), 1).clientConfig);
  await client.listInstances({});
}

interface Token {
  readonly getRetryCount: () => number;
  readonly getRetryDelay: () => number;
}

const tokenOf = (count: number): Token => ({ getRetryCount: () => count, getRetryDelay: () => 0 });

/** Tries again without a pause what failed on the server's side, and nothing else. */
const atOnce = {
  mode: "standard",
  acquireInitialRetryToken: async () => tokenOf(0),
  refreshRetryTokenForRetry: async (token: Token, { errorType }: { readonly errorType: string }) => {
    if (errorType !== "SERVER_ERROR" && errorType !== "TRANSIENT") throw new Error("Not this one");
    return tokenOf(token.getRetryCount() + 1);
  },
  recordSuccess: () => undefined,
};
