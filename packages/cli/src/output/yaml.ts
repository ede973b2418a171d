import { stringify } from "yaml";

/**
 * YAML that readers of both its versions understand alike: `no` and `12:30` are quoted where they are texts, and nothing
 * is folded.
 */
export function formatYaml(json: unknown): string {
  const text = stringify(JSON.parse(JSON.stringify(json) ?? "null"), {
    compat: "yaml-1.1",
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
  // These are quoted, but not escaped, and YAML does not allow them raw.
  return text.replaceAll(/[\u007f-\u0084\u0086-\u009f]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
