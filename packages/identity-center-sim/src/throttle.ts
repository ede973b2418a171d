import type { Service } from "./service.ts";
import type { ThrottleLimits } from "./settings.ts";

interface Bucket {
  tokens: number;
  filledAt: number;
}

/**
 * Admits so many calls a second; of Organizations, all. sso-admin counts all of its operations together, identitystore each one for itself. A
 * bucket holds one second's worth of calls, full at the start.
 */
export class Throttle {
  readonly #limits: () => ThrottleLimits;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: () => ThrottleLimits) {
    this.#limits = limits;
  }

  /** Takes one call from the bucket; `false` when there is none left. */
  admits(service: Service, operation: string, now: number): boolean {
    const { ssoAdmin, identityStore } = this.#limits();
    const rate = { "sso-admin": ssoAdmin, identitystore: identityStore, organizations: undefined }[service];
    if (rate === undefined) return true;
    const capacity = Math.max(1, rate);
    const name = service === "sso-admin" ? service : `${service} ${operation}`;
    const bucket = this.#buckets.get(name) ?? { tokens: capacity, filledAt: now };
    const earned = ((now - bucket.filledAt) / 1000) * rate;
    const tokens = Math.min(capacity, bucket.tokens + earned);
    const admitted = tokens >= 1;
    this.#buckets.set(name, { tokens: admitted ? tokens - 1 : tokens, filledAt: now });
    return admitted;
  }

  /** Fills every bucket. */
  reset(): void {
    this.#buckets.clear();
  }
}
