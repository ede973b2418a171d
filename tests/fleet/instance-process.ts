import { Instance } from "./instance.ts";
import type { Scenario } from "./scenario.ts";

/** Milliseconds between two savings: what a killed process has not saved claims nothing. */
const interval = 20;

const instance = new Instance(JSON.parse(process.argv[2] as string) as Scenario);
const tell = (): void => void process.send?.(instance.save());
const timer = setInterval(tell, interval);
process.on("message", () => instance.stop());
// Nobody is left to record for.
process.on("disconnect", () => process.exit(1));
await instance.run();
clearInterval(timer);
tell();
process.disconnect();
process.exit(0);
