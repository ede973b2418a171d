import type { AbortSignalLike } from "./abort.ts";
import type { Adoption, AdoptOptions } from "./adopt.ts";
import type { AuditEntriesOptions } from "./audit/audit-entries.ts";
import type { AuditReport } from "./audit/audit-report.ts";
import type {
  CommandInput,
  CommandName,
  CommandOutput,
  PaginatedCommandName,
  Service,
} from "./catalog/sdk-commands.ts";
import type { EntryExplanation } from "./explain/explain-entry.ts";

/** What goes with one call. */
export interface CallOptions {
  readonly abortSignal?: AbortSignalLike;
  /** Milliseconds, for each attempt. */
  readonly requestTimeout?: number;
  /** True: its requests wait until nobody else's do. Default: as the service has it. */
  readonly background?: boolean;
  /** How many milliseconds ago AWS may have been asked, at most; 0: it is asked now. Default: as the service has it. */
  readonly maxAge?: number;
  /**
   * Called before every request that this call makes, retries included, and waited for; not called for a hit, or where
   * another caller is just asking for the same. What it rejects with ends the call, and reaches the caller.
   */
  readonly beforeRequest?: (signal: AbortSignal | undefined) => Promise<void>;
}

export interface PaginateOptions extends CallOptions {
  /** `MaxResults`, where the input has none. */
  readonly pageSize?: number;
}

/** A service of IAM Identity Center, or Organizations, behind the cache, by the names of its commands. */
export interface CachedService<S extends Service> {
  readonly service: S;

  /**
   * Resolves with the answer to a command, from the cache if it is there. Rejects with AWS's own error.
   * The output is the caller's own.
   */
  call<Name extends CommandName<S>>(
    command: Name,
    input: CommandInput<S, Name>,
    options?: CallOptions,
  ): Promise<CommandOutput<S, Name>>;

  /**
   * Resolves with whether the answer to a command that reads is in the cache; of a list, its first page. Asks nobody, and
   * counts as no hit.
   */
  has<Name extends CommandName<S>>(command: Name, input: CommandInput<S, Name>): Promise<boolean>;

  /**
   * Stores an answer that was read without this cache, as old as it is; see {@link AdoptOptions}. An answer that is there
   * already stays, and nothing is stored that may be out of date. Never rejects because of the cache.
   * @throws TypeError for a command that does not read, or whose answers are never kept
   */
  adopt<Name extends CommandName<S>>(
    command: Name,
    input: CommandInput<S, Name>,
    output: Omit<CommandOutput<S, Name>, "$metadata">,
    options: AdoptOptions,
  ): Promise<Adoption>;

  /**
   * Resolves with what there is under a key of this caller, which call it is the answer to, and why it would be given now or
   * not. Asks AWS nothing, and changes nothing.
   * @throws TypeError or RangeError for what is no key
   */
  explain(key: string): Promise<EntryExplanation>;

  /**
   * Asks AWS again for a share of what is cached of this service for this caller, and compares. What differs is
   * invalidated, and an event of the client says so. Waits for the quota after everybody else. Rejects only for a wrong
   * option: what AWS does not answer is counted. Ends early, with what it has found, when `signal` is aborted.
   */
  audit(options?: AuditEntriesOptions): Promise<AuditReport>;

  /** The pages of a list, one after the other. The input stays as it is. */
  paginate<Name extends PaginatedCommandName<S>>(
    command: Name,
    input: CommandInput<S, Name>,
    options?: PaginateOptions,
  ): AsyncGenerator<CommandOutput<S, Name>, void, undefined>;
}
