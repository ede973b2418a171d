/**
 * Freezes a value through and through, in place, and returns it. The contents of Date, Map, Set and binary data cannot
 * be frozen in JavaScript: whoever shares values by reference must leave those alone.
 */
export function freezeValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value))
    return value;
  Object.freeze(value);
  if (value instanceof Map) {
    for (const [key, item] of value) {
      freezeValue(key);
      freezeValue(item);
    }
  } else if (value instanceof Set) {
    for (const item of value) freezeValue(item);
  } else {
    for (const item of Object.values(value)) freezeValue(item);
  }
  return value;
}
