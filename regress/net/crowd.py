#!/usr/bin/env python3
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Many clients at a control socket: crowd.py SOCKET GROUP makes eight users of
# the group, with the eight connections that each may have.  All ask for all
# routes, and read a byte of the answer now and then; a client that is
# disconnected comes back.  Prints "crowded" when clients that will get an
# answer have begun to get it.

import grp
import os
import socket
import struct
import sys
import time

HELLO, REQUEST, SHOW_ROUTES, VERSION = 200, 201, 8, 2


def imsg(kind, data):
    return struct.pack("=IIII", kind, 16 + len(data), 0, 0) + data


def ask(user):
    os.seteuid(user)
    s = socket.socket(socket.AF_UNIX)
    try:
        s.connect(sys.argv[1])
        s.sendall(imsg(HELLO, struct.pack("=I", VERSION)) +
                  imsg(REQUEST, struct.pack("=HHI", 8, SHOW_ROUTES, 0)))
    except ConnectionError:
        pass
    finally:
        os.seteuid(0)
    return s


def read(s):
    try:
        return s.recv(1)
    except OSError:
        return b""


os.setgroups([])
os.setegid(grp.getgrnam(sys.argv[2]).gr_gid)
crowd = [(20000 + n // 8, ask(20000 + n // 8)) for n in range(64)]
served = sum(1 for _, s in crowd if read(s))
print("crowded", served, flush=True)
while True:
    time.sleep(0.1)
    crowd = [(user, s if read(s) else ask(user)) for user, s in crowd]
