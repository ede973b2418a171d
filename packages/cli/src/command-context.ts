import type { IdentityCenter } from "./identity-center/identity-center.ts";
import type { CommandCache } from "./open-cache.ts";
import type { Output } from "./output/output.ts";
import type { Presenter } from "./output/presenter.ts";
import type { Progress } from "./output/progress.ts";
import type { View } from "./output/view.ts";
import type { OpenedSettings } from "./settings/open-settings.ts";
import type { Settings } from "./settings/settings.ts";

/** What a command works with. What it does not ask for is not opened. */
export interface CommandContext {
  /** @throws CliError when the configuration or the environment is wrong */
  readonly settings: Settings;
  /** What the settings are made of, for commands that show or change it. They work also where it cannot be used. */
  readonly opened: OpenedSettings;
  readonly output: Output;
  /** Shows how far work is that takes more than a second, and counts the calls. */
  readonly progress: Pick<Progress, "report" | "calls">;
  /** Tells on stderr what is neither a result nor wrong; not with `--quiet`. */
  note(text: string): void;
  /** Asks the user whether to go on; undefined when there is nobody to ask. */
  confirm(question: string): Promise<boolean | undefined>;
  /** A signal for the end. Whoever asks for it has to end by himself once it is aborted: nothing else ends him. */
  interruption(): AbortSignal;
  cache(): Promise<CommandCache>;
  identityCenter(): Promise<IdentityCenter>;
  /** How results are laid out. */
  readonly presenter: Presenter;
  /**
   * Prints a result, in the format and as much of it as was asked for; a note says so when there is nothing to list.
   * @param json the result as data: AWS's names, all members. Programs rely on it
   * @param view the same for people; called only where it is shown
   */
  show(json: unknown, view: () => View): void;
  /** The same for what the presenter has formatted already. */
  showText(text: string): void;
}
