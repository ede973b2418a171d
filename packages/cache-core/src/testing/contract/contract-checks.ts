import type { Topic } from "./check.ts";
import { concurrency } from "./concurrency.ts";
import type { StorageContractOptions } from "./contract-options.ts";
import { ContractRun } from "./contract-run.ts";
import { deleteAndClear } from "./delete-and-clear.ts";
import { entries } from "./entries.ts";
import { examinations } from "./examinations.ts";
import { expiry } from "./expiry.ts";
import { factory } from "./factory.ts";
import { faults } from "./faults.ts";
import { fences } from "./fences.ts";
import { gapsAndEpochs } from "./gaps-and-epochs.ts";
import { leases } from "./leases.ts";
import { lifecycle } from "./lifecycle.ts";
import { isMet } from "./needs.ts";
import { moments } from "./moments.ts";
import { prefixes } from "./prefixes.ts";
import { readWrite } from "./read-write.ts";
import { tags } from "./tags.ts";
import { unsettledTags } from "./unsettled-tags.ts";
import { usageAndLimits } from "./usage-and-limits.ts";
import { valueTypes } from "./value-types.ts";
import { wildcards } from "./wildcards.ts";

const topics: readonly Topic[] = [
  factory,
  lifecycle,
  readWrite,
  valueTypes,
  expiry,
  tags,
  prefixes,
  wildcards,
  fences,
  unsettledTags,
  gapsAndEpochs,
  deleteAndClear,
  entries,
  usageAndLimits,
  moments,
  examinations,
  concurrency,
  leases,
  faults,
];

/** A check of the contract, ready to be run. */
export interface ContractCheck {
  readonly topic: string;
  readonly name: string;
  /** Resolves when the storage does as it says; rejects, with what is wrong, when not. */
  readonly run: () => Promise<void>;
}

/**
 * The checks that concern a storage of these capabilities, for a test runner other than vitest: each is a test.
 * @example for (const { topic, name, run } of contractChecks(options)) test(`${topic}: ${name}`, run);
 */
export function contractChecks(options: StorageContractOptions): readonly ContractCheck[] {
  return topics.flatMap(({ name: topic, checks }) =>
    checks
      .filter(({ needs = [] }) => needs.every((need) => isMet(need, options)))
      .map(({ name, check }) => ({ topic, name, run: async () => runCheck(check, options) })),
  );
}

async function runCheck(
  check: (run: ContractRun) => Promise<void>,
  options: StorageContractOptions,
): Promise<void> {
  const run = new ContractRun(options);
  try {
    await check(run);
  } finally {
    await run.end();
  }
}
