// Loaded with --require: every deadline takes a hundred times as long, so that a server which is well makes all of them,
// however busy the machine.
const { setTimeout } = globalThis;
globalThis.setTimeout = (action, milliseconds, ...given) => setTimeout(action, milliseconds * 100, ...given);
