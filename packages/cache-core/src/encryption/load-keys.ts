import { CacheError } from "../errors/cache-error.ts";
import { messageOf } from "../errors/message-of.ts";
import type { KeySource } from "./encryption-configuration.ts";
import { readKeychain, type LoadKeychain } from "./keychain.ts";
import { readKeyFile } from "./key-file.ts";
import { SecretKeys } from "./secret-keys.ts";

/**
 * Gets the keys from wherever they are.
 * @throws CacheError CACHE_KEY_UNAVAILABLE, which says why they cannot be had
 */
export async function loadKeys(source: KeySource, loadKeychain?: LoadKeychain): Promise<SecretKeys> {
  if (source.kind === "key") return source.keys;
  try {
    if (source.kind === "file")
      return SecretKeys.parse(await readKeyFile(source.file), `The key file ${source.file}`);
    const { service, account } = source;
    const origin = `What the keychain has for ${account} of ${service}`;
    return SecretKeys.parse(await readKeychain(service, account, loadKeychain), origin);
  } catch (error) {
    throw new CacheError("CACHE_KEY_UNAVAILABLE", messageOf(error), { cause: error });
  }
}
