import type { Mutants } from "./mutant.ts";
import { mutantsOfDisk } from "./mutants-of-disk.ts";
import { mutantsOfLedger } from "./mutants-of-ledger.ts";
import { mutantsOfNear } from "./mutants-of-near.ts";
import { mutantsOfLoading } from "./mutants-of-loading.ts";

/** Every guard that is taken out. Which clause it belongs to, and what is not here, is in the README. */
export const mutants: Mutants = {
  ...mutantsOfLoading,
  ...mutantsOfLedger,
  ...mutantsOfDisk,
  ...mutantsOfNear,
};
