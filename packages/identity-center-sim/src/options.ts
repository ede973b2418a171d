import type { Clock } from "./clock.ts";
import type { AnsweredCall } from "./http/service-endpoint.ts";
import type { PopulationOptions } from "./population.ts";
import type { Random } from "./random.ts";
import type { SimSettingsInput } from "./settings.ts";

/** Options of `startIdentityCenterSim`. Those of {@link SimSettingsInput} can be changed later. */
export interface IdentityCenterSimOptions extends SimSettingsInput {
  /**
   * The interface to listen on.
   * @default "127.0.0.1"
   */
  readonly host?: string;
  /**
   * The port to listen on; 0 takes a free one.
   * @default 0
   */
  readonly port?: number;
  /**
   * The Region that the instance is in.
   * @default "us-east-1"
   */
  readonly region?: string;
  /**
   * What the identifiers are made from: the same seed gives the same ones, in the order in which things are created.
   * @default 1
   */
  readonly seed?: number | string;
  /**
   * What there is at the start.
   * @default nothing but three accounts
   */
  readonly population?: PopulationOptions;
  /** @default real time */
  readonly clock?: Clock;
  /**
   * Where latency between bounds, faults by chance and identifiers of requests are taken from.
   * @default a sequence made from the seed
   */
  readonly random?: Random;
  /**
   * Whether every change is kept, for `history`. Takes memory for as long as it runs.
   * @default false
   */
  readonly keepHistory?: boolean;
  /** Hears of every call over the network, when its answer is made. */
  readonly onCall?: (call: AnsweredCall) => void;
}
