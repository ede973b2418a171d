import {
  documentMap,
  flag,
  list,
  optional,
  structure,
  text,
  type Field,
  type Fields,
} from "../input/field.ts";
import type { PersonName, Photo, PostalAddress, TypedValue, UserAttributes } from "../store/records.ts";

/** The only extension there is. */
export const enterpriseExtension = "aws:identitystore:enterprise";

const attributeText = optional(text({ maximum: 1024 }));

const nameFields: Fields<PersonName> = {
  Formatted: attributeText,
  FamilyName: attributeText,
  GivenName: attributeText,
  MiddleName: attributeText,
  HonorificPrefix: attributeText,
  HonorificSuffix: attributeText,
};

const typedValue: Field<TypedValue> = structure({
  Value: attributeText,
  Type: attributeText,
  Primary: optional(flag()),
});

const address: Field<PostalAddress> = structure({
  StreetAddress: attributeText,
  Locality: attributeText,
  Region: attributeText,
  PostalCode: attributeText,
  Country: attributeText,
  Formatted: attributeText,
  Type: attributeText,
  Primary: optional(flag()),
});

const photo: Field<Photo> = structure({
  Value: text(),
  Type: attributeText,
  Display: attributeText,
  Primary: optional(flag()),
});

/**
 * The attributes of a user. The model marks all of them optional, but Identity Center refuses a user without a user name,
 * a name and a display name, and keeps one e-mail address, postal address and telephone number.
 */
export const userAttributeFields: Fields<UserAttributes> = {
  UserName: text({ maximum: 128 }),
  Name: structure(nameFields),
  DisplayName: text({ maximum: 1024 }),
  NickName: attributeText,
  ProfileUrl: attributeText,
  Emails: optional(list(typedValue, { minimum: 1, maximum: 1 })),
  Addresses: optional(list(address, { minimum: 1, maximum: 1 })),
  PhoneNumbers: optional(list(typedValue, { minimum: 1, maximum: 1 })),
  UserType: attributeText,
  Title: attributeText,
  PreferredLanguage: attributeText,
  Locale: attributeText,
  Timezone: attributeText,
  Photos: optional(list(photo, { minimum: 1, maximum: 3 })),
  Website: attributeText,
  Birthdate: attributeText,
  Roles: optional(list(typedValue, { minimum: 1 })),
  Extensions: optional(documentMap([enterpriseExtension])),
};
