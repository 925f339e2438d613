#!/usr/bin/env python3
# Has the N-th allocation from now on fail in a process that short_alloc.c is
# linked with:
#
#	short_alloc.py PID FILE N
#
# FILE is its executable, whatever the process knows it by.
#
# Prints how many were left to go of the time before.

import os
import struct
import subprocess
import sys

pid, exe, n = sys.argv[1:]
at = next(int(l.split()[0], 16)
          for l in subprocess.check_output(["nm", exe], text=True).splitlines()
          if l.endswith(" short_alloc"))
maps = open("/proc/%s/maps" % pid).readlines()
name = os.readlink("/proc/%s/exe" % pid)
base = min(int(l.split("-")[0], 16) for l in maps if l.rstrip().endswith(name))
with open("/proc/%s/mem" % pid, "r+b", buffering=0) as memory:
    memory.seek(base + at)
    print(struct.unpack("=Q", memory.read(8))[0])
    memory.seek(base + at)
    memory.write(struct.pack("=Q", int(n)))
