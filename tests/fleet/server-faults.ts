import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Faults } from "./faults.ts";

/** What happens to a server that nobody takes the place of. */
export const serverFaults: Faults = {
  "Redis is frozen": async ({ topology }) => {
    const owner = await topology.owner();
    owner.freeze();
    return () => owner.thaw();
  },
  "Redis is killed, and started again with nothing": async ({ topology }) => {
    const owner = await topology.owner();
    await owner.kill();
    return () => owner.restart();
  },
  "Redis is killed, and started again with older data": async ({ topology }) => {
    const owner = await topology.owner();
    await owner.command("SAVE");
    return async () => {
      await owner.kill();
      await owner.restart();
      rmSync(join(owner.folder, "dump.rdb"));
    };
  },
};
