import type { Cache } from "@awsideman/cache-core";
import type { Call } from "./call.ts";
import type { Credentials } from "./aws-client.ts";
import { callerName, type CallerPlace } from "./caller/caller-parts.ts";
import type { Service } from "./catalog/sdk-commands.ts";
import { tell, type ClientEvent } from "./events.ts";
import { MembershipIndex } from "./membership-index.ts";
import type { CallerSource, ResolvedOptions } from "./options.ts";
import { withinQuota, type QuotaPlace } from "./quota.ts";
import { SourceBreaker } from "./source-breaker.ts";

/** Who asks, and where. What rejects is asked again the next time. */
export interface Asker {
  readonly caller: string | CallerSource;
  place(): Promise<CallerPlace>;
  /** Undefined when there is nothing that could be told of them. */
  credentials(): Promise<Credentials | undefined>;
}

/** What all calls of one client have in common. */
export class ExecutionContext {
  readonly service: Service;
  readonly options: ResolvedOptions;
  /** The namespace, for what does not depend on who is asking: writes, and facts. */
  readonly shared: Cache;
  readonly memberships: MembershipIndex;
  readonly source: SourceBreaker;
  /** The caller's own part of it; undefined until it is known, and where it may change, see {@link resolveOwn}. */
  own: Cache | undefined;
  readonly #asker: Asker;
  #place: CallerPlace | undefined;
  #resolvingPlace: Promise<CallerPlace> | undefined;
  #last: { readonly caller: string; readonly part: Cache } | undefined;

  constructor(service: Service, options: ResolvedOptions, asker: Asker) {
    this.service = service;
    this.options = options;
    this.shared = options.cache.withScope({ namespace: options.namespace, caller: "" });
    this.memberships = new MembershipIndex(this.shared);
    this.source = new SourceBreaker(options.clock, (state) =>
      this.tell({ type: "source-breaker", service, state }),
    );
    this.#asker = asker;
  }

  /** The call, as it may be sent: within the quota, where there is one, and when its caller lets it. */
  paced(call: Call): Call {
    const { quota } = this.options;
    if (quota === undefined && call.beforeRequest === undefined) return call;
    return withinQuota(call, quota, this.shared, () => this.#quotaPlace());
  }

  /** Resolves with the caller's part of the namespace; with undefined when it cannot be found out. Never rejects. */
  async resolveOwn(): Promise<Cache | undefined> {
    try {
      const { caller } = this.#asker;
      const place = this.#place ?? (await this.#resolvePlace());
      if (typeof caller !== "string") return this.#partOf(place, await caller());
      return (this.own = this.#partOf(place, caller));
    } catch (error) {
      this.tell({ type: "caller-unknown", service: this.service, error });
      return undefined;
    }
  }

  /** Whether an answer of now belongs into this part: whoever asks may have become another meanwhile. Never rejects. */
  async isOwn(part: Cache): Promise<boolean> {
    if (typeof this.#asker.caller === "string") return true;
    return (await this.resolveOwn())?.scope.caller === part.scope.caller;
  }

  /** Whether there are credentials that have not expired. Rejects with what their provider rejects with. */
  async hasCredentials(): Promise<boolean> {
    const credentials = await this.#asker.credentials();
    if (credentials === undefined) return false;
    const { expiration } = credentials;
    return expiration === undefined || expiration.getTime() > this.options.clock.now();
  }

  tell(event: ClientEvent): void {
    tell(this.options.onEvent, event);
  }

  /** Where requests count. Who only writes has not had to know it before. */
  async #quotaPlace(): Promise<QuotaPlace> {
    const unknown = { service: this.service, region: "-", endpoint: undefined };
    return this.#place ?? this.#resolvePlace().catch(() => unknown);
  }

  #resolvePlace(): Promise<CallerPlace> {
    this.#resolvingPlace ??= this.#asker.place().then(
      (place) => {
        this.#place = place;
        return place;
      },
      (error: unknown) => {
        this.#resolvingPlace = undefined;
        throw error;
      },
    );
    return this.#resolvingPlace;
  }

  #partOf(place: CallerPlace, caller: string): Cache {
    if (this.#last?.caller !== caller) {
      const scope = { namespace: this.options.namespace, caller: callerName({ ...place, caller }) };
      this.#last = { caller, part: this.options.cache.withScope(scope) };
    }
    return this.#last.part;
  }
}
