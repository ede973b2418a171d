import { race } from "./race.ts";
import type { Scenario } from "./scenario.ts";

await race(JSON.parse(process.argv[2] as string) as Scenario);
