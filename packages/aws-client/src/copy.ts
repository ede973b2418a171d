/**
 * Copies data deeply: what is changed in the copy is not changed in the original. Several times faster than
 * structuredClone for what commands are given and answered with.
 * @throws DataCloneError for what is no data, such as a function
 */
export function copyData<Value>(value: Value): Value;
export function copyData(value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    if (typeof value === "function" || typeof value === "symbol") return structuredClone(value);
    return value;
  }
  if (Array.isArray(value)) return value.map((item) => copyData(item));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return value instanceof Date ? new Date(value) : structuredClone(value);
  }
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    // An own property of this name must not become the prototype.
    if (name === "__proto__") return structuredClone(value);
    copy[name] = copyData((value as Record<string, unknown>)[name]);
  }
  return copy;
}
