# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Deletes an IPv4 entry of the kernel's forwarding cache as another program of
# root could, by rtnetlink: unroute.py SRC GRP
import socket
import struct
import sys

RTM_DELROUTE = 25
RTNL_FAMILY_IPMR = 128
RT_TABLE_DEFAULT = 253
RTPROT_MROUTED = 17
RTN_MULTICAST = 5
RTA_DST, RTA_SRC, RTA_TABLE = 1, 2, 15


def attribute(kind, value):
    return struct.pack("HH", 4 + len(value), kind) + value


body = struct.pack("8BI", RTNL_FAMILY_IPMR, 32, 32, 0, RT_TABLE_DEFAULT,
                   RTPROT_MROUTED, 0, RTN_MULTICAST, 0)
body += attribute(RTA_DST, socket.inet_aton(sys.argv[2]))
body += attribute(RTA_SRC, socket.inet_aton(sys.argv[1]))
body += attribute(RTA_TABLE, struct.pack("I", RT_TABLE_DEFAULT))
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
flags = 1 | 4  # a request, to be acknowledged
s.send(struct.pack("IHHII", 16 + len(body), RTM_DELROUTE, flags, 1, 0) + body)
error = -struct.unpack("i", s.recv(4096)[16:20])[0]
sys.exit("error %d" % error if error else 0)
