import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { FakeClock } from "@awsideman/cache-core/testing";
import { describe, expect, test, vi } from "vitest";
import { createStorage, openDiskStorage } from "../src/index.ts";
import { assertLocalFileSystem } from "../src/private-directory.ts";
import { Harness, temporaryDirectory } from "./support/harness.ts";

const context = { clock: new FakeClock(), random: Math.random, emit: () => {} };
const isWindows = process.platform === "win32";

function unavailable(message: RegExp): unknown {
  return expect.objectContaining({
    code: "CACHE_BACKEND_UNAVAILABLE",
    message: expect.stringMatching(message),
  });
}

describe("files", () => {
  test.skipIf(isWindows)("are for this user alone, whatever the umask", async () => {
    const before = process.umask(0);
    try {
      const harness = new Harness(path.join(temporaryDirectory(), "made", "here"));
      const storage = await harness.open();
      await harness.fill(storage, "a");
      for (const directory of [harness.directory, harness.root, path.join(harness.root, "current")]) {
        expect([directory, statSync(directory).mode & 0o777]).toEqual([directory, 0o700]);
      }
      const files = readdirSync(harness.root).filter((name) =>
        statSync(path.join(harness.root, name)).isFile(),
      );
      expect(files).toHaveLength(4);
      for (const name of files)
        expect([name, statSync(path.join(harness.root, name)).mode & 0o777]).toEqual([name, 0o600]);
    } finally {
      process.umask(before);
    }
  });

  test.skipIf(isWindows)("a directory that became readable by others is closed to them again", async () => {
    const harness = new Harness();
    (await harness.open()).close();
    chmodSync(harness.root, 0o755);
    await harness.open();
    expect(statSync(harness.root).mode & 0o777).toBe(0o700);
  });
});

describe("a directory that cannot be used", () => {
  test("is a symbolic link", () => {
    const base = temporaryDirectory();
    mkdirSync(path.join(base, "real"));
    symlinkSync(path.join(base, "real"), path.join(base, "link"));
    symlinkSync(path.join(base, "nowhere"), path.join(base, "dangling"));
    expect(() => openDiskStorage({ cacheDir: path.join(base, "link") }, context)).toThrow(
      unavailable(/link is a symbolic link/),
    );
    expect(() => openDiskStorage({ cacheDir: `${path.join(base, "link")}/` }, context)).toThrow(
      unavailable(/symbolic link/),
    );
    expect(() => openDiskStorage({ cacheDir: path.join(base, "dangling") }, context)).toThrow(
      unavailable(/symbolic link/),
    );
    symlinkSync(path.join(base, "real"), path.join(base, "v2"));
    expect(() => openDiskStorage({ cacheDir: base }, context)).toThrow(unavailable(/v2 is a symbolic link/));
  });

  test("is a file, or below one", () => {
    const base = temporaryDirectory();
    writeFileSync(path.join(base, "file"), "");
    expect(() => openDiskStorage({ cacheDir: path.join(base, "file") }, context)).toThrow(
      unavailable(/file is not a directory/),
    );
    expect(() => openDiskStorage({ cacheDir: path.join(base, "file", "below") }, context)).toThrow(
      unavailable(/cannot be made/),
    );
  });

  test.skipIf(isWindows)("belongs to somebody else", () => {
    const base = temporaryDirectory();
    const user = statSync(base).uid;
    const spy = vi.spyOn(process as Required<typeof process>, "geteuid").mockReturnValue(user + 1);
    try {
      expect(() => openDiskStorage({ cacheDir: base }, context)).toThrow(unavailable(/belongs to user/));
    } finally {
      spy.mockRestore();
    }
  });

  test.runIf(process.platform === "linux")("is where the system itself makes the files", () => {
    expect(() => openDiskStorage({ cacheDir: "/proc/awsideman" }, context)).toThrow(
      unavailable(/\/proc vanished, or takes no directories/),
    );
  });

  test.skipIf(isWindows)("may not be written", () => {
    const base = temporaryDirectory();
    chmodSync(base, 0o555);
    // The superuser may write everywhere: the test goes on as somebody else.
    const isSuperuser = process.geteuid?.() === 0;
    if (isSuperuser) chownSync(base, 65_534, 65_534);
    if (isSuperuser) process.seteuid?.(65_534);
    try {
      expect(() => openDiskStorage({ cacheDir: base }, context)).toThrow(unavailable(/cannot be made/));
    } finally {
      if (isSuperuser) process.seteuid?.(0);
    }
  });

  test.each([0x6969, 0xfe534d42, 0xff534d42 | 0, 0x01021997, 0x65735546])(
    "is on a network file system (%i)",
    (type) => {
      expect(() => assertLocalFileSystem("/somewhere", (() => ({ type })) as never)).toThrow(
        unavailable(/somewhere is on a network file system/),
      );
    },
  );

  test("local ones are no network file systems", () => {
    expect(() => assertLocalFileSystem("/somewhere", (() => ({ type: 0xef53 })) as never)).not.toThrow();
  });
});

describe("what the user wrote", () => {
  test.each([
    [{ maxSizeMb: "100" }, TypeError, '`maxSizeMb` must be a number of megabytes, received "100"'],
    [{ maxSizeMb: null }, TypeError, "`maxSizeMb` must be a number of megabytes, received null"],
    [{ maxSizeMb: -1 }, RangeError, "`maxSizeMb` must be from 1 to 16000000 megabytes, received -1"],
    [{ maxSizeMb: 0 }, RangeError, "received 0"],
    [{ maxSizeMb: Number.NaN }, RangeError, "received NaN"],
    [{ maxSizeMb: Infinity }, RangeError, "received Infinity"],
    [{ cacheDir: "" }, TypeError, '`cacheDir` must be the path of a folder, received ""'],
    [{ cacheDir: 5 }, TypeError, "`cacheDir` must be the path of a folder, received number"],
    [{ cacheDir: "a\0b" }, TypeError, "`cacheDir` must be the path of a folder"],
    [
      { maxSizeMB: 5 },
      TypeError,
      "Options of the disk storage must be `cacheDir` or `maxSizeMb`, received `maxSizeMB`",
    ],
  ])("%o is refused", (config, kind, message) => {
    expect(() => createStorage(config, context)).toThrow(
      expect.objectContaining({ name: kind.name, message: expect.stringContaining(message) }),
    );
  });

  test("undefined is the same as nothing", async () => {
    const harness = new Harness();
    await expect(harness.open({}, { maxSizeMb: undefined })).resolves.toBeDefined();
  });
});

test("a failure in opening says what is wrong", async () => {
  const harness = new Harness();
  mkdirSync(harness.root, { mode: 0o700 });
  writeFileSync(path.join(harness.root, "current"), "");
  await expect(harness.open()).rejects.toThrow(unavailable(/The cache on disk cannot be opened: ENOTDIR/));
});

test("opening waits from the event loop for somebody who holds the database", async () => {
  const harness = new Harness();
  (await harness.open()).close();
  const busy = harness.sqlite();
  busy.exec("pragma locking_mode = exclusive; begin exclusive");
  const opening = harness.open();
  await harness.clock.advance(30);
  busy.exec("rollback; pragma locking_mode = normal");
  busy.close();
  await harness.clock.advance(100);
  expect(await (await opening).stamp()).toMatchObject({ position: 0 });
});
