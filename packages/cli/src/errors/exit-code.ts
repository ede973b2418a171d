/** What the process ends with. */
export const exitCodes = {
  ok: 0,
  /** AWS or something else said no, or could not be reached. */
  failed: 1,
  /** The command line or the environment is wrong. */
  usage: 2,
  notFound: 3,
  /** AWS refuses this caller. */
  denied: 4,
  throttled: 5,
  /** Some of it is done, or shown, and some of it is not. */
  partial: 6,
  /** Said to a shell that completes a word: names of files may stand there. */
  completeFiles: 10,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
