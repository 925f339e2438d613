#!/usr/bin/env python3
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Sends a message as a child of the daemon that was taken over would:
#
#	speak.py WIRE_H PID TYPE BYTES [LENGTH]
#
# sends a message of this type, named as in WIRE_H or a number, and so many
# payload bytes of 0xff over the link of process PID to the parent.  LENGTH is
# what the header says instead.  Exits 2 where the system does not allow it.

import ctypes
import os
import re
import socket
import struct
import sys

PIDFD_GETFD = 438


def types(path):
    """The enumerators of wire_type and their values."""
    text = open(path).read()
    body = re.search(r"enum wire_type \{(.*?)\};", text, re.S)[1]
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.S)
    value, found = -1, {}
    for name, given in re.findall(r"IMSG_(\w+)(?:\s*=\s*(\d+))?", body):
        value = int(given) if given else value + 1
        found[name] = value
    return found


def link(pid):
    """A copy of its first stream to another process."""
    libc = ctypes.CDLL(None, use_errno=True)
    pidfd = os.pidfd_open(pid)
    for fd in sorted(map(int, os.listdir(f"/proc/{pid}/fd"))):
        if not os.readlink(f"/proc/{pid}/fd/{fd}").startswith("socket:"):
            continue
        copy = libc.syscall(PIDFD_GETFD, pidfd, fd, 0)
        if copy == -1:
            print(os.strerror(ctypes.get_errno()), file=sys.stderr)
            sys.exit(2)
        s = socket.socket(fileno=copy)
        if s.family == socket.AF_UNIX and s.type == socket.SOCK_STREAM:
            return s
    sys.exit(f"{pid} has no link")


wire_h, pid, kind, size = sys.argv[1:5]
number = int(kind) if kind.isdigit() else types(wire_h)[kind]
payload = b"\xff" * int(size)
length = int(sys.argv[5]) if len(sys.argv) > 5 else 16 + len(payload)
link(int(pid)).sendall(struct.pack("IIII", number, length, 0, 0) + payload)
