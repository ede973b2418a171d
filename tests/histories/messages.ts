import type { StorageConfiguration } from "@awsideman/cache-core";

export type Service = "identitystore" | "organizations" | "sso-admin";

/** Something to send to AWS. */
export interface Request {
  readonly service: Service;
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What a client process is told when it starts. */
export interface ClientScenario {
  readonly endpoint: string;
  readonly region: string;
  readonly storage: StorageConfiguration;
  /** Milliseconds for which what was written settles. */
  readonly settle: number;
  /** How it asks: through clients of the SDK, or through services that make them when they are needed. */
  readonly form: "client" | "service";
}

/** What a client process is told to do. */
export type Order =
  | { readonly kind: "send"; readonly id: number; readonly request: Request }
  | { readonly kind: "stop" };

/** What it answers. Times are those of `sharedNow`. */
export interface Outcome {
  readonly kind: "outcome";
  readonly id: number;
  readonly begin: number;
  readonly end: number;
  /** Whether it came from the cache: stored, or shared with who was just asking. */
  readonly cached: boolean;
  readonly answer: string;
  /** Present when it was an error: its name, and its code where the network gave it one. */
  readonly error?: string;
  readonly nextToken?: string | undefined;
}

export type Told =
  | Outcome
  | { readonly kind: "ready" }
  /** How often the cache has told of something, by the type of event. */
  | { readonly kind: "events"; readonly events: Readonly<Record<string, number>> };
