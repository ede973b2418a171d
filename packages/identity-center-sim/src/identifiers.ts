import { randomInteger, type Random } from "./random.ts";

/** Makes identifiers of the forms that AWS uses. The same random sequence gives the same identifiers. */
export interface Identifiers {
  /** 12 digits. */
  accountId(): string;
  /** `d-` and ten characters; those in use begin with 90. */
  identityStoreId(): string;
  /** 16 characters, the part after `ssoins-`. */
  instanceSuffix(): string;
  permissionSetArn(instanceArn: string): string;
  /** The identifier of a user, group or membership: the number of the identity store and a UUID. */
  resourceId(identityStoreId: string): string;
  uuid(): string;
  /** What Organizations has: a prefix and eight characters. */
  organizationId(prefix: string): string;
}

export function createIdentifiers(random: Random): Identifiers {
  const hexadecimal = (length: number): string => {
    let text = "";
    while (text.length < length) text += randomInteger(random, 16).toString(16);
    return text;
  };
  const uuid = (): string =>
    [
      hexadecimal(8),
      hexadecimal(4),
      `4${hexadecimal(3)}`,
      `${"89ab".charAt(randomInteger(random, 4))}${hexadecimal(3)}`,
      hexadecimal(12),
    ].join("-");
  return {
    accountId: () => {
      let digits = String(1 + randomInteger(random, 9));
      while (digits.length < 12) digits += String(randomInteger(random, 10));
      return digits;
    },
    identityStoreId: () => `d-90${hexadecimal(8)}`,
    instanceSuffix: () => hexadecimal(16),
    permissionSetArn: (instanceArn) =>
      `${instanceArn.replace(":instance/", ":permissionSet/")}/ps-${hexadecimal(16)}`,
    resourceId: (identityStoreId) => `${identityStoreId.slice(2)}-${uuid()}`,
    uuid,
    organizationId: (prefix) => `${prefix}${hexadecimal(8)}`,
  };
}
