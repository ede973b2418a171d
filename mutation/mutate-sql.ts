import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describeSqlMutant, sqlMutantsOf, type SqlMutant } from "./sql-mutant.ts";
import { sqlSubject } from "./subjects.ts";

// For Stryker a statement in SQL is one text, all there or empty. This changes one operator at a time instead.

const cwd = join(import.meta.dirname, "..");
const vitest = join(cwd, "node_modules/.bin/vitest");

function isKilled(mutant: SqlMutant | undefined): boolean {
  const { status } = spawnSync(vitest, ["run", "--config", "mutation/vitest.config.ts", "--bail", "1"], {
    cwd,
    env: {
      ...process.env,
      AWSIDEMAN_MUTATION_TESTS: sqlSubject.tests.join(","),
      ...(mutant && { AWSIDEMAN_MUTATION_SQL: JSON.stringify(mutant) }),
    },
    timeout: 120_000,
  });
  return status !== 0;
}

if (isKilled(undefined)) throw new Error("The tests fail already without a mutant");
for (const file of sqlSubject.mutate) {
  const mutants = sqlMutantsOf(file);
  let killed = 0;
  for (const mutant of mutants) {
    if (isKilled(mutant)) killed++;
    else console.log(`survived: ${describeSqlMutant(mutant)}`);
  }
  console.log(`${file}: ${killed} of ${mutants.length} killed`);
}
