#!/usr/bin/env node
// Where every command begins: a millisecond here is a fortieth of a cached answer. See docs/decisions/0031.
import Module, { createRequire } from "node:module";

// A name that an older Node does not have would keep it from saying so.
const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 22) {
  process.stderr.write(`awsideman: this is Node ${process.versions.node}, and it needs 22.22.3 or newer\n`);
  process.exit(1);
}

const fs = process.getBuiltinModule("node:fs");
const folder = `${import.meta.dirname}/dist/program`;
const line = process.argv.slice(2);

const { main } = await findProgram();
await main(line);

function findProgram() {
  // Who works on it runs the sources.
  if (process.execArgv.some((option) => option.includes("@awsideman/source"))) return import("#main");
  if (line.length === 1 && line[0] === "--version") return { main: printVersion };
  const file = `${folder}/main.cjs`;
  const directory = openCompileCache();
  return directory === undefined ? createRequire(file)(file) : loadCompiled(file, directory);
}

/**
 * Switches Node's compile cache on, where it lies unless the environment says otherwise, and only if nobody else may write
 * there: what it holds is run, so that is looked at before.
 */
function openCompileCache() {
  const { NODE_COMPILE_CACHE, TMPDIR, TMP, TEMP } = process.env;
  const directory = NODE_COMPILE_CACHE || `${TMPDIR || TMP || TEMP || "/tmp"}/node-compile-cache`;
  // Whoever makes it owns it.
  attempt(() => fs.mkdirSync(directory, { mode: 0o700 }));
  return isOwn(directory) ? Module.enableCompileCache(directory).directory : undefined;
}

function printVersion() {
  const { version } = JSON.parse(read(`${import.meta.dirname}/package.json`, "utf8"));
  // At once: not through a stream, which takes longer to load. Whoever asked may not want to know any more.
  attempt(() => fs.writeSync(1, `${version}\n`));
}

/**
 * Loads the program together with what earlier runs of the same command have compiled of it. Node's own cache has only
 * what is compiled by loading it, and no function that is called later: each process would compile those again.
 */
function loadCompiled(file, directory) {
  const { Script, constants } = process.getBuiltinModule("node:vm");
  const source = read(file, "latin1");
  const [command, rest] = line;
  // The first line is the hash of the others: V8 itself compares no more of them than their length.
  const hash = source.slice("// ".length, source.indexOf("\n"));
  const name = isWord(command) && isWord(rest) ? `${command}-${rest}` : "other";
  const kept = `${directory}/awsideman-${hash}-${process.version}-${process.arch}-${name}`;
  // The first run of a command asks AWS, and calls other functions than those that follow: the second adds its own.
  const [second, first] = [`${kept}.2`, `${kept}.1`];
  const settled = readTwice(second);
  const cachedData = settled ?? readTwice(first);
  const script = new Script(`(function (exports, require, module, __filename, __dirname) { ${source}\n})`, {
    filename: file,
    cachedData,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const isUsed = cachedData !== undefined && !script.cachedDataRejected;
  if (settled === undefined || !isUsed) {
    process.once("exit", (code) => {
      // Only of commands that exist: there would be no end of the others.
      if (code !== 0) return;
      attempt(() => writeTwice(isUsed ? second : first, script.createCachedData()));
      // What V8 did not take, it will not take the next time either.
      attempt(() => fs.rmSync(isUsed ? first : second));
    });
  }
  const program = new Module(file);
  const require = createRequire(file);
  // The other files require this one.
  require.cache[file] = program;
  program.filename = file;
  script.runInThisContext()(program.exports, require, program, file, folder);
  program.loaded = true;
  return program.exports;
}

/** What anybody else may write is nothing to be run. */
function isOwn(directory) {
  if (process.geteuid === undefined) return true;
  const stats = attempt(() => fs.lstatSync(directory));
  return stats !== undefined && stats.uid === process.geteuid() && (stats.mode & 0o022) === 0;
}

/** V8 runs what is damaged: so it is kept twice in its file, and must be the same. A checksum would have to be loaded. */
function readTwice(file) {
  const both = read(file);
  if (both === undefined || both.length % 2 !== 0) return undefined;
  const once = both.subarray(0, both.length / 2);
  return once.equals(both.subarray(both.length / 2)) ? once : undefined;
}

function writeTwice(file, bytes) {
  const unfinished = `${file}.${process.pid}`;
  try {
    fs.writeFileSync(unfinished, Buffer.concat([bytes, bytes]), { mode: 0o600 });
    fs.renameSync(unfinished, file);
  } catch {
    attempt(() => fs.rmSync(unfinished));
  }
}

function read(file, encoding) {
  return attempt(() => fs.readFileSync(file, encoding));
}

function isWord(text) {
  return /^[a-z]+(?:-[a-z]+)*$/.test(text ?? "");
}

function attempt(action) {
  try {
    return action();
  } catch {
    return undefined;
  }
}
