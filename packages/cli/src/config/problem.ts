/** Something that is to be put right: an error keeps commands from running, a warning does not. */
export interface Problem {
  readonly severity: "error" | "warning";
  readonly message: string;
  /** In the file, from 1. */
  readonly line: number | undefined;
}

export function warning(message: string, line?: number): Problem {
  return { severity: "warning", message, line };
}

export function error(message: string, line?: number): Problem {
  return { severity: "error", message, line };
}
