import { SecretKeys } from "@awsideman/cache-core";

/** The text of a key file with a new key in front of those that are in it. @throws TypeError when there are none in it */
export function withNewKey(text: string, origin: string, random: (bytes: number) => Uint8Array): string {
  const known = keysOf(text, origin);
  return linesOf([Buffer.from(random(32)).toString("base64"), ...known]);
}

/** The same file with nothing but the key in use. @throws TypeError when there are none in it */
export function withoutOldKeys(text: string, origin: string): string {
  return linesOf(keysOf(text, origin).slice(0, 1));
}

/** How many keys there are in it. @throws TypeError when there are none in it */
export function countKeys(text: string, origin: string): number {
  return keysOf(text, origin).length;
}

/** As they are written, so that nobody has to recognise his own key in another form. */
function keysOf(text: string, origin: string): readonly string[] {
  SecretKeys.parse(text, origin);
  return text.split(/[\s,]+/).filter((word) => word !== "");
}

function linesOf(keys: readonly string[]): string {
  return keys.map((key) => `${key}\n`).join("");
}
