import { constraintError, serializationError } from "../service-error.ts";
import type { Document } from "../store/records.ts";

/** Reads one member of an input; throws the error that AWS would answer with. */
export interface Field<Value> {
  /** @param value what came over the wire; `undefined` when absent (`null` counts as absent) */
  parse(value: unknown, path: string): Value;
}

/** The fields of a structure with the members of `Shape`. */
export type Fields<Shape> = { readonly [Member in keyof Shape]-?: Field<Shape[Member]> };

export function text(limits: { minimum?: number; maximum?: number; pattern?: RegExp } = {}): Field<string> {
  const { minimum = 1, maximum = Number.POSITIVE_INFINITY, pattern } = limits;
  return required((value, path) => {
    if (typeof value !== "string") throw wrongType(path, "string");
    if (value.length < minimum) {
      throw constraintError(path, value, lengthConstraint("greater", minimum));
    }
    if (value.length > maximum) {
      throw constraintError(path, value, lengthConstraint("less", maximum));
    }
    if (pattern !== undefined && !pattern.test(value)) {
      throw constraintError(path, value, `Member must satisfy regular expression pattern: ${pattern.source}`);
    }
    return value;
  });
}

export function integer(minimum: number, maximum: number): Field<number> {
  return required((value, path) => {
    if (typeof value !== "number" || !Number.isInteger(value)) throw wrongType(path, "integer");
    if (value < minimum) {
      throw constraintError(path, value, `Member must have value greater than or equal to ${minimum}`);
    }
    if (value > maximum) {
      throw constraintError(path, value, `Member must have value less than or equal to ${maximum}`);
    }
    return value;
  });
}

export function flag(): Field<boolean> {
  return required((value, path) => {
    if (typeof value !== "boolean") throw wrongType(path, "boolean");
    return value;
  });
}

export function oneOf<Choice extends string>(choices: readonly Choice[]): Field<Choice> {
  return required((value, path) => {
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) {
      throw constraintError(path, value, `Member must satisfy enum value set: [${choices.join(", ")}]`);
    }
    return choice;
  });
}

export function list<Item>(
  item: Field<Item>,
  limits: { minimum?: number; maximum?: number } = {},
): Field<readonly Item[]> {
  const { minimum = 0, maximum = Number.POSITIVE_INFINITY } = limits;
  return required((value, path) => {
    if (!Array.isArray(value)) throw wrongType(path, "list");
    if (value.length < minimum) {
      throw constraintError(path, value, lengthConstraint("greater", minimum));
    }
    if (value.length > maximum) {
      throw constraintError(path, value, lengthConstraint("less", maximum));
    }
    return value.map((element: unknown, index) => item.parse(element, `${path}.${index + 1}.member`));
  });
}

/** A structure; members that it does not name are ignored, as the services do. */
export function structure<Shape>(fields: Fields<Shape>): Field<Shape> {
  return required((value, path) => {
    if (!isObject(value)) throw wrongType(path, "structure");
    return parseMembers(fields, value, path);
  });
}

/** Any JSON. */
export function document(): Field<Document> {
  return required((value) => value as Document);
}

export function documentMap(keys: readonly string[]): Field<Readonly<Record<string, Document>>> {
  return required((value, path) => {
    if (!isObject(value)) throw wrongType(path, "map");
    for (const key of Object.keys(value)) oneOf(keys).parse(key, path);
    return value as Readonly<Record<string, Document>>;
  });
}

export function optional<Value>(field: Field<Value>): Field<Value | undefined> {
  return {
    parse: (value, path) => (value === undefined || value === null ? undefined : field.parse(value, path)),
  };
}

/** Reads the members of an object; members without a value are left out of the result. */
export function parseMembers<Shape>(
  fields: Fields<Shape>,
  source: Readonly<Record<string, unknown>>,
  path = "",
): Shape {
  const result: Record<string, unknown> = {};
  for (const [member, field] of Object.entries<Field<unknown>>(fields)) {
    const here = `${path === "" ? "" : `${path}.`}${member.charAt(0).toLowerCase()}${member.slice(1)}`;
    const value = field.parse(source[member], here);
    if (value !== undefined) result[member] = value;
  }
  return result as Shape;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function required<Value>(parse: (value: unknown, path: string) => Value): Field<Value> {
  return {
    parse: (value, path) => {
      if (value === undefined || value === null) {
        throw constraintError(path, undefined, "Member must not be null");
      }
      return parse(value, path);
    },
  };
}

function lengthConstraint(than: "greater" | "less", limit: number): string {
  return `Member must have length ${than} than or equal to ${limit}`;
}

function wrongType(path: string, expected: string): Error {
  return serializationError(`Value at '${path}' could not be converted to ${expected}`);
}
