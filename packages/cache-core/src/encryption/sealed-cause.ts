import { EncryptionKey } from "./encryption-key.ts";

const context = "cause 1";

/** What a step is recorded for, as it may be stored; nothing without a key to hide it with. */
export function sealCause(
  cause: string | undefined,
  key: EncryptionKey | undefined,
): { readonly cause?: string } {
  if (cause === undefined || key === undefined) return {};
  return { cause: key.seal(Buffer.from(cause), context).toString("base64url") };
}

/** The inverse; undefined for what these keys have not sealed. */
export function openCause(
  sealed: string | undefined,
  keys: ReadonlyMap<string, EncryptionKey>,
): string | undefined {
  if (sealed === undefined) return undefined;
  const bytes = Buffer.from(sealed, "base64url");
  try {
    return keys
      .get(EncryptionKey.idOf(bytes) ?? "")
      ?.open(bytes, context)
      .toString();
  } catch {
    return undefined;
  }
}
