import type { CacheManager } from "@awsideman/cache-core";
import type { CommandContext } from "./command-context.ts";
import { commandTable } from "./command-table.ts";
import { parseCommandLine } from "./command-line/parse-command-line.ts";
import { exitCodes, type ExitCode } from "./errors/exit-code.ts";
import type { IdentityCenter } from "./identity-center/identity-center.ts";
import type { CommandCache } from "./open-cache.ts";
import type { Output } from "./output/output.ts";
import { keptTexts } from "./keep-text.ts";
import { createPresenter, type Presenter } from "./output/presenter.ts";
import { above, Progress } from "./output/progress.ts";
import type { Screen } from "./output/screen.ts";
import { printable } from "./output/text.ts";
import { processClock } from "./process-clock.ts";
import { Provenance } from "./provenance.ts";
import { openSettings, type OpenedSettings } from "./settings/open-settings.ts";
import type { Variables } from "./settings/variables.ts";

/** Where a command line is run. */
export interface Host {
  readonly variables: Variables;
  readonly output: Output;
  /** Asks a person for yes or no; undefined, or resolving with undefined, where nobody sits. */
  readonly ask?: ((question: string) => Promise<boolean | undefined>) | undefined;
  /** The terminal that shows how far long work is; called when there is something to be shown. Default: none. */
  readonly screen?: (() => Screen | undefined) | undefined;
  /** Called by a command that goes on until it is interrupted, and then ends by itself. Default: it goes on for ever. */
  readonly interruption?: (() => AbortSignal) | undefined;
}

/**
 * Runs one command line to its end: everything is printed, the cache is closed. Never rejects.
 * @param line without the program's name
 * @returns what the process should end with
 */
export async function runCommandLine(line: readonly string[], host: Host): Promise<ExitCode> {
  if (line[0] === hiddenCommand) return completeWord(line.slice(1), host);
  // Also an error in the line itself is told in as many words as the line asks for.
  let verbose = line.includes("--verbose") || line.includes("-v");
  try {
    const parsed = await parseCommandLine(line, commandTable);
    switch (parsed.kind) {
      case "version": {
        const { readVersion } = await import("./command-line/version.ts");
        host.output.print(`${readVersion()}\n`);
        return exitCodes.ok;
      }
      case "help": {
        const { formatHelp } = await import("./command-line/help.ts");
        host.output.print(formatHelp(parsed.about, commandTable));
        return exitCodes.ok;
      }
      case "run": {
        verbose = parsed.globals.verbose;
        const opened = await openSettings(parsed.globals, host.variables);
        const presenter = await createPresenter(opened.output, host.output.terminal);
        const run = await parsed.command.load();
        const resources = new Resources(host, opened, presenter);
        // By hand, here and wherever a package does it: Node 22 has no `using`.
        try {
          await run(resources.context, parsed.values);
        } finally {
          await resources[Symbol.asyncDispose]();
        }
        return exitCodes.ok;
      }
    }
  } catch (error) {
    const { explain } = await import("./errors/explain.ts");
    const explained = explain(error, verbose);
    host.output.note(explained.text);
    return explained.exitCode;
  }
}

/** What the scripts of {@link completionScripts} call. */
const hiddenCommand = "__complete";

/** Tells a shell what a word may become; nothing where anything is wrong: somebody is in the middle of a line. */
async function completeWord(asked: readonly string[], host: Host): Promise<ExitCode> {
  const silent: Host = {
    ...host,
    output: { print: (text) => host.output.print(text), note: () => undefined },
    screen: undefined,
  };
  try {
    const { complete, globalsOf } = await import("./completion/complete.ts");
    const { text, exitCode } = await complete(asked, commandTable, async (words) => {
      const opened = await openSettings(await globalsOf(words), host.variables);
      return new Resources(
        silent,
        opened,
        await createPresenter({ format: "json", query: undefined }, undefined),
      );
    });
    host.output.print(text);
    return exitCode;
  } catch {
    return exitCodes.ok;
  }
}

/** What one command has opened. */
class Resources implements AsyncDisposable {
  readonly context: CommandContext;
  readonly #progress: Progress;
  #cache: Promise<CommandCache> | undefined;
  #identityCenter: Promise<IdentityCenter> | undefined;
  #tellCache: (() => void) | undefined;
  readonly #provenance = new Provenance();
  readonly #showsAge: boolean;

  constructor(host: Host, opened: OpenedSettings, presenter: Presenter) {
    const { ask, interruption, screen } = host;
    this.#showsAge = opened.globals.showAge;
    const progress = new Progress(processClock, () => (opened.globals.quiet ? undefined : screen?.()));
    this.#progress = progress;
    const output = above(progress, host.output);
    const cache = (): Promise<CommandCache> => (this.#cache ??= this.#openCache());
    this.context = {
      opened,
      get settings() {
        return opened.settings();
      },
      output,
      progress,
      cache,
      interruption: () => interruption?.() ?? new AbortController().signal,
      async confirm(question) {
        progress.end();
        return ask?.(printable(question));
      },
      identityCenter: () => (this.#identityCenter ??= this.#openIdentityCenter()),
      presenter,
      note(text) {
        if (!opened.globals.quiet) output.note(`awsideman: ${printable(text)}\n`);
      },
      show(json, view) {
        this.showText(presenter.format(json, view));
      },
      showText(shown) {
        if (shown === "")
          this.note(
            this.settings.output.query === undefined
              ? "there is nothing to list"
              : "the query matches nothing",
          );
        else output.print(shown);
      },
    };
  }

  async #openCache(): Promise<CommandCache> {
    const [{ openCache }, { reportCache }] = await Promise.all([
      import("./open-cache.ts"),
      import("./report-cache.ts"),
    ]);
    const { settings, output } = this.context;
    const note = (text: string): void => output.note(text);
    let tellRest: (() => void) | undefined;
    const watch = (manager: CacheManager): void => {
      tellRest = reportCache(manager, note, settings.verbose);
    };
    const cache = await openCache(settings, watch, (text) => note(`awsideman: ${text}\n`));
    // Only now: what keeps the command from being run at all is told as its error, and only once.
    this.#tellCache = tellRest;
    return cache;
  }

  async #openIdentityCenter(): Promise<IdentityCenter> {
    const { openIdentityCenter } = await import("./open-identity-center.ts");
    const { settings, output } = this.context;
    const cache = await this.context.cache();
    const { manager } = cache;
    // What is asked for anew here would leave behind texts of what was there before. A cache that does not answer has none.
    if (settings.maxAge < Infinity && cache.enabled && (await manager.begin()) !== undefined)
      await manager.invalidate(keptTexts);
    return openIdentityCenter(settings, cache, output, this.#provenance, this.#progress);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#progress.end();
    try {
      await (await this.#cache)?.manager.close();
    } catch {
      // The command is done. Whatever keeps the cache from being opened or closed has been told by an event.
    }
    this.#tellCache?.();
    const told = this.#showsAge ? this.#provenance.tell() : undefined;
    if (told !== undefined) this.context.output.note(`awsideman: ${told}\n`);
  }
}
