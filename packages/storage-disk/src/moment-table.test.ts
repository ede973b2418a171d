import { expect, test } from "vitest";
import { newDatabase } from "../test/support/new-database.ts";
import { MomentTable } from "./moment-table.ts";

const day = 86_400_000;

test("moments that a day has gone by since are forgotten when there is a new one", () => {
  const database = newDatabase();
  const moments = new MomentTable(database);
  const names = (): unknown[] =>
    database
      .prepare("select name from moment order by name")
      .all()
      .map((row) => row["name"]);
  for (let store = 0; store < 100; store += 1)
    moments.advance(`store ${store}`, 1_000, { by: 50, behind: 0, ahead: 0 });
  moments.advance("kept", 1_000, { by: 2 * day, behind: 0, ahead: 0 });
  moments.advance("kept", 1_050 + day, { by: 1, behind: 0, ahead: Infinity });
  expect(names()).toHaveLength(101);
  moments.advance("new", 1_050 + day, { by: 50, behind: 0, ahead: 0 });
  expect(names()).toHaveLength(102);
  moments.advance("newer", 1_051 + day, { by: 50, behind: 0, ahead: 0 });
  expect(names()).toEqual(["kept", "new", "newer"]);
});
