import { describe, expect, test } from "vitest";
import { parseIni } from "./ini-file.ts";

const read = (text: string) =>
  Object.fromEntries([...parseIni(text)].map(([name, section]) => [name, Object.fromEntries(section)]));

describe("AWS's shared files", () => {
  test("sections, settings and comments", () => {
    expect(
      read(`
# a comment
[default]
region = eu-west-1 ; another
; and another
[profile work]
role_arn=arn:aws:iam::111122223333:role/a#b
sso_start_url = https://example.com/start#/
`),
    ).toEqual({
      default: { region: "eu-west-1" },
      "profile.work": {
        role_arn: "arn:aws:iam::111122223333:role/a#b",
        sso_start_url: "https://example.com/start#/",
      },
    });
  });

  test("names in quotes, as far as the SDK understands them", () => {
    expect(
      read(
        "[profile \"work\"]\nregion = a\n[profile 'my work']\nregion = b\n[sso-session x]\ny = 1\n[plugins z]\na = 1",
      ),
    ).toEqual({
      "profile.work": { region: "a" },
      "profile 'my work'": { region: "b" },
      "sso-session.x": { y: "1" },
    });
  });

  test("settings below another", () => {
    expect(
      read(
        "[services local]\nsso_admin =\n  endpoint_url = http://a\nidentitystore =\n  endpoint_url = http://b\nc = d",
      ),
    ).toEqual({
      "services.local": {
        "sso_admin.endpoint_url": "http://a",
        "identitystore.endpoint_url": "http://b",
        c: "d",
      },
    });
  });

  test("a section that is there twice is one, and the last setting counts", () => {
    expect(read("[a]\nx = 1\ny = 1\n[b]\nz = 1\n[a]\nx = 2")).toEqual({
      a: { x: "2", y: "1" },
      b: { z: "1" },
    });
  });

  test("what is not understood is left out, and so is a section with nothing in it", () => {
    expect(read("x = 1\nnonsense\n[a\n[]\ny = 2\n[b]\n= 3\nnothing\r\nz = 4\r\n[c]\n")).toEqual({
      b: { z: "4" },
    });
  });

  test("a file with a profile that would change all objects is read by nobody", () => {
    expect(() => parseIni("[profile __proto__]\nx = 1")).toThrow(TypeError);
  });
});
