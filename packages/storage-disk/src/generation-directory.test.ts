import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  type BigIntStats,
} from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryDirectory } from "../test/support/harness.ts";
import { GenerationDirectory, identityOf, type Marker } from "./generation-directory.ts";

const [a, b, c] = ["000000000000000a", "000000000000000b", "000000000000000c"] as const;

interface Subject {
  readonly directory: GenerationDirectory;
  readonly base: string;
  readonly root: string;
  /** The names in it, or in a folder of it. */
  readonly names: (folder?: string) => readonly string[];
}

function make(base = temporaryDirectory()): Subject {
  const directory = new GenerationDirectory(base);
  directory.prepare();
  const root = path.join(base, "v2");
  const names = (folder = "."): readonly string[] => readdirSync(path.join(root, folder)).toSorted();
  return { directory, base, root, names };
}

/** Makes a generation the current one. */
function publish({ directory }: Subject, epoch: string): Marker {
  directory.beginGeneration(epoch);
  const marker = directory.publish(epoch);
  if (marker === undefined) throw new Error("Another one was quicker");
  return marker;
}

/** Files with nothing in them. */
function touch(folder: string, ...names: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  for (const name of names) closeSync(openSync(path.join(folder, name), "w", 0o600));
}

describe("a marker", () => {
  test("is found again, with the name of the generation and the identity of its database", () => {
    const subject = make();
    const marker = publish(subject, a);
    const { ino } = statSync(subject.directory.databasePath(a), { bigint: true });
    expect(marker).toEqual({ epoch: a, file: expect.stringMatching(`^${ino.toString(36)}-[0-9a-z]+$`) });
    expect(subject.directory.findMarker()).toEqual(marker);
    expect(subject.names("current")).toEqual([`${a}.${marker.file}`]);
    expect(subject.directory.markerPath(marker)).toBe(
      path.join(subject.root, "current", `${a}.${marker.file}`),
    );
  });

  test.each([
    ["no name of a generation", "000a.1-2"],
    ["more than the name", `x${a}.1-2`],
    ["capitals", `${a.toUpperCase()}.1-2`],
    ["no identity", a],
    ["half of an identity", `${a}.1`],
    ["an identity with more after it", `${a}.1-2.tmp`],
  ])("is not what has %s", (_, name) => {
    const { directory, root } = make();
    touch(path.join(root, "current"), name);
    expect(directory.findMarker()).toBeUndefined();
    touch(path.join(root, "current"), `${b}.1-2`);
    expect(directory.findMarker()).toEqual({ epoch: b, file: "1-2" });
  });

  test("is not found where the folder is none; and what else keeps it from being looked for is told", () => {
    const { directory, root } = make();
    expect(directory.findMarker()).toBeUndefined();
    touch(root, "current");
    expect(directory.findMarker()).toBeUndefined();
    rmSync(path.join(root, "current"));
    symlinkSync("current", path.join(root, "current"));
    expect(() => directory.findMarker()).toThrow("ELOOP");
  });
});

describe("the identity of a file", () => {
  const stats = { ino: 36n, birthtimeNs: 37n, ctimeNs: 38n };

  test("is its number and its time of birth", () => {
    expect(identityOf(stats as never)).toBe("10-11");
  });

  test("is its number alone where the time of birth may be another one", () => {
    expect(identityOf({ ...stats, ctimeNs: 37n } as never)).toBe("10-0");
  });

  test("is that of the database when it becomes the current one", () => {
    const { directory } = make();
    directory.beginGeneration(a);
    const file = directory.databasePath(a);
    const stats = (): BigIntStats => statSync(file, { bigint: true });
    // Where the file system knows the time of birth it is another one than that of the last change, in a moment.
    for (let turn = 0; turn < 10_000 && stats().ctimeNs === stats().birthtimeNs; turn++)
      chmodSync(file, 0o600);
    expect(directory.publish(a)?.file).toBe(identityOf(stats()));
  });

  test("is what a database is known by", () => {
    const subject = make();
    const { directory } = subject;
    const marker = publish(subject, a);
    expect(directory.hasDatabase(marker)).toBe(true);
    const [inode = "", birth = ""] = marker.file.split("-");
    expect(directory.hasDatabase({ epoch: a, file: `${inode}-0` })).toBe(true);
    expect(directory.hasDatabase({ epoch: a, file: `${inode}1-${birth}` })).toBe(false);
    expect(directory.hasDatabase({ epoch: a, file: `${inode}1-0` })).toBe(false);
    expect(directory.hasDatabase({ epoch: a, file: `${inode}-1${birth}` })).toBe(false);
    expect(directory.hasDatabase({ epoch: b, file: marker.file })).toBe(false);
  });
});

describe("the directories", () => {
  test("are made, and are not where a link leads to", () => {
    const base = temporaryDirectory();
    mkdirSync(path.join(base, "real"));
    symlinkSync("real", path.join(base, "link"));
    expect(() => make(path.join(base, "link"))).toThrow("is a symbolic link");
    expect(readdirSync(path.join(base, "real"))).toEqual([]);
    make(path.join(base, "new"));
    expect(readdirSync(path.join(base, "new"))).toEqual(["v2"]);
  });
});

describe("a new generation", () => {
  test.skipIf(process.platform === "win32")("is made for this user alone", () => {
    const { directory, root } = make();
    const mode = (file: string): number => statSync(file).mode & 0o777;
    directory.beginGeneration(a);
    expect([mode(path.join(root, `new-${a}`)), mode(directory.databasePath(a))]).toEqual([0o700, 0o600]);
    const marker = directory.publish(a) as Marker;
    directory.found();
    expect([mode(directory.markerPath(marker)), mode(path.join(root, "founded"))]).toEqual([0o600, 0o600]);
  });

  test("takes no file that is there already", () => {
    const { directory, root } = make();
    touch(root, `${a}.db`);
    expect(() => directory.beginGeneration(a)).toThrow("EEXIST");
  });

  test("does not become the current one while another one is, and stays as it is", () => {
    const subject = make();
    const marker = publish(subject, a);
    subject.directory.beginGeneration(b);
    expect(subject.directory.publish(b)).toBeUndefined();
    expect(subject.directory.findMarker()).toEqual(marker);
    expect(subject.names()).toContain(`new-${b}`);
  });

  test("does not become the current one where another one was until a moment ago: that is tried again", () => {
    const subject = make();
    publish(subject, a);
    subject.directory.beginGeneration(b);
    subject.directory.findMarker = () => undefined;
    expect(subject.directory.publish(b)).toBeUndefined();
  });

  test("is not kept from it by folders and files that do not belong there", () => {
    const subject = make();
    touch(path.join(subject.root, "current", "folder", "folder"), "file");
    touch(path.join(subject.root, "current"), ".DS_Store");
    expect(publish(subject, a)).toMatchObject({ epoch: a });
    expect(subject.names("current")).toHaveLength(1);
  });

  test("cannot become the current one where the system says no: that is told", () => {
    const subject = make();
    touch(subject.root, "current");
    subject.directory.beginGeneration(a);
    expect(() => subject.directory.publish(a)).toThrow("ENOTDIR");
  });
});

describe("ending", () => {
  test("a generation takes its marker away, and can be done twice", () => {
    const subject = make();
    const marker = publish(subject, a);
    subject.directory.retract(marker);
    expect(subject.directory.findMarker()).toBeUndefined();
    expect(() => subject.directory.retract(marker)).not.toThrow();
    expect(subject.directory.hasDatabase(marker)).toBe(true);
  });

  test("a generation fails when its marker cannot be taken away", () => {
    const { directory, root } = make();
    mkdirSync(path.join(root, "current", `${a}.1-2`), { recursive: true });
    expect(() => directory.retract({ epoch: a, file: "1-2" })).toThrow(/EISDIR|EPERM/);
  });

  test("whatever there is ends several, and none", () => {
    const { directory, root, names } = make();
    expect(() => directory.retractAny()).not.toThrow();
    touch(path.join(root, "current"), `${a}.1-2`, `${b}.3-4`);
    directory.retractAny();
    expect(names("current")).toEqual([]);
  });

  test("the neighbours ends other versions and the encrypted ones, and nothing else", () => {
    const subject = make();
    const marker = publish(subject, a);
    for (const name of ["v1", "v12", "v2e", "v1e", "vx", "xv2", "v2x", "data"])
      touch(path.join(subject.base, name, "current"), "marker");
    touch(path.join(subject.base, "v3"), "current");
    mkdirSync(path.join(subject.base, "v4"));
    touch(subject.base, "v5");
    subject.directory.retractNeighbours();
    const left = (name: string): number => readdirSync(path.join(subject.base, name, "current")).length;
    for (const name of ["v1", "v12", "v2e", "v1e"]) expect([name, left(name)]).toEqual([name, 0]);
    for (const name of ["vx", "xv2", "v2x", "data"]) expect([name, left(name)]).toEqual([name, 1]);
    expect(subject.directory.findMarker()).toEqual(marker);
  });
});

describe("the first generation", () => {
  test("is that of who says so first", () => {
    const first = make();
    const other = make(first.base);
    expect([first.directory.found(), other.directory.found(), first.directory.found()]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("is none where another version has had one: what is unsettled may be marked there", () => {
    const { directory, base, names } = make();
    touch(path.join(base, "v1"), "founded");
    expect(directory.found()).toBe(false);
    expect(names()).toEqual(["founded"]);
  });

  test("is one where another version has never had one", () => {
    const { directory, base } = make();
    mkdirSync(path.join(base, "v1"));
    expect(directory.found()).toBe(true);
  });

  test("is told that it cannot be known, where nothing can be written", () => {
    const { directory, root } = make();
    rmSync(root, { recursive: true });
    expect(() => directory.found()).toThrow("ENOENT");
  });

  test("is that of another where both look at the same time", () => {
    const { directory, root } = make();
    // There is nothing where it leads to, and so it does not exist; but it cannot be made either.
    symlinkSync("nowhere", path.join(root, "founded"));
    expect(directory.found()).toBe(false);
  });
});

describe("what is dead", () => {
  test("is removed with all its files, and nothing that has another name", () => {
    const { directory, root, names } = make();
    const dead = [`${a}.db`, `${a}.db-wal`, `${a}.db-shm`];
    const others = [`${a}.db-x`, `x${a}.db`, `${a}.txt`, "000a.db", "founded"];
    touch(root, ...dead, ...others);
    directory.removeDead();
    expect(names()).toEqual(others.toSorted());
  });

  test("is removed by any of its files", () => {
    for (const name of [`${a}.db-wal`, `${a}.db-shm`, `${a}.db`]) {
      const { directory, root, names } = make();
      touch(root, name);
      directory.removeDead();
      expect(names()).toEqual([]);
    }
  });

  test("is not the current one", () => {
    const subject = make();
    publish(subject, a);
    touch(subject.root, `${a}.db-wal`, `${b}.db`);
    subject.directory.removeDead();
    expect(subject.names()).toEqual([`${a}.db`, `${a}.db-wal`, "current"]);
  });

  test("is what was begun an hour ago and never finished, and not what was begun later", () => {
    const { directory, root, names } = make();
    for (const epoch of [a, b, c]) directory.beginGeneration(epoch);
    const ago = (epoch: string, milliseconds: number): void => {
      const time = (Date.now() - milliseconds) / 1_000;
      utimesSync(path.join(root, `new-${epoch}`), time, time);
    };
    ago(a, 3_660_000);
    ago(b, 3_540_000);
    // A file in it does not keep it.
    touch(path.join(root, `new-${a}`), "file");
    ago(a, 3_660_000);
    directory.removeDead();
    expect(names()).toEqual([`${b}.db`, `${c}.db`, `new-${b}`, `new-${c}`]);
  });

  test("is what was begun long ago, even if only the folder of it is left", () => {
    const { directory, root, names } = make();
    mkdirSync(path.join(root, `new-${a}`));
    utimesSync(path.join(root, `new-${a}`), 0, 0);
    directory.removeDead();
    expect(names()).toEqual([]);
  });

  test("cannot always be removed, and that is no failure", () => {
    const { directory, root, names } = make();
    mkdirSync(path.join(root, `${a}.db`));
    touch(root, `${a}.db-wal`);
    expect(() => directory.removeDead()).not.toThrow();
    expect(names()).toEqual([`${a}.db`]);
  });
});

describe("where names and values are encrypted", () => {
  function encrypted(base: string): GenerationDirectory {
    return new GenerationDirectory(base, { encrypted: true });
  }

  test("it is another folder", () => {
    const base = temporaryDirectory();
    encrypted(base).prepare();
    expect(encrypted(base).databasePath(a)).toBe(path.join(base, "v2e", `${a}.db`));
    expect(new GenerationDirectory(base, { version: 7 }).databasePath(a)).toBe(
      path.join(base, "v7", `${a}.db`),
    );
  });

  test("what was not is ended and removed, in any version, and nothing else is", () => {
    const base = temporaryDirectory();
    const files = [`${a}.db`, `${a}.db-wal`, `${a}.db-shm`, "founded", "other.db", `x${a}.db`, `${a}.db2`];
    for (const version of ["v2", "v1", "v1e", "other"]) {
      touch(path.join(base, version), ...files);
      touch(path.join(base, version, "current"), "marker");
      touch(path.join(base, version, `damaged-20260101T000000Z-${a}`), `${a}.db`);
    }
    encrypted(base).prepare();
    const names = (folder: string): readonly string[] => readdirSync(path.join(base, folder)).toSorted();
    for (const version of ["v2", "v1"]) {
      expect(names(version)).toEqual([`${a}.db2`, "current", "founded", "other.db", `x${a}.db`]);
      expect(names(`${version}/current`)).toEqual([]);
    }
    for (const version of ["v1e", "other"]) {
      expect(names(version)).toHaveLength(files.length + 2);
      expect(names(`${version}/current`)).toEqual(["marker"]);
    }
  });

  test("and it is not, what was stays", () => {
    const base = temporaryDirectory();
    touch(path.join(base, "v2e"), `${a}.db`);
    make(base);
    expect(existsSync(path.join(base, "v2e", `${a}.db`))).toBe(true);
  });
});

describe("a look at the files", () => {
  test("says what is left over, and changes nothing until it is tidied", () => {
    const subject = make();
    publish(subject, a);
    touch(subject.root, `${a}.db-wal`, `${b}.db`, `${b}.db-other`, "founded", "other");
    const before = subject.names();
    const problem = {
      kind: "leftover",
      message: "is of a generation that is not in use",
      subject: `${b}.db`,
    };
    expect(subject.directory.inspect()).toEqual([problem]);
    expect(subject.names()).toEqual(before);
    subject.directory.tidy();
    expect(subject.directory.inspect()).toEqual([]);
    expect(subject.names()).toEqual(before.filter((name) => name !== `${b}.db`));
  });

  test("says what is left over where no generation is in use", () => {
    const { directory, root } = make();
    expect(directory.inspect()).toEqual([]);
    touch(root, `${a}.db`);
    expect(directory.inspect()).toMatchObject([{ kind: "leftover", subject: `${a}.db` }]);
  });

  test.skipIf(process.platform === "win32")(
    "says what others could read, and keeps them out when it is tidied",
    () => {
      const subject = make();
      publish(subject, a);
      chmodSync(subject.directory.databasePath(a), 0o644);
      expect(subject.directory.inspect()).toEqual([
        { kind: "permissions", subject: `${a}.db`, message: "has the mode 644" },
      ]);
      subject.directory.tidy();
      expect(statSync(subject.directory.databasePath(a)).mode & 0o777).toBe(0o600);
    },
  );
});

describe("a damaged generation", () => {
  test("is ended, and moved aside whole", () => {
    const subject = make();
    const marker = publish(subject, a);
    touch(subject.root, `${a}.db-wal`, `${a}.db-shm`);
    writeFileSync(subject.directory.databasePath(a), "damaged");
    const folder = subject.directory.condemn(marker) as string;
    expect(readdirSync(folder).toSorted()).toEqual([`${a}.db`, `${a}.db-shm`, `${a}.db-wal`]);
    expect(subject.directory.findMarker()).toBeUndefined();
    expect(subject.names()).toEqual(["current", path.basename(folder)]);
  });

  test("of which nothing is there is ended all the same", () => {
    const subject = make();
    const marker = publish(subject, a);
    renameSync(subject.directory.databasePath(a), path.join(subject.base, "elsewhere"));
    expect(subject.directory.condemn(marker)).toBeUndefined();
    expect(subject.names()).toEqual(["current"]);
    expect(subject.names("current")).toEqual([]);
  });
});
