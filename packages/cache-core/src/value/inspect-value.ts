import * as types from "node:util/types";
import { CacheError } from "../errors/cache-error.ts";

/** What has to be known of a value before it can be stored. */
export interface Inspection {
  /** False: it has parts that only V8's own serialisation keeps as they are. */
  readonly plain: boolean;
  /** Roughly what it takes up in memory, in bytes. */
  readonly size: number;
}

/**
 * Walks a value and returns what it is made of. Structured data can be stored: primitives, plain objects, arrays, Date,
 * Map, Set, BigInt, RegExp, ArrayBuffer and its views, cycles included. Anything with behaviour or a hidden state cannot,
 * because what would come back is not what went in. An object without a prototype comes back as a plain one.
 * @throws CacheError CACHE_VALUE_NOT_STORABLE, naming the place
 */
export function inspectValue(value: unknown): Inspection {
  const walk = new Walk();
  walk.visit(value, "value");
  return { plain: walk.plain, size: walk.size };
}

// What V8 takes for each, in bytes: measured by the heap's growth.
const slot = 8;
const textHeader = 20;
const numberObject = 16;
const bigintHeader = 24;
const arrayHeader = 48;
const objectHeader = 56;
const objectRoom = 4;
const dateObject = 96;
const collectionHeader = 150;
const collectionItem = 24;
const binaryHeader = 200;

/** Text that is no longer is there only once, however often a value that was parsed from JSON has it: V8 shares it. */
const longestSharedText = 10;

/** Text that V8 keeps in two bytes a character. */
// oxlint-disable-next-line no-control-regex -- the range begins with them
const wide = /[^\u0000-\u00ff]/;

const binaryPrototypes: ReadonlySet<unknown> = new Set([
  ArrayBuffer.prototype,
  DataView.prototype,
  Buffer.prototype,
  Int8Array.prototype,
  Uint8Array.prototype,
  Uint8ClampedArray.prototype,
  Int16Array.prototype,
  Uint16Array.prototype,
  Int32Array.prototype,
  Uint32Array.prototype,
  Float32Array.prototype,
  Float64Array.prototype,
  BigInt64Array.prototype,
  BigUint64Array.prototype,
]);

class Walk {
  plain = true;
  size = 0;
  readonly #seen = new Set<object>();
  readonly #sharedTexts = new Set<string>();

  visit(value: unknown, path: string): void {
    switch (typeof value) {
      case "string":
        this.#visitText(value);
        if (value.length <= longestSharedText) {
          if (this.#sharedTexts.has(value)) return;
          this.#sharedTexts.add(value);
        }
        this.size += textHeader + (wide.test(value) ? 2 * value.length : value.length);
        return;
      case "number":
        // Small integers stand in the slot itself.
        if (!Number.isInteger(value) || Math.abs(value) > 0x7fffffff) this.size += numberObject;
        if (Object.is(value, -0)) this.plain = false;
        return;
      case "bigint":
        this.size += bigintHeader;
        if (BigInt.asIntN(64, value) !== value) this.size += value.toString(16).length >> 1;
        return;
      case "boolean":
      case "undefined":
        return;
      case "object":
        if (value !== null) this.#visitObject(value, path);
        return;
      default:
        throw unstorable(`a ${typeof value}`, path);
    }
  }

  #visitObject(value: object, path: string): void {
    // A cycle, or one object in two places: it has to be one in the copy, too.
    if (this.#seen.has(value)) {
      this.plain = false;
      return;
    }
    this.#seen.add(value);
    this.#visitParts(value, path);
  }

  /** Text that is not well-formed Unicode has no form in UTF-8. */
  #visitText(text: string): void {
    if (!text.isWellFormed()) this.plain = false;
  }

  #visitParts(value: object, path: string): void {
    if (Array.isArray(value)) return this.#visitArray(value, path);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return this.#visitPlainObject(value, path);
    if (types.isDate(value) && prototype === Date.prototype) {
      this.size += dateObject;
    } else if (types.isMap(value) && prototype === Map.prototype) {
      this.size += collectionHeader;
      for (const [key, item] of value) {
        this.visit(key, `${path}: a key`);
        this.visit(item, `${path}: an item`);
        this.size += collectionItem + slot;
      }
    } else if (types.isSet(value) && prototype === Set.prototype) {
      this.size += collectionHeader;
      for (const item of value) {
        this.visit(item, `${path}: an item`);
        this.size += collectionItem;
      }
    } else if (binaryPrototypes.has(prototype)) {
      this.size += binaryHeader + (value as ArrayBuffer | ArrayBufferView).byteLength;
      if (prototype !== Uint8Array.prototype) this.plain = false;
      return;
    } else if (types.isRegExp(value) && prototype === RegExp.prototype) {
      this.size += objectHeader + value.source.length;
      this.plain = false;
    } else {
      throw unstorable(`an instance of ${nameOf(prototype)}`, path);
    }
    if (Object.keys(value).length > 0) throw unstorable(`a ${nameOf(prototype)} with properties`, path);
  }

  #visitArray(value: readonly unknown[], path: string): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Array.prototype) throw unstorable(`an instance of ${nameOf(prototype)}`, path);
    this.size += arrayHeader + slot * value.length;
    const names = Object.keys(value);
    // Holes, or properties besides the elements.
    if (names.length !== value.length) this.plain = false;
    for (const name of names) this.visit(value[name as unknown as number], `${path}[${name}]`);
  }

  #visitPlainObject(value: object, path: string): void {
    this.size += objectHeader;
    // Names with a meaning to those who copy and encode.
    if (Object.hasOwn(value, "__proto__") || Object.hasOwn(value, "toJSON")) this.plain = false;
    if (Object.getOwnPropertySymbols(value).length > 0)
      throw unstorable("a property named by a symbol", path);
    let room = objectRoom;
    for (const [name, item] of Object.entries(value)) {
      if (--room < 0) this.size += slot;
      this.#visitText(name);
      this.visit(item, `${path}.${name}`);
    }
  }
}

function nameOf(prototype: unknown): string {
  const made = (prototype as { readonly constructor?: { readonly name?: unknown } }).constructor?.name;
  return typeof made === "string" && made !== "" ? made : "a class";
}

function unstorable(what: string, path: string): CacheError {
  return new CacheError("CACHE_VALUE_NOT_STORABLE", `Cannot store ${what} (${path})`);
}
