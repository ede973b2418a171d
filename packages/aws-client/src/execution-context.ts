import type { Cache } from "@awsideman/cache-core";
import type { Call } from "./call.ts";
import { callerName, type CallerParts } from "./caller.ts";
import type { Service } from "./catalog/sdk-commands.ts";
import { tell, type ClientEvent } from "./events.ts";
import { MembershipIndex } from "./membership-index.ts";
import type { ResolvedOptions } from "./options.ts";
import { withinQuota, type QuotaPlace } from "./quota.ts";
import { SourceBreaker } from "./source-breaker.ts";

/** Finds out whose answers these are. Rejects when that cannot be found out, and is asked again the next time. */
export type ResolveCaller = () => Promise<CallerParts>;

/** What all calls of one client have in common. */
export class ExecutionContext {
  readonly service: Service;
  readonly options: ResolvedOptions;
  /** The namespace, for what does not depend on who is asking: writes, and facts. */
  readonly shared: Cache;
  readonly memberships: MembershipIndex;
  readonly source: SourceBreaker;
  /** The caller's own part of it; undefined until it is known, see {@link resolveOwn}. */
  own: Cache | undefined;
  #place: QuotaPlace;
  readonly #resolveCaller: ResolveCaller;
  #resolving: Promise<Cache | undefined> | undefined;

  constructor(service: Service, options: ResolvedOptions, resolveCaller: ResolveCaller) {
    this.service = service;
    this.options = options;
    this.shared = options.cache.withScope({ namespace: options.namespace, caller: "" });
    this.memberships = new MembershipIndex(this.shared);
    this.source = new SourceBreaker(options.clock, (state) =>
      this.tell({ type: "source-breaker", service, state }),
    );
    this.#resolveCaller = resolveCaller;
    this.#place = { service, region: "-", endpoint: undefined };
  }

  /** The call, as it may be sent: within the quota, where there is one, and when its caller lets it. */
  paced(call: Call): Call {
    const { quota } = this.options;
    if (quota === undefined && call.beforeRequest === undefined) return call;
    return withinQuota(call, quota, this.shared, () => this.#place);
  }

  /** Resolves with the caller's part of the namespace; with undefined when it cannot be found out. Never rejects. */
  resolveOwn(): Promise<Cache | undefined> {
    this.#resolving ??= this.#resolve();
    return this.#resolving;
  }

  tell(event: ClientEvent): void {
    tell(this.options.onEvent, event);
  }

  async #resolve(): Promise<Cache | undefined> {
    try {
      const parts = await this.#resolveCaller();
      this.#place = parts;
      this.own = this.options.cache.withScope({
        namespace: this.options.namespace,
        caller: callerName(parts),
      });
    } catch (error) {
      this.tell({ type: "caller-unknown", service: this.service, error });
    }
    this.#resolving = undefined;
    return this.own;
  }
}
