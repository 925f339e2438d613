#!/usr/bin/env python3
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Clients that misbehave at a control socket: busy.py SOCKET USER GROUP opens
# the eight connections that a user may have.  Half of them send a byte every
# tenth of a second, half ask for all routes and read nothing.  Prints "busy",
# and ends at SIGTERM.

import grp
import os
import pwd
import select
import socket
import struct
import sys

HELLO, REQUEST, SHOW_ROUTES, VERSION = 200, 201, 8, 2


def imsg(kind, data):
    return struct.pack("=IIII", kind, 16 + len(data), 0, 0) + data


show = imsg(HELLO, struct.pack("=I", VERSION)) + \
    imsg(REQUEST, struct.pack("=HHI", 8, SHOW_ROUTES, 0))
os.setgroups([])
os.setgid(grp.getgrnam(sys.argv[3]).gr_gid)
os.setuid(pwd.getpwnam(sys.argv[2]).pw_uid)
slow, waiting = [], []
for i in range(8):
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1])
    if i % 2:
        s.sendall(show)
        waiting.append(s)
    else:
        slow.append((s, iter(show)))
print("busy", flush=True)
while True:
    select.select([], [], [], 0.1)
    for s, rest in slow:
        b = next(rest, None)
        if b is not None:
            s.sendall(bytes([b]))
