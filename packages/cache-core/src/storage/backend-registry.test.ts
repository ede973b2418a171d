import { describe, expect, test } from "vitest";
import { BackendRegistry } from "./backend-registry.ts";
import type { StorageFactory } from "./storage-factory.ts";

const factory: StorageFactory = () => {
  throw new Error("not opened here");
};

describe("BackendRegistry", () => {
  test("finds what was registered, the last of a name, also in place of one of ours", async () => {
    const registry = new BackendRegistry();
    const other: StorageFactory = (config, context) => factory(config, context);
    registry.register("custom", factory);
    expect(await registry.find("custom")).toBe(factory);
    registry.register("custom", other);
    registry.register("memory", other);
    expect([await registry.find("custom"), await registry.find("memory")]).toEqual([other, other]);
  });

  test("names what there is when it is asked for something else", async () => {
    const registry = new BackendRegistry();
    registry.register("custom", factory);
    for (const name of ["postgres", "", "__proto__", "toString"])
      await expect(registry.find(name)).rejects.toThrow(
        "`backend` must be one of custom, memory, disk, redis",
      );
    await expect(registry.find(7 as unknown as string)).rejects.toThrow(TypeError);
  });

  test("refuses a name or a factory that is none", () => {
    const registry = new BackendRegistry();
    expect(() => registry.register(5 as unknown as string, factory)).toThrow(TypeError);
    expect(() => registry.register("x", {} as unknown as StorageFactory)).toThrow(
      new TypeError("A backend's factory must be a function, received object"),
    );
  });
});
