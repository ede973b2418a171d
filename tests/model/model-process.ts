import { checkStorageModel } from "@awsideman/cache-core/testing";
import { storages } from "./storages.ts";

// Runs the model on one storage, and prints what was found, as it was found; exits with 1 when a law was broken.
const [name = "", runs = "500"] = process.argv.slice(2);
const storage = storages[name];
if (storage === undefined)
  throw new Error(`There is no storage ${JSON.stringify(name)}: ${Object.keys(storages).join(", ")}`);
try {
  console.log(JSON.stringify(await checkStorageModel({ runs: Number(runs), ...storage, simplify: false })));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
