// SPDX-License-Identifier: LGPL-2.1-or-later
// npm packages as one script for a page: each module as a function, and a require() between them.
import { readFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';

// What node has by itself and npm has, too.
const packages = new Map([['events', 'events/']]);

async function collect(path, modules) {
  if (modules.has(path)) return;
  // What remains, such as URL, pages have as globals.
  const text = isBuiltin(path) ? 'module.exports = globalThis;' : await readFile(path, 'utf8');
  const module = { text, needs: {} };
  modules.set(path, module);
  if (isBuiltin(path)) return;
  const { resolve } = createRequire(path);
  for (const [, name] of text.matchAll(/\brequire\(["']([^"']+)["']\)/g)) {
    module.needs[name] = resolve(packages.get(name) ?? name);
    await collect(module.needs[name], modules);
  }
}

/** A script that sets globals: `names` maps their names to packages. */
export async function bundle(names) {
  const { resolve } = createRequire(import.meta.url);
  const modules = new Map();
  const globals = [];
  for (const [name, packageName] of Object.entries(names)) {
    const path = resolve(packageName);
    await collect(path, modules);
    globals.push(`globalThis.${name} = load(${JSON.stringify(path)});`);
  }
  const table = [...modules].map(([path, { text, needs }]) => `${JSON.stringify(path)}: {
    needs: ${JSON.stringify(needs)}, run (module, exports, require) {\n${text}\n} }`);
  return `(() => {
const modules = {${table.join(',\n')}};
const loaded = {};
function load(path) {
  if (!loaded[path]) {
    const module = loaded[path] = { exports: {} };
    const { needs, run } = modules[path];
    run.call(module.exports, module, module.exports, (name) => load(needs[name]));
  }
  return loaded[path].exports;
}
${globals.join('\n')}
})()`;
}
