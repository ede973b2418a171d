import type { CommandContext } from "../../command-context.ts";
import { describeSettings, type SettingDescription } from "../../config/describe-settings.ts";
import { table } from "../../output/view.ts";

export interface ShowConfigInput {
  readonly origin: boolean;
}

/** Shows what counts of every setting. Secrets are not in it. */
export async function showConfig(context: CommandContext, { origin }: ShowConfigInput): Promise<void> {
  const configuration = context.opened.configuration();
  const { defaultCacheDirectory } = await import("@awsideman/storage-disk");
  const described = describeSettings(configuration, defaultCacheDirectory());
  const json = {
    Path: configuration.place.path,
    Settings: described.map(({ setting, value, origin: whence, overruled, problem }) => ({
      Name: setting.name,
      Value: value ?? null,
      Origin: whence,
      Overruled: overruled,
      ...(problem === undefined ? {} : { Problem: problem }),
    })),
  };
  context.show(json, () =>
    table(
      ["Setting", "Value", ...(origin ? ["Origin"] : [])],
      described.map((one) => [one.setting.name, valueOf(one), ...(origin ? [originOf(one)] : [])]),
    ),
  );
  const wrong = described.filter(({ problem }) => problem !== undefined).length;
  if (wrong > 0) context.note('something is wrong: "awsideman config validate" shows all of it');
}

function valueOf({ setting, value, problem }: SettingDescription): string {
  if (problem !== undefined) return `${value === undefined ? "" : `${String(value)}, `}wrong: ${problem}`;
  if (value !== undefined) return String(value);
  return setting.otherwise === undefined ? "" : `(${setting.otherwise.replaceAll("`", "")})`;
}

function originOf({ origin, value, overruled }: SettingDescription): string {
  if (value === undefined) return "";
  return overruled.length === 0 ? origin : `${origin}, before ${overruled.join(", ")}`;
}
