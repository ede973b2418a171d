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
      "profile work": {
        role_arn: "arn:aws:iam::111122223333:role/a#b",
        sso_start_url: "https://example.com/start#/",
      },
    });
  });

  test("names in quotes, and spaces where people put them", () => {
    expect(read("[ profile  \"my work\" ]\n region = a\n[sso-session  x]\n['odd']\nkey = 1")).toEqual({
      "profile my work": { region: "a" },
      "sso-session x": {},
      odd: { key: "1" },
    });
  });

  test("settings below another", () => {
    expect(
      read(
        "[services local]\nsso_admin =\n  endpoint_url = http://a\nidentitystore =\n  endpoint_url = http://b\nc = d",
      ),
    ).toEqual({
      "services local": {
        sso_admin: "",
        "sso_admin.endpoint_url": "http://a",
        identitystore: "",
        "identitystore.endpoint_url": "http://b",
        c: "d",
      },
    });
  });

  test("a section that is there twice is one, and the last setting counts", () => {
    expect(read("[a]\nx = 1\ny = 1\n[b]\n[a]\nx = 2")).toEqual({ a: { x: "2", y: "1" }, b: {} });
  });

  test("what is not understood is left out", () => {
    expect(read("x = 1\nnonsense\n[a\n[b]\n= 3\nnothing\r\nz = 4\r\n")).toEqual({ b: { z: "4" } });
  });
});
