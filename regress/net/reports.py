#!/usr/bin/env python3
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Reports of groups: reports.py IF prints "ready", and then a line "join GROUP"
# or "leave GROUP" for each report that arrives by IGMP or MLD; with a second
# word, "from", the line ends with the address that sent it.

import socket
import struct
import sys

ALL = 3  # ETH_P_ALL
OUTGOING = 4


def records(data, size, first):
    for _ in range(struct.unpack_from("!H", data, 6)[0]):
        kind, aux, n = struct.unpack_from("!BBH", data, first)
        group = data[first + 4:first + 4 + size]
        # a change to "include no source", or sources that are blocked
        yield ("leave" if kind == 6 or kind == 3 and n == 0 else "join"), group
        first += 4 + size * (n + 1) + 4 * aux


def igmp(data):
    if data[0] in (0x12, 0x16):
        yield "join", data[4:8]
    elif data[0] == 0x17:
        yield "leave", data[4:8]
    elif data[0] == 0x22:
        yield from records(data, 4, 8)


def mld(data):
    if data[0] in (131, 132):
        yield ("join" if data[0] == 131 else "leave"), data[8:24]
    elif data[0] == 143:
        yield from records(data, 16, 8)


def told(frame):
    kind, ip = frame[12:14], frame[14:]
    if kind == b"\x08\x00" and ip[9] == 2:
        yield from igmp(ip[(ip[0] & 15) * 4:])
    # behind a hop-by-hop header of 8 bytes
    elif kind == b"\x86\xdd" and ip[6] == 0 and ip[40] == 58:
        yield from mld(ip[48:])


s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL))
s.bind((sys.argv[1], ALL))
print("ready", flush=True)
while True:
    frame, where = s.recvfrom(65536)
    if where[2] == OUTGOING:
        continue
    for what, group in told(frame):
        family = socket.AF_INET if len(group) == 4 else socket.AF_INET6
        words = [what, socket.inet_ntop(family, group)]
        if "from" in sys.argv[2:]:
            sender = frame[26:30] if family == socket.AF_INET else frame[22:38]
            words.append(socket.inet_ntop(family, sender))
        print(*words, flush=True)
