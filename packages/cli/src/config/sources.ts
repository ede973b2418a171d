import type { GlobalValues } from "../command-line/global-options.ts";
import type { Variables } from "../settings/variables.ts";
import type { ConfigFile } from "./config-file.ts";

/** Everybody who may say something. */
export interface Sources {
  readonly options: Partial<GlobalValues>;
  readonly variables: Variables;
  readonly file: ConfigFile | undefined;
  /** Replaces the `~` of a path in the file. */
  readonly expand: (path: string) => string;
}

/** Who has said it. */
export type Origin =
  | { readonly kind: "option"; readonly name: string }
  | { readonly kind: "variable"; readonly name: string }
  | {
      readonly kind: "file";
      readonly file: string;
      /** The member: `profiles.work.region`. */
      readonly member: string;
      readonly line: number | undefined;
      readonly profile: string | undefined;
    }
  | { readonly kind: "default" };

/** As it stands in a sentence: `AWS_REGION`, `region in /home/ada/.config/awsideman/config.yaml, line 3,`. */
export function nameOfOrigin(origin: Origin): string {
  switch (origin.kind) {
    case "option":
    case "variable":
      return origin.name;
    case "file":
      return `${origin.member} in ${placeInFile(origin)}`;
    case "default":
      return "the default";
  }
}

export function placeInFile({
  file,
  line,
}: {
  readonly file: string;
  readonly line: number | undefined;
}): string {
  return line === undefined ? file : `${file}, line ${line},`;
}
