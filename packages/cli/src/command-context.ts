import type { IdentityCenter } from "./identity-center/identity-center.ts";
import type { CommandCache } from "./open-cache.ts";
import type { Output } from "./output/output.ts";
import type { Settings } from "./settings/settings.ts";

/** What a command works with. What it does not ask for is not opened. */
export interface CommandContext {
  readonly settings: Settings;
  readonly output: Output;
  /** Asks the user whether to go on; true when there is nobody to ask. */
  confirm(question: string): Promise<boolean>;
  /** A signal for the end. Whoever asks for it has to end by himself once it is aborted: nothing else ends him. */
  interruption(): AbortSignal;
  cache(): Promise<CommandCache>;
  identityCenter(): Promise<IdentityCenter>;
  /** Returns a result as {@link show} prints it. */
  format(json: unknown, text: () => string): string;
  /** Prints a result: `json` as it is where JSON was asked for, otherwise what `text` returns; nothing says so. */
  show(json: unknown, text: () => string): void;
}
