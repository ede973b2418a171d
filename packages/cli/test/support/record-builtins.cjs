// Loaded with --require, which loads next to nothing itself: writes the names of Node's own modules that the process has
// loaded, also of those that another one of them has loaded, into the file named by RECORD_TO.
process.on("exit", () => {
  const names = process.moduleLoadList.flatMap((line) => /^NativeModule (.+)$/.exec(line)?.[1] ?? []);
  process.getBuiltinModule("node:fs").writeFileSync(process.env.RECORD_TO, JSON.stringify(names));
});
