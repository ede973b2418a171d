import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * One test that fails is enough, and nothing is run after it. So those that failed last come first, because neighbouring
 * mutants often fail the same one, and then the quickest; vitest would begin with the slowest.
 */
export class QuickestFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const { cache } = this.ctx;
    const rank = (specification: TestSpecification): number => {
      const { failed, duration } = cache.getTestSpecificationResult(specification) ?? {
        failed: false,
        duration: Infinity,
      };
      return failed ? -1 : duration;
    };
    return (await super.sort(specifications)).toSorted((a, b) => rank(a) - rank(b) || 0);
  }
}
