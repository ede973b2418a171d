#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// A command lives for a moment: what it compiled is kept for the next one.
enableCompileCache();
const { main } = await import("#main");
await main(process.argv.slice(2));
