import { document, isObject, structure, text, type Field } from "../input/field.ts";
import { constraintError, serializationError, validationError } from "../service-error.ts";
import type { Document, ExternalId } from "../store/records.ts";

/** The union by which GetUserId and GetGroupId look something up. */
export type AlternateIdentifier =
  | { readonly ExternalId: ExternalId }
  | {
      readonly UniqueAttribute: {
        readonly AttributePath: string;
        readonly AttributeValue: Document;
      };
    };

const externalId: Field<ExternalId> = structure({
  Issuer: text({ maximum: 100 }),
  Id: text({ maximum: 256 }),
});

const uniqueAttribute = structure({
  AttributePath: text({ maximum: 255 }),
  AttributeValue: document(),
});

export const alternateIdentifier: Field<AlternateIdentifier> = {
  parse: (value, path) => {
    if (value === undefined || value === null) {
      throw constraintError(path, undefined, "Member must not be null");
    }
    if (!isObject(value)) throw serializationError(`Value at '${path}' is not a structure`);
    const { ExternalId, UniqueAttribute } = value;
    if ((ExternalId === undefined) === (UniqueAttribute === undefined)) {
      throw validationError(
        `1 validation error detected: Value at '${path}' must have exactly one member set`,
      );
    }
    return ExternalId === undefined
      ? { UniqueAttribute: uniqueAttribute.parse(UniqueAttribute, `${path}.uniqueAttribute`) }
      : { ExternalId: externalId.parse(ExternalId, `${path}.externalId`) };
  },
};

/** The value of a unique attribute, which has to be a string. */
export function attributeText(value: Document): string {
  if (typeof value !== "string") throw validationError("AttributeValue must be a string");
  return value;
}
