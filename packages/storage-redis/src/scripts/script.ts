import { createHash } from "node:crypto";
import type { RedisLimits } from "../limits.ts";
import { advanceScript } from "./advance-script.ts";
import { beginScript } from "./begin-script.ts";
import { checkScript } from "./check-script.ts";
import { examineScript } from "./examine-script.ts";
import { invalidateScript } from "./invalidate-script.ts";
import { releaseScript, renewScript, wakeScript } from "./lease-scripts.ts";
import {
  conditionScript,
  leadScript,
  listScript,
  readScript,
  stampScript,
  sweepScript,
  usageScript,
} from "./read-script.ts";
import type { ServerTime } from "./server-time.ts";
import { sinceScript } from "./since-script.ts";
import { writeScript } from "./write-script.ts";

/** A script, and the name by which the server knows it once it has seen it. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
  /** Whether a server that takes no writes refuses it whatever it finds. */
  readonly isGuarded: boolean;
}

export type ScriptName =
  | "advance"
  | "begin"
  | "check"
  | "condition"
  | "examine"
  | "invalidate"
  | "lead"
  | "list"
  | "read"
  | "release"
  | "renew"
  | "since"
  | "stamp"
  | "sweep"
  | "usage"
  | "wake"
  | "write";

/** Everything that is ever done in one step. */
export function scriptsFor(time: ServerTime, limits: RedisLimits): Readonly<Record<ScriptName, Script>> {
  return {
    advance: script(advanceScript(time), "fill"),
    begin: script(beginScript(time), "fill"),
    check: script(checkScript(time), "fill"),
    condition: script(conditionScript(time)),
    examine: script(examineScript(time)),
    invalidate: script(invalidateScript(time, limits)),
    lead: script(leadScript(time, limits)),
    list: script(listScript(time)),
    read: script(readScript(time, limits)),
    release: script(releaseScript(time)),
    renew: script(renewScript(time)),
    since: script(sinceScript(time)),
    stamp: script(stampScript(time)),
    sweep: script(sweepScript(time)),
    usage: script(usageScript(time)),
    wake: script(wakeScript(time, limits)),
    write: script(writeScript(time, limits), "fill"),
  };
}

function script(lua: string, kind: "guarded" | "fill" = "guarded"): Script {
  return { lua, sha: createHash("sha1").update(lua).digest("hex"), isGuarded: kind === "guarded" };
}
