import type { Random } from "./random.ts";
import { wholeNumber } from "./settings.ts";

/**
 * What can go wrong with a call:
 *
 * - `error-before`: an error instead of the operation
 * - `error-after-apply`: the operation is carried out, and answered with an error
 * - `throttle`: ThrottlingException
 * - `drop-connection`: the connection is closed instead of the operation
 * - `drop-after-apply`: the operation is carried out, and the connection closed
 * - `hang`: no answer, and the operation is not carried out
 * - `hang-after-apply`: no answer, but the operation is carried out
 * - `not-json`: an HTML page with status 503, as a proxy in between would send
 */
export const faultKinds = [
  "error-before",
  "error-after-apply",
  "throttle",
  "drop-connection",
  "drop-after-apply",
  "hang",
  "hang-after-apply",
  "not-json",
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  /**
   * The operation that it happens to, such as `ListUsers`.
   * @default every operation
   */
  readonly operation?: string;
  /**
   * How many calls it happens to.
   * @default 1
   */
  readonly times?: number | "always";
  /**
   * How likely it is to happen to a call that it could happen to.
   * @default 1
   */
  readonly probability?: number;
  /**
   * For the two kinds of errors: the exception's name.
   * @default "InternalServerException"
   */
  readonly error?: string;
  /** For the two kinds of errors: the exception's message. */
  readonly message?: string;
  /**
   * For the two kinds of errors: the HTTP status.
   * @default 500 for InternalServerException, otherwise 400
   */
  readonly status?: number;
}

/** A fault that was added. */
export interface AddedFault {
  /** How many calls it will still happen to; `Infinity` for "always". */
  readonly remaining: number;
  /** Takes it back. */
  remove(): void;
}

export interface HoldOptions {
  /** @default every operation */
  readonly operation?: string;
  /**
   * Whether calls wait before they are carried out, or carried out but not yet answered.
   * @default "before"
   */
  readonly when?: "before" | "after";
}

/** Calls that wait until they are released: for tests of what happens meanwhile. */
export interface Hold extends Disposable {
  /** Resolves when the first call waits here. */
  readonly reached: Promise<void>;
  /** How many calls wait now. */
  readonly waiting: number;
  /** Lets the waiting calls go on, and holds no more. */
  release(): void;
}

/** What a call meets with. @internal */
export interface Encounter {
  readonly fault: Fault | undefined;
  readonly holds: readonly HeldPlace[];
}

/** @internal */
export interface HeldPlace {
  readonly when: "before" | "after";
  wait(): Promise<void>;
}

interface Planned {
  readonly fault: Fault;
  remaining: number;
}

interface HoldState extends HeldPlace {
  readonly operation: string | undefined;
  readonly release: () => void;
}

/** The faults that wait for calls to happen to. Of several that fit a call, the one added first happens. */
export class Faults {
  #planned: Planned[] = [];
  #holds: HoldState[] = [];
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** @throws {TypeError | RangeError} a fault that makes no sense */
  add(fault: Fault): AddedFault {
    const planned: Planned = { fault: Object.freeze({ ...fault }), remaining: requireFault(fault) };
    this.#planned.push(planned);
    return {
      get remaining() {
        return planned.remaining;
      },
      remove: () => {
        this.#planned = this.#planned.filter((other) => other !== planned);
      },
    };
  }

  /** Makes calls wait until they are released. */
  hold(options: HoldOptions = {}): Hold {
    const reached = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    let waiting = 0;
    const state: HoldState = {
      operation: options.operation,
      when: options.when ?? "before",
      wait: async () => {
        waiting += 1;
        reached.resolve();
        await released.promise;
        waiting -= 1;
      },
      release: () => {
        this.#holds = this.#holds.filter((other) => other !== state);
        released.resolve();
      },
    };
    this.#holds.push(state);
    return {
      reached: reached.promise,
      get waiting() {
        return waiting;
      },
      release: state.release,
      [Symbol.dispose]: state.release,
    };
  }

  /** The faults that will still happen. */
  pending(): readonly (Fault & { readonly remaining: number })[] {
    return this.#planned.map(({ fault, remaining }) => ({ ...fault, remaining }));
  }

  /** Takes back every fault and releases every call that is held. */
  clear(): void {
    this.#planned = [];
    for (const hold of this.#holds) hold.release();
  }

  /** What the next call to this operation meets with. @internal */
  meet(operation: string): Encounter {
    const planned = this.#planned.find(
      ({ fault }) =>
        fits(fault.operation, operation) &&
        (fault.probability === undefined || this.#random() < fault.probability),
    );
    if (planned !== undefined) {
      planned.remaining -= 1;
      if (planned.remaining <= 0) {
        this.#planned = this.#planned.filter((other) => other !== planned);
      }
    }
    return {
      fault: planned?.fault,
      holds: this.#holds.filter((hold) => fits(hold.operation, operation)),
    };
  }
}

function fits(wanted: string | undefined, operation: string): boolean {
  return wanted === undefined || wanted === operation;
}

function requireFault(fault: Fault): number {
  if (!faultKinds.includes(fault.kind)) {
    throw new TypeError(`kind must be one of ${faultKinds.join(", ")}, received ${String(fault.kind)}`);
  }
  const { times = 1, status, probability = 1 } = fault;
  if (!(probability > 0 && probability <= 1)) {
    throw new RangeError(`probability must be above 0 and at most 1, received ${String(probability)}`);
  }
  if (status !== undefined) wholeNumber("status", status, 400, 599);
  return times === "always" ? Number.POSITIVE_INFINITY : wholeNumber("times", times, 1);
}
