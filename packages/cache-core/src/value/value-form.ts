import { compressForm, decodeValue, encodeValue } from "../codec/stored-form.ts";
import type { MaybePromise, StorageCapabilities } from "../storage/cache-storage.ts";
import { after } from "../storage/maybe-promise.ts";
import type { Counts } from "../stats.ts";
import { copyValue } from "./copy-value.ts";
import { freezeValue } from "./freeze-value.ts";
import { inspectValue } from "./inspect-value.ts";

/** How values are put into entries and taken out again, as the storage's capabilities say. */
export interface ValueForm {
  /** @throws CacheError CACHE_VALUE_NOT_STORABLE */
  pack(value: unknown): Packed;
  /**
   * What had better be stored instead of what was packed, large things by promise, off this thread. Never fails. Absent:
   * nothing had.
   */
  compress?(packed: Packed): MaybePromise<Packed>;
  /** @returns undefined when the payload is of a form that is not known here; throws when it is damaged */
  unpack(payload: unknown): Unpacked | undefined;
}

/** What was in an entry. By reference it is the payload itself: what one hit finds out is there for the next one. */
export interface Unpacked {
  readonly value: unknown;
  /** The counters of the entry's group. */
  counts?: Counts | undefined;
  /** Of the value. */
  promise?: Promise<unknown> | undefined;
}

export interface Packed {
  readonly payload: unknown;
  readonly size: number;
}

export function valueFormFor(payload: StorageCapabilities["payload"], compress: boolean): ValueForm {
  switch (payload) {
    case "bytes":
      return compress ? compressedBytes : plainBytes;
    case "copies":
      return privateCopies;
    case "references":
      return sharedReferences;
  }
}

interface Copied {
  readonly value: unknown;
  readonly plain: boolean;
}

const privateCopies: ValueForm = {
  pack(value) {
    const { plain, size } = inspectValue(value);
    return { payload: { value: copyValue(value, plain), plain } satisfies Copied, size };
  },
  unpack(payload) {
    const { value, plain } = payload as Copied;
    return unpacked(copyValue(value, plain));
  },
};

const sharedReferences: ValueForm = {
  pack(value) {
    const { size } = inspectValue(value);
    return { payload: unpacked(freezeValue(value)), size };
  },
  unpack: (payload) => payload as Unpacked,
};

const plainBytes: ValueForm = {
  pack: (value) => packed(encodeValue(value, inspectValue(value).plain)),
  unpack: (payload) => decodeValue(payload as Uint8Array),
};

const compressedBytes: ValueForm = {
  ...plainBytes,
  compress: ({ payload }) => after(compressForm(payload as Uint8Array), packed),
};

/** All of one shape, which V8 knows by then. */
function unpacked(value: unknown): Unpacked {
  return { value, counts: undefined, promise: undefined };
}

function packed(form: Uint8Array): Packed {
  return { payload: form, size: form.length };
}
