import type { ClientConfig, Credentials } from "../aws-client.ts";
import { sha256 } from "../sha256.ts";

/**
 * Returns a name for whoever a client's credentials belong to at the moment: the account, and a hash of the access key, which
 * is that of one principal, and of one session where they are temporary. It asks the client each time, as the client asks
 * for each request, and the client keeps them until they expire.
 */
export function credentialsCaller(config: ClientConfig): () => Promise<string> {
  let last: { readonly key: string; readonly hash: string } | undefined;
  return async () => {
    const credentials = await credentialsOf(config);
    if (credentials === undefined) throw new TypeError("The client has no credentials");
    const { accountId, accessKeyId } = credentials;
    if (last?.key !== accessKeyId) last = { key: accessKeyId, hash: sha256(accessKeyId).slice(0, 16) };
    return `${accountId ?? "-"}/${last.hash}`;
  };
}

/**
 * Resolves with what the client would sign with now; undefined for a client that has none to tell of.
 * Rejects with what their provider rejects with.
 */
export async function credentialsOf({ credentials }: ClientConfig): Promise<Credentials | undefined> {
  return typeof credentials === "function" ? credentials() : undefined;
}
