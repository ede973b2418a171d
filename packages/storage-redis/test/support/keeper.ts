// Runs a server, and ends it when whoever has started this is gone: its standard input then ends. A test run that is killed
// leaves nothing behind.
import { spawn } from "node:child_process";
import { serverName } from "./find-redis-server.ts";

const [program, ...args] = process.argv.slice(2) as [string, ...string[]];
const server = spawn(program, args, { argv0: serverName, stdio: ["ignore", "inherit", "inherit"] });
process.stdout.write(`pid ${server.pid}\n`);
process.stdin.resume();
process.stdin.on("end", () => server.kill("SIGKILL"));
process.stdin.on("error", () => server.kill("SIGKILL"));
server.on("exit", (code) => process.exit(code ?? 1));
server.on("error", () => process.exit(1));
