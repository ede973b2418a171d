/**
 * Writes the fields of an input so that equal inputs give the same text, whatever the order of their fields, and
 * different ones never do: `Name=value` sorted by name and joined by `&`, values in JSON with sorted names.
 * What is undefined is left out, as in what is sent; items of lists keep their order.
 * @param except fields that are left out
 * @throws TypeError for what is no data
 */
export function canonicalInput(input: object, except: readonly string[] = []): string {
  let text = "";
  for (const name of Object.keys(input).toSorted()) {
    const value = (input as Record<string, unknown>)[name];
    if (value === undefined || except.includes(name)) continue;
    text += `${text === "" ? "" : "&"}${plainName.test(name) ? name : JSON.stringify(name)}=${canonicalValue(value)}`;
  }
  return text;
}

const plainName = /^[A-Za-z]\w*$/;

function canonicalValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      // Unlike JSON, tells apart what JSON has no number for.
      return Object.is(value, -0) ? "-0" : String(value);
    case "boolean":
    case "undefined":
      return String(value);
    case "bigint":
      return `${value}n`;
    case "object":
      return value === null ? "null" : canonicalObject(value);
    default:
      throw new TypeError(`An input must be data, received a ${typeof value} in it`);
  }
}

function canonicalObject(value: object): string {
  if (Array.isArray(value)) return `[${Array.from(value, canonicalValue).join(",")}]`;
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof Uint8Array) return `Bytes(${Buffer.from(value).toString("base64url")})`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`An input must be plain data, received an instance of ${value.constructor?.name}`);
  }
  const fields: string[] = [];
  for (const name of Object.keys(value).toSorted()) {
    const field = (value as Record<string, unknown>)[name];
    if (field !== undefined) fields.push(`${JSON.stringify(name)}:${canonicalValue(field)}`);
  }
  return `{${fields.join(",")}}`;
}
