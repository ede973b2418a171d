import type { AdministratorConsole } from "./administrator-console.ts";
import type { CallCounter } from "./call-counter.ts";
import type { Faults } from "./faults.ts";
import type { SimInfo } from "./http/control-endpoint.ts";
import type { Service } from "./service.ts";
import type { SimSettings, SimSettingsInput } from "./settings.ts";
import type { StateHistory } from "./state-history.ts";
import type { StateView } from "./state-view.ts";

/** A running Identity Center. */
export interface IdentityCenterSim extends SimInfo, AsyncDisposable {
  /** What a client of the SDK is made with: `new IdentitystoreClient(sim.clientConfig)`. */
  readonly clientConfig: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly calls: CallCounter;
  readonly faults: Faults;
  /** What is true, to compare with what was read. */
  readonly state: StateView;
  /** What was true, and what reads saw, at any time. Needs `keepHistory`. */
  readonly history: StateHistory;
  /** Changes behind the clients' back. */
  readonly console: AdministratorConsole;
  readonly settings: SimSettings;

  /**
   * Changes settings from the next call on; those not given stay.
   * @throws {RangeError | TypeError} a value that makes no sense
   */
  configure(settings: SimSettingsInput): SimSettings;
  /**
   * Carries out any operation without the network: not counted, throttled or touched by faults.
   * @param service which one's, where more than one has the name: without, Organizations is the last choice
   * @returns the output as it would go over the wire, with times in seconds
   * @throws {ServiceError} what the service would answer with
   */
  perform(operation: string, input: object, service?: Service): unknown;
  /** Finishes every asynchronous operation and lets reads see everything, without waiting for either. */
  settle(): void;
  /** Sets the counters to zero, takes back all faults and refills what throttling measures. The state stays. */
  reset(): void;
  /** Resolves when the simulator has closed, for whatever reason. */
  readonly closed: Promise<void>;
  /** Ends every connection, also those that hang, and stops listening. Closing twice is no error. */
  close(): Promise<void>;
}
