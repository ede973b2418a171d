import type { Setting } from "./setting.ts";
import type { SettingValue } from "./setting-kinds.ts";

/** What stands for a secret. */
export const hidden = "(hidden)";

/** A value as it may be shown to anybody: of a URL all but the password, of another secret nothing. */
export function redact({ isSecret }: Pick<Setting, "isSecret">, value: SettingValue): SettingValue {
  if (!isSecret) return value;
  if (typeof value !== "string" || !URL.canParse(value)) return hidden;
  const url = new URL(value);
  if (url.password === "") return value;
  url.password = "";
  const [start, rest] = [`${url.protocol}//`, url.href.slice(url.protocol.length + 2)];
  return url.username === "" ? `${start}:${hidden}@${rest}` : start + rest.replace("@", `:${hidden}@`);
}

/** Whether it is something that nobody else may see: a URL is, if there is a password in it. */
export function holdsSecret(setting: Pick<Setting, "isSecret">, value: SettingValue): boolean {
  return setting.isSecret && redact(setting, value) !== value;
}
