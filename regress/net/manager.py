#!/usr/bin/env python3
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Plays a service manager: manager.py ADDRESS FILE writes the lines of each
# datagram to FILE, with a line "--" behind each.  "@NAME" is abstract.

import os
import socket
import sys

address, out = sys.argv[1:]
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("\0" + address[1:] if address[0] == "@" else address)
f = open(out, "w")
print("--", file=f, flush=True)
while True:
    print(s.recv(4096).decode() + "\n--", file=f, flush=True)
