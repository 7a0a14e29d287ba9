#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Draw a flame graph from the output of `perf script`.

    perf record -g PROGRAM && perf script | python3 tests/bench/flamegraph.py > graph.svg
"""
import html
import sys
import zlib

WIDTH, ROW, MIN_WIDTH = 1200, 17, 0.3
LETTER = 6.6


class Frame:
    """One function at one place of the stack: its samples and what it called."""

    def __init__(self):
        self.samples = 0
        self.callees = {}


def read_stacks(lines):
    """Yield (thread, [functions, outermost first]) for each sample."""
    thread, stack = None, []
    for line in lines:
        if not line.strip():
            if thread is not None:
                yield thread, stack[::-1]
            thread, stack = None, []
        elif not line[0].isspace():
            thread = line.split()[0]
        elif thread is not None:
            # "  7f81c0 function+0x12 (library)"
            words = line.split()
            if len(words) >= 2:
                stack.append(words[1].split('+0x')[0])
    if thread is not None:
        yield thread, stack[::-1]


def build(lines):
    root = Frame()
    for thread, stack in read_stacks(lines):
        frame = root
        frame.samples += 1
        for name in [thread] + stack:
            frame = frame.callees.setdefault(name, Frame())
            frame.samples += 1
    return root


def depth(frame):
    return 1 + max((depth(callee) for callee in frame.callees.values()), default=0)


def draw(frame, name, x, level, scale, height, out):
    width = frame.samples * scale
    if width < MIN_WIDTH:
        return
    y = height - (level + 1) * ROW
    hue = zlib.crc32(name.encode()) % 50
    label = name if len(name) * LETTER < width else name[:max(0, int(width / LETTER) - 1)]
    percent = 100 * width / WIDTH
    out.append(
        f'<g><title>{html.escape(name)}: {percent:.1f} %</title>'
        f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{ROW - 1}" '
        f'fill="hsl({hue},80%,65%)"/>'
        f'<text x="{x + 2:.1f}" y="{y + 12}">{html.escape(label)}</text></g>')
    for callee_name, callee in sorted(frame.callees.items()):
        draw(callee, callee_name, x, level + 1, scale, height, out)
        x += callee.samples * scale


def main():
    sys.setrecursionlimit(10000)
    root = build(sys.stdin)
    if root.samples == 0:
        sys.exit('no samples')
    height = depth(root) * ROW
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
           'font-family="monospace" font-size="11">']
    draw(root, 'all', 0, 0, WIDTH / root.samples, height, out)
    out.append('</svg>')
    print('\n'.join(out))


if __name__ == '__main__':
    main()
