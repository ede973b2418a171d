import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryDirectory } from "../test/support/harness.ts";
import { GenerationMarker } from "./generation-marker.ts";
import { BrokenDatabase } from "./sqlite-error.ts";

function make(
  random = 0.5,
  mostPositions = 100,
): { file: string; marker: GenerationMarker; another: () => GenerationMarker } {
  const file = path.join(temporaryDirectory(), "marker");
  writeFileSync(file, "");
  const another = (): GenerationMarker => {
    const made = new GenerationMarker(file, () => random, mostPositions);
    made.look();
    return made;
  };
  return { file, marker: another(), another };
}

function broken(message: string): unknown {
  return expect.objectContaining({ name: "BrokenDatabase", message });
}

describe("looking", () => {
  test("answers how many invalidations have returned, to anybody", () => {
    const { marker, another } = make();
    expect(marker.look()).toBe(0);
    marker.acknowledge(1);
    another().acknowledge(2);
    expect(marker.look()).toBe(2);
    // Of several at once the last may come first.
    another().acknowledge(5);
    marker.acknowledge(4);
    expect(marker.look()).toBe(5);
  });

  test("answers that the generation is over once the marker is gone, for good", () => {
    const { file, marker, another } = make();
    copyFileSync(file, `${file}.copy`);
    rmSync(file);
    expect(marker.look()).toBeUndefined();
    // Whoever puts back a folder that he had saved puts back a marker, and it is another file.
    renameSync(`${file}.copy`, file);
    expect(marker.look()).toBeUndefined();
    expect(another().look()).toBe(0);
  });

  test("answers the same where nobody knows", () => {
    const { file, marker } = make();
    rmSync(file);
    symlinkSync(file, file);
    expect(() => statSync(file)).toThrow("ELOOP");
    expect(marker.look()).toBeUndefined();
  });
});

describe("acknowledging", () => {
  test.each([
    [0, 1],
    [0.5, 128],
    [1 - Number.EPSILON, 255],
  ])("leaves one byte each, by chance, and never zero: %f", (random, byte) => {
    const { file, marker } = make(random);
    marker.acknowledge(1);
    marker.acknowledge(2);
    expect([...readFileSync(file)]).toEqual([byte, byte]);
  });

  test.runIf(process.platform === "linux")("leaves no file open", () => {
    const { marker } = make(0.5, 1_000);
    const open = (): number => readdirSync("/proc/self/fd").length;
    const before = open();
    for (let position = 1; position <= 200; position++) marker.acknowledge(position);
    expect(() => marker.acknowledge(1)).toThrow(BrokenDatabase);
    // Others may open some meanwhile.
    expect(open()).toBeLessThan(before + 100);
  });

  test("fails when the generation was given up", () => {
    const { file, marker } = make();
    rmSync(file);
    expect(() => marker.acknowledge(1)).toThrow(broken("the generation was given up by another process"));
  });

  test("fails when the marker was put back", () => {
    const { file, marker } = make();
    copyFileSync(file, `${file}.copy`);
    renameSync(`${file}.copy`, file);
    expect(() => marker.acknowledge(1)).toThrow(
      broken("the generation was given up, and its marker put back"),
    );
  });

  test("fails when somebody else has recorded the same: then there are two ledgers", () => {
    const { marker, another } = make();
    marker.acknowledge(1);
    expect(() => another().acknowledge(1)).toThrow(
      broken("position 1 was recorded twice, in different files"),
    );
    // And so for the next one.
    expect(() => marker.acknowledge(2)).not.toThrow();
    expect(() => another().acknowledge(2)).toThrow(BrokenDatabase);
  });

  test("fails when there have been as many as there can be, before anything is written", () => {
    const { file, marker } = make(0.5, 3);
    expect(() => marker.acknowledge(4)).toThrow(
      expect.objectContaining({
        name: "LedgerIsFull",
        message: "3 invalidations are as many as there can be",
      }),
    );
    expect(statSync(file).size).toBe(0);
    marker.acknowledge(3);
    expect(marker.look()).toBe(3);
  });

  test("fails as the system says where it cannot be opened: that does not mean that it is over", () => {
    const { file, marker } = make();
    rmSync(file);
    mkdirSync(file);
    expect(() => marker.acknowledge(1)).toThrow(expect.objectContaining({ code: "EISDIR" }));
  });
});
