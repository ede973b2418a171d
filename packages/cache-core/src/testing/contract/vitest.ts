/** As much of vitest as there is need of. */
interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly test: (name: string, body: () => Promise<void>) => unknown;
}

/**
 * vitest, where a test of vitest runs; undefined elsewhere, because who wants only the clock need not have installed it.
 * Loaded here and not when it is first used: tests that are registered later than their file is read are silently lost.
 */
export const vitest: TestRunner | undefined =
  "__vitest_worker__" in globalThis ? await import("vitest") : undefined;
