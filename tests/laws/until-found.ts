import type { HistoryReport, Violation } from "@awsideman/cache-core/testing";

/**
 * Runs a race again and again until it shows a violation: which way one goes is chance. What never shows anything goes on
 * until the test's own limit, when its signal ends the race.
 * @param run gets another seed each time
 */
export async function untilSomethingIsFound(
  run: (seed: number) => Promise<Pick<HistoryReport, "violations">>,
): Promise<readonly Violation[]> {
  for (let seed = 1; ; seed++) {
    const { violations } = await run(seed);
    if (violations.length > 0) return violations;
  }
}
