// SPDX-License-Identifier: LGPL-2.1-or-later
// The lines that rtcbench's scenario `processes` speaks with a stack (docs/performance.md): one JSON
// object a line, on standard input and output. `stack` has prepare (role), take (message),
// start (size) and count ().
import readline from 'node:readline';

export function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

export async function obey(stack) {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const message = JSON.parse(line);
    if (message.type === 'prepare') await stack.prepare(message.role);
    else if (message.type === 'start') stack.start(message.size);
    else if (message.type === 'count') say({ type: 'count', bytes: await stack.count() });
    else if (message.type === 'quit') break;
    else await stack.take(message);
  }
  await stack.quit?.();
  process.exit(0);
}
