import { pathToFileURL } from "node:url";
import { messageOf } from "../errors/message-of.ts";
import { locatePackage } from "../storage/locate-package.ts";

const packageName = "@napi-rs/keyring";

/** The part of `@napi-rs/keyring` that is used. */
export interface Keychain {
  readonly AsyncEntry: new (
    service: string,
    account: string,
  ) => { getPassword(): Promise<string | null | undefined> };
}

export type LoadKeychain = () => Promise<Keychain>;

/**
 * Reads a text from the operating system's keychain: Keychain on macOS, Credential Manager on Windows, the Secret
 * Service or the kernel's keyring on Linux.
 * @throws an error that says what is wrong, or what to install
 */
export async function readKeychain(
  service: string,
  account: string,
  load: LoadKeychain = loadKeychain,
): Promise<string> {
  const { AsyncEntry } = await load();
  let text: string | null | undefined;
  try {
    text = await new AsyncEntry(service, account).getPassword();
  } catch (error) {
    throw new Error(`The keychain cannot be read: ${messageOf(error)}`, { cause: error });
  }
  if (text === null || text === undefined || text === "")
    throw new Error(`The keychain has nothing for ${account} of ${service}`);
  return text;
}

/** @param locate finds the file of a package, if it is installed */
export async function loadKeychain(
  locate: (name: string) => string | undefined = locatePackage,
): Promise<Keychain> {
  const file = locate(packageName);
  if (file === undefined) {
    throw new Error(
      `Keys in the keychain need ${packageName}: add it to your application (npm install ${packageName})`,
    );
  }
  const loaded = (await import(pathToFileURL(file).href)) as Keychain & { readonly default?: Keychain };
  return loaded.AsyncEntry === undefined && loaded.default ? loaded.default : loaded;
}
