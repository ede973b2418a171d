import { diskCaches } from "./disk-caches.ts";

const [name = "", folder = ""] = process.argv.slice(2);
const open = diskCaches[name];
if (open === undefined) throw new Error(`There is no cache ${name}`);
const begin = performance.now();
const cache = await open(folder);
if ((await cache.get("user:describe:user-1")) === undefined) throw new Error(`${name}: no hit`);
console.log((performance.now() - begin) * 1_000);
await cache.close();
