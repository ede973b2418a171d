import { createHash } from "node:crypto";
import { exactTag } from "../key/tags.ts";
import type { EncryptionKey } from "./encryption-key.ts";

/** How many hashes are remembered: a name comes back many times. */
const maxRemembered = 20_000;

/**
 * What a storage looks things up by, in a form that gives no name away: segment by segment, so that prefixes, exact tags,
 * the root and namespaces stay what they are to the storage's own rule, and so do patterns. A wildcard within a segment
 * becomes the whole segment: that concerns more, never less. Which names are equal, at the same place of the same
 * namespace, and how many segments they have, can be seen.
 */
export class HiddenNames {
  readonly #key: EncryptionKey;
  readonly #remembered = new Map<string, string>();

  constructor(key: EncryptionKey) {
    this.#key = key;
  }

  id(id: string): string {
    return this.#hash(`id\n${id}`);
  }

  /** For tags and patterns alike. */
  name(name: string): string {
    const exact = name.startsWith(exactTag) ? exactTag : "";
    const bar = name.lastIndexOf("|");
    const namespace = bar === -1 ? "" : name.slice(exact.length, bar);
    const segments = name
      .slice(bar === -1 ? exact.length : bar + 1)
      .split(":")
      .map((segment, place) =>
        segment.includes("*") ? "*" : this.#hash(`segment\n${namespace}\n${place}\n${segment}`),
      );
    const prefix = bar === -1 ? "" : `${this.#hash(`namespace\n${namespace}`)}|`;
    return exact + prefix + segments.join(":");
  }

  #hash(text: string): string {
    const known = this.#remembered.get(text);
    if (known !== undefined) return known;
    const hash = this.#key.hash(text).toString("base64url");
    if (this.#remembered.size >= maxRemembered) this.#remembered.clear();
    this.#remembered.set(text, hash);
    return hash;
  }
}

/**
 * The name of an operation, the same whatever the key: who has another one, or none, must be able to end it. They are
 * random, or contain what is, and cannot be guessed.
 */
export function hideOperation(operation: string): string {
  return createHash("sha256").update(`operation\n${operation}`).digest("base64url").slice(0, 22);
}
