// SPDX-License-Identifier: LGPL-2.1-or-later
// What every interop test shares: an exit code, cleaning up, and waiting with a limit.
export class Skip extends Error {}

/** Runs `body(defer)`; `defer(func)` registers what is to be undone, last first. */
export async function run(body) {
  const undo = [];
  let code = 0;
  try {
    await body((func) => undo.push(func));
  } catch (error) {
    code = error instanceof Skip ? 77 : 1;
    console.error(error instanceof Skip ? `skipped: ${error.message}` : error);
  }
  for (const func of undo.reverse()) {
    try {
      await func();
    } catch (error) {
      console.error(error);
      code = code === 77 ? 77 : 1;
    }
  }
  process.exit(code);
}

export function check(condition, claim) {
  if (!condition) throw new Error(`not true: ${claim}`);
  console.log(`ok: ${claim}`);
}

/** Calls `probe` until it gives something true, and returns that. */
export async function until(claim, probe, limitMs = 20000) {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const value = await probe();
    if (value) {
      console.log(`ok: ${claim}`);
      return value;
    }
    if (Date.now() > deadline) throw new Error(`not in ${limitMs} ms: ${claim}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
