import {
  document,
  isObject,
  list,
  optional,
  parseMembers,
  structure,
  text,
  type Field,
  type Fields,
} from "../input/field.ts";
import { validationError } from "../service-error.ts";
import type { Document } from "../store/records.ts";

/** One step of UpdateUser or UpdateGroup; without a value the attribute is removed. */
export interface AttributeOperation {
  readonly AttributePath: string;
  readonly AttributeValue?: Document | undefined;
}

export const attributeOperations: Field<readonly AttributeOperation[]> = list(
  structure<AttributeOperation>({
    AttributePath: text({ maximum: 255 }),
    AttributeValue: optional(document()),
  }),
  { minimum: 1, maximum: 100 },
);

/**
 * Applies the steps in order and reads the result with the same rules as a new record, so that a step can neither set
 * what may not be set nor remove what is required. All or nothing.
 *
 * Paths are written as in the API (`displayName`, `name.familyName`, `emails`), with either case of the first letter.
 */
export function applyAttributeOperations<Shape extends object>(
  fields: Fields<Shape>,
  current: Shape,
  operations: readonly AttributeOperation[],
): Shape {
  const next = { ...current } as Record<string, unknown>;
  for (const operation of operations) {
    const [member = "", nested, ...rest] = pathOf(operation.AttributePath);
    if (!Object.hasOwn(fields, member) || rest.length > 0) {
      throw validationError(`Unsupported attribute path: ${operation.AttributePath}`);
    }
    const value = operation.AttributeValue ?? undefined;
    if (nested === undefined) {
      next[member] = member === "Extensions" ? value : capitalized(value);
      continue;
    }
    const parent = next[member];
    if (parent !== undefined && !isObject(parent)) {
      throw validationError(`Unsupported attribute path: ${operation.AttributePath}`);
    }
    next[member] = {
      ...parent,
      [nested]: member === "Extensions" ? value : capitalized(value),
    };
  }
  return parseMembers(fields, next);
}

/** An extension is replaced as a whole: its path is its name. */
function pathOf(path: string): string[] {
  if (path.startsWith("aws:identitystore:")) return ["Extensions", path];
  return path.split(".").map(capitalize);
}

function capitalized(value: Document | undefined): unknown {
  if (Array.isArray(value)) return value.map((element: Document) => capitalized(element));
  if (!isObject(value)) return value;
  const entries = Object.entries(value) as [string, Document][];
  return Object.fromEntries(entries.map(([name, inner]) => [capitalize(name), capitalized(inner)]));
}

function capitalize(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
