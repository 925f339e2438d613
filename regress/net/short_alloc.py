#!/usr/bin/env python3
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Has the N-th allocation from now on fail in a process that short_alloc.c is
# linked with:
#
#	short_alloc.py PID FILE N
#	short_alloc.py file FILE N	in each that is yet to be started
#
# FILE is its executable, whatever the process knows it by.
#
# Prints how many allocations of the N of the time before were still to come.

import os
import struct
import subprocess
import sys


def lines(*command):
    return subprocess.check_output(command, text=True).splitlines()


pid, exe, n = sys.argv[1:]
at = next(int(l.split()[0], 16)
          for l in lines("nm", exe) if l.endswith(" short_alloc"))
if pid == "file":
    # of ".data PROGBITS address offset ..."
    data = next(l for l in lines("readelf", "-SW", exe) if " .data " in l)
    address, offset = data.split(".data")[1].split()[1:3]
    name = exe
    at += int(offset, 16) - int(address, 16)
else:
    maps = open("/proc/%s/maps" % pid).readlines()
    mapped = os.readlink("/proc/%s/exe" % pid)
    at += min(int(l.split("-")[0], 16)
              for l in maps if l.rstrip().endswith(mapped))
    name = "/proc/%s/mem" % pid
with open(name, "r+b", buffering=0) as memory:
    memory.seek(at)
    print(struct.unpack("=Q", memory.read(8))[0])
    memory.seek(at)
    memory.write(struct.pack("=Q", int(n)))
