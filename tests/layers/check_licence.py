#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Fail on a source file that does not open with the licence line.

Usage: check_licence.py SOURCE_ROOT
"""
import pathlib
import sys

LICENCE = 'SPDX-License-Identifier: LGPL-2.1-or-later'
FOLDERS = ('gst', 'ext', 'tests', 'examples')
SUFFIXES = ('.c', '.h', '.py', '.sh', '.js', '.mjs')
GENERATED = ('node_modules', '__pycache__')


def sources(root):
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob('*')):
            parts = path.relative_to(root).parts
            if path.suffix in SUFFIXES and not any(part in GENERATED for part in parts):
                yield path


def main(root):
    problems = []
    for path in sources(root):
        if LICENCE not in '\n'.join(path.read_text(errors='replace').splitlines()[:3]):
            problems.append(f'{path.relative_to(root)}: no licence line')
    print('\n'.join(problems) or 'every source file names its licence')
    return bool(problems)


if __name__ == '__main__':
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
