#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a program in a terminal of its own: terminal.py PROGRAM ARGUMENT...

What comes on stdin is typed there, SIGINT is typed as Ctrl-C, and what the terminal shows goes to
stdout. The exit code is the program's.
"""
import os
import pty
import selectors
import signal
import sys

pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
signal.signal(signal.SIGINT, lambda *_: os.write(terminal, b'\x03'))
selector = selectors.DefaultSelector()
selector.register(0, selectors.EVENT_READ)
selector.register(terminal, selectors.EVENT_READ)
typed, is_running = b'', True
while is_running:
    for key, events in selector.select():
        if key.fd == 0:
            data = os.read(0, 65536)
            typed += data
            if not data:
                selector.unregister(0)
            elif typed:
                selector.modify(terminal, selectors.EVENT_READ | selectors.EVENT_WRITE)
            continue
        # A terminal takes a little at a time, as it does from a person's clipboard.
        if events & selectors.EVENT_WRITE and typed:
            typed = typed[os.write(terminal, typed[:1024]):]
            if not typed:
                selector.modify(terminal, selectors.EVENT_READ)
        if events & selectors.EVENT_READ:
            try:
                shown = os.read(terminal, 65536)
            except OSError:
                shown = b''
            is_running = bool(shown)
            sys.stdout.buffer.write(shown.replace(b'\r\n', b'\n'))
            sys.stdout.buffer.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
