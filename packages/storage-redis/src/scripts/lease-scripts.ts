import type { RedisLimits } from "../limits.ts";
import { releaseBody, renewBody } from "./lease-functions.ts";
import { answer, opening } from "./opening.ts";
import type { ServerTime } from "./server-time.ts";

/** Answers with those who wait. See `releaseBody`. */
export function releaseScript(time: ServerTime): string {
  return `
  ${opening(time)}
  ${releaseBody}
  return ${answer("waiting")}
`;
}

/** Answers with 1 for each lease that was renewed, and 0 for each that was not. See `renewBody`. */
export function renewScript(time: ServerTime): string {
  return `
  ${opening(time)}
  ${renewBody}
  return ${answer("kept")}
`;
}

/** Tells those whose streams are `KEYS[2]` and so on that the load of `ARGV[3]` has ended. */
export function wakeScript(time: ServerTime, { wakesKept, wakeStay }: RedisLimits): string {
  return `
  ${opening(time)}
  for i = 2, #KEYS do
    redis.call('XADD', KEYS[i], 'MAXLEN', '~', ${wakesKept}, '*', 'id', ARGV[3])
    redis.call('PEXPIRE', KEYS[i], ${wakeStay})
  end
  return ${answer()}
`;
}
