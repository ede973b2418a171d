import { describe } from "./cache-key.ts";
import { escapeSegment, unescapeSegment } from "./segment.ts";

/**
 * What separates answers that have nothing to do with each other. Tags and the ledger know the namespace but not the
 * caller: one caller's write invalidates every caller's entries.
 */
export interface Scope {
  /** An AWS account, an organisation instance, a tenant. Default: the unnamed namespace. */
  readonly namespace: string;
  /** Whose permissions fetched the value. Default: the unnamed caller. */
  readonly caller: string;
}

/** @throws TypeError unless both are strings */
export function assertScope({ namespace, caller }: Scope): void {
  for (const [name, value] of Object.entries({ namespace, caller })) {
    if (typeof value !== "string")
      throw new TypeError(`\`${name}\` must be a string, received ${describe(value)}`);
  }
}

/** Stands in front of every tag of a namespace; empty for the unnamed one. */
export function namespacePrefix(namespace: string): string {
  return namespace === "" ? "" : `${escapeSegment(namespace)}|`;
}

/** Stands in front of a key to make the id of its entry; empty for the unnamed scope, so that an id costs nothing there. */
export function idPrefix({ namespace, caller }: Scope): string {
  if (caller === "") return namespacePrefix(namespace);
  return `${escapeSegment(namespace)}|${escapeSegment(caller)}|`;
}

/** The inverse: the scope and the key that an entry's id was made of. */
export function parseId(id: string): Scope & { readonly key: string } {
  const parts = id.split("|");
  const key = parts.at(-1) as string;
  const [namespace = "", caller = ""] = parts.slice(0, -1).map(unescapeSegment);
  return { namespace, caller, key };
}
