import pMap, { pMapIterable } from "p-map";
import type { CachedService, CallOptions } from "./cached-service.ts";
import { tell } from "./events.ts";

/** Who may use which account with which permission set. */
export interface AccountAssignment {
  readonly AccountId: string;
  readonly PermissionSetArn: string;
  readonly PrincipalId: string;
  readonly PrincipalType: "USER" | "GROUP";
}

export interface AllAssignmentsOptions extends CallOptions {
  /**
   * The accounts of the organisation, where they are known: that is nearly always the cheaper way. Only their assignments
   * are told. Default: every account that something is provisioned to.
   */
  readonly accountIds?: readonly string[];
  /** How many questions are asked at once. The quota says how fast. Default 10. */
  readonly concurrency?: number;
  /** Told how far it is: of the lists that have to be read, as far as that is known. What it throws is ignored. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

type SsoAdmin = Pick<CachedService<"sso-admin">, "has" | "paginate">;

/** A permission set that is provisioned to an account: only there can be assignments. */
interface Pair {
  readonly AccountId: string;
  readonly PermissionSetArn: string;
}

/**
 * All assignments of users and groups to accounts, in the fewest calls: AWS is asked where permission sets are provisioned,
 * either account by account or permission set by permission set, whichever has fewer questions that the cache cannot
 * answer, and then for the assignments of those pairs alone. A question for each account and permission set would be
 * accounts times permission sets.
 *
 * What is asked of principals instead leaves out the assignments of those who were deleted, which AWS keeps.
 * Rejects with the first error of AWS; what was read until then stays cached, and is not asked again.
 */
export async function* listAllAssignments(
  ssoAdmin: SsoAdmin,
  InstanceArn: string,
  options: AllAssignmentsOptions = {},
): AsyncGenerator<AccountAssignment, void, undefined> {
  const { concurrency = 10, onProgress, abortSignal } = options;
  const reader = new Reader(
    ssoAdmin,
    InstanceArn,
    abortSignal === undefined ? {} : { abortSignal },
    concurrency,
  );
  const pairs = await reader.pairs(options.accountIds && [...new Set(options.accountIds)]);
  let done = 0;
  for await (const assignments of pMapIterable(pairs, (pair) => reader.assignments(pair), { concurrency })) {
    tell(onProgress, { done: ++done, total: pairs.length });
    yield* assignments;
  }
}

/** The questions to ask of one instance. The SDK calls every member of an answer optional; AWS gives all of these. */
class Reader {
  readonly #ssoAdmin: SsoAdmin;
  readonly #instance: { readonly InstanceArn: string };
  readonly #options: CallOptions;
  readonly #atOnce: { readonly concurrency: number };

  constructor(ssoAdmin: SsoAdmin, InstanceArn: string, options: CallOptions, concurrency: number) {
    this.#ssoAdmin = ssoAdmin;
    this.#instance = { InstanceArn };
    this.#options = options;
    this.#atOnce = { concurrency };
  }

  /** @param accounts undefined: all that something is provisioned to */
  async pairs(accounts: readonly string[] | undefined): Promise<readonly Pair[]> {
    if (accounts === undefined) return this.#byPermissionSet(await this.#permissionSets());
    const accountsToAsk = await this.#unknown(
      "ListPermissionSetsProvisionedToAccount",
      (AccountId) => ({ AccountId }),
      accounts,
    );
    if (accountsToAsk <= 1) return this.#byAccount(accounts);
    const sets = await this.#permissionSets();
    const setsToAsk = await this.#unknown(
      "ListAccountsForProvisionedPermissionSet",
      (PermissionSetArn) => ({ PermissionSetArn }),
      sets,
    );
    if (accountsToAsk <= setsToAsk) return this.#byAccount(accounts);
    const wanted = new Set(accounts);
    return (await this.#byPermissionSet(sets)).filter(({ AccountId }) => wanted.has(AccountId));
  }

  assignments(pair: Pair): Promise<readonly AccountAssignment[]> {
    const input = { ...this.#instance, ...pair };
    return collect(
      this.#ssoAdmin.paginate("ListAccountAssignments", input, this.#options),
      ({ AccountAssignments }) => AccountAssignments as readonly AccountAssignment[],
    );
  }

  #permissionSets(): Promise<readonly string[]> {
    return collect(
      this.#ssoAdmin.paginate("ListPermissionSets", this.#instance, this.#options),
      ({ PermissionSets }) => PermissionSets,
    );
  }

  async #byAccount(accounts: readonly string[]): Promise<readonly Pair[]> {
    const read = async (AccountId: string): Promise<readonly Pair[]> => {
      const input = { ...this.#instance, AccountId };
      const arns = await collect(
        this.#ssoAdmin.paginate("ListPermissionSetsProvisionedToAccount", input, this.#options),
        ({ PermissionSets }) => PermissionSets,
      );
      return arns.map((PermissionSetArn) => ({ AccountId, PermissionSetArn }));
    };
    return (await pMap(accounts, read, this.#atOnce)).flat();
  }

  async #byPermissionSet(arns: readonly string[]): Promise<readonly Pair[]> {
    const read = async (PermissionSetArn: string): Promise<readonly Pair[]> => {
      const input = { ...this.#instance, PermissionSetArn };
      const accounts = await collect(
        this.#ssoAdmin.paginate("ListAccountsForProvisionedPermissionSet", input, this.#options),
        ({ AccountIds }) => AccountIds,
      );
      return accounts.map((AccountId) => ({ AccountId, PermissionSetArn }));
    };
    return (await pMap(arns, read, this.#atOnce)).flat();
  }

  /** Of how many the cache does not know where they are. */
  async #unknown(
    command: "ListPermissionSetsProvisionedToAccount" | "ListAccountsForProvisionedPermissionSet",
    input: (item: string) => object,
    items: readonly string[],
  ): Promise<number> {
    const isKnown = (item: string): Promise<boolean> =>
      this.#ssoAdmin.has(command, { ...this.#instance, ...input(item) } as never);
    return (await pMap(items, isKnown, this.#atOnce)).filter((is) => !is).length;
  }
}

async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(itemsOf(page) ?? []));
  return items;
}
