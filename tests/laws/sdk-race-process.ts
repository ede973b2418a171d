import { sdkRace, type SdkScenario } from "./sdk-race.ts";

await sdkRace(JSON.parse(process.argv[2] as string) as SdkScenario);
