import { usageError } from "../../errors/cli-error.ts";

/** Minutes. AWS takes no others: https://docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html */
const shortest = 60;
const longest = 12 * 60;

/**
 * Reads how long a session lasts: `8h`, `90m`, `1h30m`, or as AWS writes it, `PT8H`.
 * @returns as AWS writes it
 * @throws CliError for what is none, or out of AWS's bounds
 */
export function readSessionDuration(text: string): string {
  const [, hours = "0", minutes = "0"] = /^(?:PT)?(?=\d)(?:(\d+)H)?(?:(\d+)M)?$/i.exec(text) ?? [];
  const total = Number(hours) * 60 + Number(minutes);
  if (!(total >= shortest && total <= longest)) {
    throw usageError(`--session-duration must be 1h to 12h, such as 8h, 90m or PT8H, received "${text}"`);
  }
  const wholeHours = Math.floor(total / 60);
  const rest = total % 60;
  return `PT${wholeHours}H${rest === 0 ? "" : `${rest}M`}`;
}
