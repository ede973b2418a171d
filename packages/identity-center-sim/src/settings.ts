/** A time between two bounds, chosen anew for each call. */
export interface LatencyRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** How many calls a second are answered; `undefined` is no limit. */
export interface ThrottleLimits {
  /** All operations of sso-admin together. */
  readonly ssoAdmin: number | undefined;
  /** Each operation of identitystore for itself. */
  readonly identityStore: number | undefined;
}

/** What can be changed while the simulator runs. All times are milliseconds. */
export interface SimSettings {
  /** How long a call takes: half of it before it is applied, half of it after. */
  readonly latency: LatencyRange;
  readonly throttle: ThrottleLimits;
  /** How long reads do not see a write. */
  readonly propagationLag: number;
  /** How likely a read is to see a write at once, whatever the lag. */
  readonly freshReads: number;
  /** How long assigning, unassigning and provisioning stay IN_PROGRESS. */
  readonly operationDuration: number;
  /** The most rows a page holds, whatever MaxResults says: 1 to 100. */
  readonly pageSize: number;
  /** Whether each page is preceded by one that has a token and no rows, as the real services may do. */
  readonly emptyPages: boolean;
}

/** Settings as they are given. Absent ones keep their value, or have their default at the start. */
export interface SimSettingsInput {
  /**
   * Milliseconds, or bounds to choose between at random.
   * @default 0
   */
  readonly latency?: number | LatencyRange;
  /**
   * Calls a second: one number for both services, as AWS's limit is, or one for each (an absent one has no limit).
   * @default no limit
   */
  readonly throttle?: number | "none" | { readonly ssoAdmin?: number; readonly identityStore?: number };
  /**
   * Milliseconds.
   * @default 0
   */
  readonly propagationLag?: number;
  /**
   * How likely a read is to see a write at once, whatever the lag, as if it had met a server that knows already: 0 to 1.
   * One read can then be newer than the next.
   * @default 0
   */
  readonly freshReads?: number;
  /**
   * Milliseconds. With 0 the answer still says IN_PROGRESS, and the next call finds it done.
   * @default 0
   */
  readonly operationDuration?: number;
  /** @default 100 */
  readonly pageSize?: number;
  /** @default false */
  readonly emptyPages?: boolean;
}

export const defaultSettings: SimSettings = {
  latency: { minimum: 0, maximum: 0 },
  throttle: { ssoAdmin: undefined, identityStore: undefined },
  propagationLag: 0,
  freshReads: 0,
  operationDuration: 0,
  pageSize: 100,
  emptyPages: false,
};

/**
 * The settings that result from `input` on top of `current`.
 * @throws {RangeError | TypeError} a value that makes no sense
 */
export function resolveSettings(input: SimSettingsInput, current: SimSettings): SimSettings {
  return {
    latency: input.latency === undefined ? current.latency : latencyRange(input.latency),
    throttle: input.throttle === undefined ? current.throttle : throttleLimits(input.throttle),
    propagationLag: duration("propagationLag", input.propagationLag ?? current.propagationLag),
    freshReads: probability("freshReads", input.freshReads ?? current.freshReads),
    operationDuration: duration("operationDuration", input.operationDuration ?? current.operationDuration),
    pageSize: wholeNumber("pageSize", input.pageSize ?? current.pageSize, 1, 100),
    emptyPages: boolean("emptyPages", input.emptyPages ?? current.emptyPages),
  };
}

/** @throws {RangeError} not a whole number within the bounds */
export function wholeNumber(
  name: string,
  value: number,
  minimum: number,
  maximum: number = Number.MAX_SAFE_INTEGER,
): number {
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    const range = maximum === Number.MAX_SAFE_INTEGER ? `from ${minimum}` : `${minimum} to ${maximum}`;
    throw new RangeError(`${name} must be a whole number ${range}, received ${String(value)}`);
  }
  return value;
}

function latencyRange(latency: number | LatencyRange): LatencyRange {
  const { minimum, maximum } = typeof latency === "object" ? latency : { minimum: latency, maximum: latency };
  duration("latency", minimum);
  duration("latency", maximum);
  if (minimum > maximum) {
    throw new RangeError(`latency must not have a minimum above its maximum, received ${minimum}`);
  }
  return { minimum, maximum };
}

function throttleLimits(throttle: NonNullable<SimSettingsInput["throttle"]>): ThrottleLimits {
  if (throttle === "none") return defaultSettings.throttle;
  const { ssoAdmin, identityStore } =
    typeof throttle === "object" ? throttle : { ssoAdmin: throttle, identityStore: throttle };
  return { ssoAdmin: rate("ssoAdmin", ssoAdmin), identityStore: rate("identityStore", identityStore) };
}

function rate(service: string, value: number | undefined): number | undefined {
  if (value !== undefined && !(Number.isFinite(value) && value > 0)) {
    throw new RangeError(
      `throttle (${service}) must be a number of calls a second above 0, received ${String(value)}`,
    );
  }
  return value;
}

function duration(name: string, value: number): number {
  if (!Number.isFinite(value) || value < 0) {
    throw new RangeError(`${name} must be milliseconds from 0, received ${String(value)}`);
  }
  return value;
}

function probability(name: string, value: number): number {
  if (!(value >= 0 && value <= 1)) {
    throw new RangeError(`${name} must be a number from 0 to 1, received ${String(value)}`);
  }
  return value;
}

function boolean(name: string, value: boolean): boolean {
  if (typeof value !== "boolean") {
    throw new TypeError(`${name} must be true or false, received ${String(value)}`);
  }
  return value;
}
