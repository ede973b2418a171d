import { afterEach, describe, expect, test, vi } from "vitest";
import { assertSqliteVersion } from "./sqlite-module.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.resetModules();
});

describe("the version of SQLite", () => {
  test.each(["3.51.3", "3.51.10", "3.52.0", "3.53.4", "4.0.0"])("%s will do", (version) => {
    expect(() => assertSqliteVersion(version)).not.toThrow();
  });

  test.each(["3.51.2", "3.50.9", "3.9.0", "2.99.99", undefined])("%s will not", (version) => {
    expect(() => assertSqliteVersion(version)).toThrow(
      expect.objectContaining({
        code: "CACHE_BACKEND_UNAVAILABLE",
        message: expect.stringContaining("needs SQLite 3.51.3 or newer"),
      }),
    );
  });
});

describe("the warning of Node 22", () => {
  test("is the only one that is silenced", async () => {
    const emitWarning = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const load = process.getBuiltinModule.bind(process);
    vi.spyOn(process, "getBuiltinModule").mockImplementation(((name: string) => {
      process.emitWarning(
        "SQLite is an experimental feature and might change at any time",
        "ExperimentalWarning",
      );
      process.emitWarning("SQLite is an experimental feature", { type: "ExperimentalWarning" });
      process.emitWarning("Another is an experimental feature", "ExperimentalWarning");
      process.emitWarning("SQLite is fine");
      process.emitWarning(new Error("Something else"));
      return load(name);
    }) as typeof process.getBuiltinModule);

    const { loadSqlite } = await import("./sqlite-module.ts");
    expect(loadSqlite()).toHaveProperty("DatabaseSync");
    expect(emitWarning.mock.calls.map(([warning]) => String(warning))).toEqual([
      "Another is an experimental feature",
      "SQLite is fine",
      "Error: Something else",
    ]);
    expect(Reflect.get(process, "emitWarning")).toBe(emitWarning);
  });

  test("is as before when loading fails", async () => {
    const emitWarning = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    vi.spyOn(process, "getBuiltinModule").mockImplementation(() => {
      throw new Error("no such module");
    });
    const { loadSqlite } = await import("./sqlite-module.ts");
    expect(() => loadSqlite()).toThrow("no such module");
    expect(Reflect.get(process, "emitWarning")).toBe(emitWarning);
  });
});
