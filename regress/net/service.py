#!/usr/bin/env python3
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Runs a service as a service manager does that stores descriptors:
#
#	service.py SOCKET COMMAND ...
#
# SOCKET is where it listens for notifications.  Each life gets what the earlier
# ones have stored.  A service that a signal ended is started anew; one that
# exits by itself ends this, too.  Prints a line for each start and what was
# stored by then.

import fcntl
import os
import signal
import socket
import sys

address, command = sys.argv[1], sys.argv[2:]
store = []  # of names and descriptors
pid = 0


def told(text, fds):
    lines = dict(l.split("=", 1) for l in text.decode().splitlines() if "=" in l)
    name = lines.get("FDNAME", "stored")
    if lines.get("FDSTOREREMOVE") == "1":
        for stored, fd in [s for s in store if s[0] == name]:
            os.close(fd)
            store.remove((stored, fd))
    elif lines.get("FDSTORE") == "1":
        store.extend((name, fd) for fd in fds)
        fds = []
    for fd in fds:
        os.close(fd)


def run():
    pid = os.fork()
    if pid != 0:
        return pid
    try:
        # first move them to numbers that are free
        above = 64 + 2 * len(store)
        fds = [fcntl.fcntl(fd, fcntl.F_DUPFD, above) for _, fd in store]
        for i, fd in enumerate(fds):
            os.dup2(fd, 3 + i)
        os.closerange(3 + len(fds), 1024)
        os.environ["NOTIFY_SOCKET"] = address
        if store:
            os.environ["LISTEN_PID"] = str(os.getpid())
            os.environ["LISTEN_FDS"] = str(len(store))
            os.environ["LISTEN_FDNAMES"] = ":".join(n for n, _ in store)
        os.execv(command[0], command)
    finally:
        os._exit(127)


def ended(*_):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.kill(pid, signal.SIGTERM)


signal.signal(signal.SIGTERM, ended)
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(address)
s.settimeout(0.05)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
while True:
    pid = run()
    print("started", pid, *sorted(n for n, _ in store), flush=True)
    while True:
        try:
            text, fds, _, _ = socket.recv_fds(s, 4096, 16)
            told(text, fds)
        except TimeoutError:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                break
    if os.WIFEXITED(status):
        sys.exit(os.WEXITSTATUS(status))
