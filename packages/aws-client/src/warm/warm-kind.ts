/** What can be loaded in advance, in the order in which it is: cheap and often used first, and what the rest needs. */
export const warmKinds = ["users", "groups", "memberships", "permission-sets", "assignments"] as const;

export type WarmKind = (typeof warmKinds)[number];

/**
 * Returns the kinds in their order, each once.
 * @throws TypeError for what is no list; RangeError for what is no kind
 */
export function inOrder(kinds: readonly WarmKind[]): readonly WarmKind[] {
  if (!Array.isArray(kinds)) throw new TypeError(`\`what\` must be a list, received ${typeof kinds}`);
  for (const kind of kinds) {
    if (!warmKinds.includes(kind))
      throw new RangeError(`\`what\` must be of ${warmKinds.join(", ")}, received ${JSON.stringify(kind)}`);
  }
  return warmKinds.filter((kind) => kinds.includes(kind));
}
