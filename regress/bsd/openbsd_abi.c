/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What our sources and the kernel of OpenBSD on amd64 must agree on.  It must
 * compile with the headers of include/ and with those of the system.
 */
#include <sys/param.h>
#include <sys/time.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/un.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/in_systm.h>
#include <netinet/icmp6.h>
#include <netinet/ip_mroute.h>
#include <netinet6/in6_var.h>
#include <netinet6/ip6_mroute.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sysexits.h>
#include <syslog.h>

#include "abi.h"

/* Multicast routing, IPv4: numbers */
IS(MRT_INIT, 100); IS(MRT_DONE, 101); IS(MRT_ADD_VIF, 102);
IS(MRT_DEL_VIF, 103); IS(MRT_ADD_MFC, 104); IS(MRT_DEL_MFC, 105);
IS(MRT_ASSERT, 107); IS(MAXVIFS, 32); IS(SIOCGETSGCNT, 0xc0207534);

/* Multicast routing, IPv6: numbers */
IS(MRT6_INIT, 108); IS(MRT6_DONE, 101); IS(MRT6_ADD_MIF, 102);
IS(MRT6_DEL_MIF, 103); IS(MRT6_ADD_MFC, 104); IS(MRT6_DEL_MFC, 105);
IS(MAXMIFS, 64); IS(SIOCGETSGCNT_IN6, 0xc050756a); IS(MRT6MSG_NOCACHE, 1);
IS(MRT6MSG_WRONGMIF, 2);

/* Sockets and their options: numbers */
IS(AF_UNSPEC, 0); IS(AF_UNIX, 1); IS(AF_INET, 2); IS(AF_INET6, 24);
IS(AF_LINK, 18); IS(PF_ROUTE, 17); IS(SOCK_DGRAM, 2); IS(SOCK_RAW, 3);
IS(SOCK_CLOEXEC, 0x8000); IS(SOCK_NONBLOCK, 0x4000); IS(SOL_SOCKET, 0xffff);
IS(SO_RCVBUF, 0x1002); IS(MSG_DONTWAIT, 0x80); IS(IPPROTO_IP, 0);
IS(IPPROTO_IGMP, 2); IS(IPPROTO_IPV6, 41); IS(IPPROTO_ICMPV6, 58);
IS(INADDR_LOOPBACK, 0x7f000001); IS(IP_HDRINCL, 2); IS(IP_MULTICAST_IF, 9);
IS(IP_MULTICAST_LOOP, 11); IS(IP_ADD_MEMBERSHIP, 12);
IS(IP_DROP_MEMBERSHIP, 13); IS(IPV6_JOIN_GROUP, 12); IS(IPV6_LEAVE_GROUP, 13);
IS(IPV6_MULTICAST_IF, 9);
IS(ICMP6_FILTER, 18); IS(CTL_NET, 4); IS(IPCTL_MFORWARDING, 31);
IS(IPV6CTL_MFORWARDING, 42);

/* Interfaces: numbers */
IS(IFNAMSIZ, 16); IS(IF_NAMESIZE, 16); IS(IFF_UP, 1);
IS(SIOCGIFAFLAG_IN6, 0xc1206949); IS(IN6_IFF_TENTATIVE, 2);
IS(IN6_IFF_DUPLICATED, 4);

/* The routing socket: numbers */
IS(RTM_VERSION, 5); IS(RTM_GET, 4); IS(RTM_NEWADDR, 12); IS(RTM_DELADDR, 13);
IS(RTM_IFINFO, 14); IS(RTM_IFANNOUNCE, 15); IS(RTM_DESYNC, 16);
IS(IFAN_ARRIVAL, 0); IS(IFAN_DEPARTURE, 1); IS(RTA_DST, 1); IS(RTA_IFP, 16);
IS(RTF_LOCAL, 0x200000);

/* Errors */
IS(EPERM, 1); IS(ESRCH, 3); IS(EINTR, 4); IS(EACCES, 13); IS(EINVAL, 22);
IS(ENXIO, 6); IS(EAGAIN, 35); IS(ENOPROTOOPT, 42);
IS(EOPNOTSUPP, 45); IS(EADDRINUSE, 48); IS(EADDRNOTAVAIL, 49);
IS(ENOBUFS, 55); IS(ETOOMANYREFS, 59); IS(ENOSYS, 78); IS(EOVERFLOW, 87);

/* Files, memory, log */
IS(O_RDONLY, 0); IS(O_RDWR, 2); IS(O_NONBLOCK, 0x4); IS(O_CREAT, 0x200);
IS(O_EXCL, 0x800); IS(O_CLOEXEC, 0x10000); IS(O_DIRECTORY, 0x20000);
IS(F_SETFD, 2); IS(F_DUPFD_CLOEXEC, 10); IS(FD_CLOEXEC, 1); IS(POLLIN, 1);
IS(PATH_MAX, 1024); IS(LOG_DAEMON, 24); IS(LOG_PID, 1); IS(LOG_NDELAY, 8);
IS(EX_UNAVAILABLE, 69); IS(EX_OSERR, 71); IS(EX_NOPERM, 77);

/* Multicast routing, IPv4: structures */
SIZE(struct vifctl, 16); AT(vifctl, vifc_vifi, 0, 2);
AT(vifctl, vifc_flags, 2, 1); AT(vifctl, vifc_threshold, 3, 1);
AT(vifctl, vifc_rate_limit, 4, 4); AT(vifctl, vifc_lcl_addr, 8, 4);
AT(vifctl, vifc_rmt_addr, 12, 4);
SIZE(struct mfcctl, 44); AT(mfcctl, mfcc_origin, 0, 4);
AT(mfcctl, mfcc_mcastgrp, 4, 4); AT(mfcctl, mfcc_parent, 8, 2);
AT(mfcctl, mfcc_ttls, 10, 32);
SIZE(struct sioc_sg_req, 32); AT(sioc_sg_req, src, 0, 4);
AT(sioc_sg_req, grp, 4, 4); AT(sioc_sg_req, pktcnt, 8, 8);
AT(sioc_sg_req, bytecnt, 16, 8); AT(sioc_sg_req, wrong_if, 24, 8);

/* Multicast routing, IPv6: structures */
SIZE(struct mif6ctl, 6); AT(mif6ctl, mif6c_mifi, 0, 2);
AT(mif6ctl, mif6c_flags, 2, 1); AT(mif6ctl, mif6c_pifi, 4, 2);
SIZE(struct if_set, 32); AT(if_set, ifs_bits, 0, 32);
SIZE(struct mf6cctl, 92); AT(mf6cctl, mf6cc_origin, 0, 28);
AT(mf6cctl, mf6cc_mcastgrp, 28, 28); AT(mf6cctl, mf6cc_parent, 56, 2);
AT(mf6cctl, mf6cc_ifset, 60, 32);
SIZE(struct sioc_sg_req6, 80); AT(sioc_sg_req6, src, 0, 28);
AT(sioc_sg_req6, grp, 28, 28); AT(sioc_sg_req6, pktcnt, 56, 8);
AT(sioc_sg_req6, bytecnt, 64, 8); AT(sioc_sg_req6, wrong_if, 72, 8);
SIZE(struct mrt6msg, 40); AT(mrt6msg, im6_mbz, 0, 1);
AT(mrt6msg, im6_msgtype, 1, 1); AT(mrt6msg, im6_mif, 2, 2);
AT(mrt6msg, im6_src, 8, 16); AT(mrt6msg, im6_dst, 24, 16);

/* Addresses: structures */
SIZE(struct in_addr, 4); AT(in_addr, s_addr, 0, 4);
SIZE(struct in6_addr, 16); AT(in6_addr, s6_addr, 0, 16);
SIZE(struct sockaddr, 16); AT(sockaddr, sa_len, 0, 1);
AT(sockaddr, sa_family, 1, 1); AT(sockaddr, sa_data, 2, 14);
SIZE(struct sockaddr_in, 16); AT(sockaddr_in, sin_len, 0, 1);
AT(sockaddr_in, sin_family, 1, 1); AT(sockaddr_in, sin_port, 2, 2);
AT(sockaddr_in, sin_addr, 4, 4);
SIZE(struct sockaddr_in6, 28); AT(sockaddr_in6, sin6_len, 0, 1);
AT(sockaddr_in6, sin6_family, 1, 1); AT(sockaddr_in6, sin6_port, 2, 2);
AT(sockaddr_in6, sin6_flowinfo, 4, 4); AT(sockaddr_in6, sin6_addr, 8, 16);
AT(sockaddr_in6, sin6_scope_id, 24, 4);
SIZE(struct sockaddr_dl, 32); AT(sockaddr_dl, sdl_len, 0, 1);
AT(sockaddr_dl, sdl_family, 1, 1); AT(sockaddr_dl, sdl_index, 2, 2);
AT(sockaddr_dl, sdl_type, 4, 1); AT(sockaddr_dl, sdl_nlen, 5, 1);
AT(sockaddr_dl, sdl_alen, 6, 1); AT(sockaddr_dl, sdl_slen, 7, 1);
AT(sockaddr_dl, sdl_data, 8, 24);
SIZE(struct sockaddr_storage, 256); AT(sockaddr_storage, ss_len, 0, 1);
AT(sockaddr_storage, ss_family, 1, 1);
SIZE(struct sockaddr_un, 106); AT(sockaddr_un, sun_len, 0, 1);
AT(sockaddr_un, sun_family, 1, 1); AT(sockaddr_un, sun_path, 2, 104);

/* Options: structures */
SIZE(struct ip_mreq, 8); AT(ip_mreq, imr_multiaddr, 0, 4);
AT(ip_mreq, imr_interface, 4, 4);
SIZE(struct ip_mreqn, 12); AT(ip_mreqn, imr_multiaddr, 0, 4);
AT(ip_mreqn, imr_address, 4, 4); AT(ip_mreqn, imr_ifindex, 8, 4);
SIZE(struct ipv6_mreq, 20); AT(ipv6_mreq, ipv6mr_multiaddr, 0, 16);
AT(ipv6_mreq, ipv6mr_interface, 16, 4);
SIZE(struct icmp6_filter, 32); AT(icmp6_filter, icmp6_filt, 0, 32);
SIZE(struct timeval, 16); AT(timeval, tv_sec, 0, 8); AT(timeval, tv_usec, 8, 8);

/* Interfaces: structures */
SIZE(struct if_data, 144); AT(if_data, ifi_mtu, 4, 4);
SIZE(struct ifaddrs, 56); AT(ifaddrs, ifa_next, 0, 8);
AT(ifaddrs, ifa_name, 8, 8); AT(ifaddrs, ifa_flags, 16, 4);
AT(ifaddrs, ifa_addr, 24, 8); AT(ifaddrs, ifa_data, 48, 8);
SIZE(struct in6_ifreq, 288); AT(in6_ifreq, ifr_name, 0, 16);
AT(in6_ifreq, ifr_addr, 16, 28); AT(in6_ifreq, ifr_ifru.ifru_flags6, 16, 4);

/* The routing socket: structures */
SIZE(struct rt_metrics, 56);
SIZE(struct rt_msghdr, 96); AT(rt_msghdr, rtm_msglen, 0, 2);
AT(rt_msghdr, rtm_version, 2, 1); AT(rt_msghdr, rtm_type, 3, 1);
AT(rt_msghdr, rtm_hdrlen, 4, 2); AT(rt_msghdr, rtm_index, 6, 2);
AT(rt_msghdr, rtm_tableid, 8, 2); AT(rt_msghdr, rtm_priority, 10, 1);
AT(rt_msghdr, rtm_flags, 16, 4); AT(rt_msghdr, rtm_addrs, 12, 4);
AT(rt_msghdr, rtm_pid, 24, 4); AT(rt_msghdr, rtm_seq, 28, 4);
AT(rt_msghdr, rtm_errno, 32, 4); AT(rt_msghdr, rtm_rmx, 40, 56);
SIZE(struct if_announcemsghdr, 26); AT(if_announcemsghdr, ifan_msglen, 0, 2);
AT(if_announcemsghdr, ifan_version, 2, 1);
AT(if_announcemsghdr, ifan_type, 3, 1); AT(if_announcemsghdr, ifan_index, 6, 2);
AT(if_announcemsghdr, ifan_name, 10, 16);
AT(if_announcemsghdr, ifan_what, 8, 2);
SIZE(struct pollfd, 8); AT(pollfd, fd, 0, 4); AT(pollfd, events, 4, 2);
AT(pollfd, revents, 6, 2);

/* Types */
SIZE(uid_t, 4); SIZE(gid_t, 4); SIZE(pid_t, 4); SIZE(off_t, 8); SIZE(mode_t, 4);
SIZE(size_t, 8); SIZE(ssize_t, 8); SIZE(socklen_t, 4); SIZE(time_t, 8);
SIZE(sa_family_t, 1); SIZE(in_port_t, 2); SIZE(in_addr_t, 4); SIZE(vifi_t, 2);
SIZE(mifi_t, 2);
