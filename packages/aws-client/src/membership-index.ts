import { createCacheKey, type Cache } from "@awsideman/cache-core";

/** Which group and which user a membership joins. A membership is made and deleted, never changed. */
export interface Membership extends MembershipReference {
  readonly groupId: string;
  readonly userId: string;
}

/** A membership as a command names it. */
export interface MembershipReference {
  readonly identityStoreId: string;
  readonly membershipId: string;
}

type Ends = readonly [groupId: string, userId: string];

/** Longer than any answer lives; a fact that is lost costs a wider invalidation, no more. */
const timeToLive = 30 * 24 * 60 * 60_000;

/**
 * Remembers what memberships join, because who deletes one names neither the group nor the user. The facts are small
 * entries of the same cache, the same for every caller, so that what one process has read another can use.
 * They never go stale, so nothing invalidates them but `*`.
 */
export class MembershipIndex {
  readonly #cache: Cache;

  /** @param cache the unnamed caller's part of the namespace */
  constructor(cache: Cache) {
    this.#cache = cache;
  }

  /** Resolves with what the membership joins, or undefined when that is not known. */
  async find(reference: MembershipReference): Promise<Membership | undefined> {
    const key = keyOf(reference);
    const ends =
      key === undefined ? undefined : await this.#cache.untracked(() => this.#cache.get<Ends>(key));
    if (!Array.isArray(ends)) return undefined;
    const [groupId, userId] = ends;
    return { ...reference, groupId, userId };
  }

  /** Resolves when all are remembered that can be. Never rejects. */
  async remember(memberships: readonly Membership[]): Promise<void> {
    // What is made of the answers does not depend on what is remembered of them, which may be thousands of facts.
    await this.#cache.untracked(() =>
      Promise.allSettled(memberships.map((membership) => this.#fill(membership))),
    );
  }

  async #fill({ groupId, userId, ...reference }: Membership): Promise<void> {
    const key = groupId === "" || userId === "" ? undefined : keyOf(reference);
    if (key === undefined) return;
    // A plain fill, unlike `set`: that would invalidate its key, and the fact was never different.
    await this.#cache.getOrLoad<Ends>(key, () => [groupId, userId], { ttl: timeToLive });
  }
}

/** undefined when the reference lacks a part, or cannot be a key. */
function keyOf({ identityStoreId, membershipId }: MembershipReference): string | undefined {
  if (!identityStoreId || !membershipId) return undefined;
  try {
    return createCacheKey("membership_index", "describe", identityStoreId, membershipId.toLowerCase());
  } catch {
    return undefined;
  }
}
