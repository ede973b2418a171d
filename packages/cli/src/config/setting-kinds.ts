import path from "node:path";

/** What a setting may be. */
export interface SettingKind<Value extends SettingValue = SettingValue> {
  /** Ends the sentence "must be …". */
  readonly meaning: string;
  /**
   * Reads a value: a text from the line or the environment, or what the file has.
   * @param home replaces the `~` of a path
   * @returns undefined for what it may not be
   */
  readonly read: (raw: unknown, expand: (path: string) => string) => Value | undefined;
}

export type SettingValue = string | number | boolean;

/** Text that is not empty, and means nothing to a terminal. */
export const text: SettingKind<string> = {
  meaning: "a text, not empty, and without control characters",
  // Most are plain: classes like the second are tables, made where one is needed.
  read: (raw) =>
    typeof raw === "string" && (/^[ -~]+$/.test(raw) || /^\P{Cc}+$/u.test(raw)) ? raw : undefined,
};

const booleans = new Map([
  ...["true", "yes", "on", "1"].map((word) => [word, true] as const),
  ...["false", "no", "off", "0"].map((word) => [word, false] as const),
]);

export const boolean: SettingKind<boolean> = {
  meaning: "true, false, 1 or 0",
  read: (raw) =>
    typeof raw === "boolean" || typeof raw === "string" || typeof raw === "number"
      ? booleans.get(String(raw).toLowerCase())
      : undefined,
};

function amount(meaning: string, isAllowed: (value: number) => boolean): SettingKind<number> {
  return {
    meaning,
    read(raw) {
      const value = typeof raw === "string" && raw.trim() !== "" ? Number(raw) : raw;
      return typeof value === "number" && Number.isFinite(value) && isAllowed(value) ? value : undefined;
    },
  };
}

export const seconds: SettingKind<number> = amount("seconds from 0", (value) => value >= 0);
export const megabytes: SettingKind<number> = amount(
  "from 1 to 16000000 megabytes",
  (value) => value >= 1 && value <= 16_000_000,
);

/** @param others further words for some of the choices */
export function choice<const Choice extends string>(
  choices: readonly Choice[],
  others: Readonly<Record<string, Choice>> = {},
): SettingKind<Choice> {
  return {
    meaning: `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`,
    read(raw) {
      if (typeof raw !== "string") return undefined;
      const word = raw.toLowerCase();
      return choices.find((one) => one === word) ?? (Object.hasOwn(others, word) ? others[word] : undefined);
    },
  };
}

export const absolutePath: SettingKind<string> = {
  meaning: "an absolute path",
  read(raw, expand) {
    const whole = typeof raw === "string" ? expand(raw) : "";
    return path.isAbsolute(whole) ? whole : undefined;
  },
};

/** A name that is part of no path and needs no quotes anywhere. */
export const name: SettingKind<string> = {
  meaning: "a name of letters, digits, and _ . @ + - after the first of them, 64 at most",
  read: (raw) => (typeof raw === "string" && /^[A-Za-z0-9][\w.@+-]{0,63}$/.test(raw) ? raw : undefined),
};

export const region: SettingKind<string> = {
  meaning: "a name such as us-east-1",
  read: (raw) => (typeof raw === "string" && /^[a-z\d]+(?:-[a-z\d]+)*$/.test(raw) ? raw : undefined),
};

export const redisUrl: SettingKind<string> = {
  meaning: "redis://user:password@host:port, or rediss:// for TLS",
  read: (raw) =>
    typeof raw === "string" && /^rediss?:\/\/[^/]/.test(raw) && URL.canParse(raw) ? raw : undefined,
};

const key = /^(?:[0-9a-f]{64}|[\w+/-]{43}=?)$/i;

/** One or more, the one in use first. */
export const encryptionKey: SettingKind<string> = {
  meaning: "a key of 32 bytes in base64 or hexadecimal, as `openssl rand -base64 32` makes it",
  read(raw) {
    const words = typeof raw === "string" ? raw.split(/[\s,]+/).filter((word) => word !== "") : [];
    return words.length > 0 && words.every((word) => key.test(word)) ? (raw as string) : undefined;
  },
};
