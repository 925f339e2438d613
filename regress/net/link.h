/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Raw access to network interfaces, also to those of another network namespace
 * (a vnet jail, where the system has those).
 */
#ifndef LINK_H
#define LINK_H

#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Opens namespace ns (NULL: ours) for sending on any of its interfaces, and for
 * receiving what arrives on any with this Ethernet type (0: of every type).
 * Returns a descriptor to poll, or -1 with errno.  One for all of them, because
 * it takes the kernel long to close such a descriptor.
 */
int link_open(const char *ns, int type);
/* An interface's index, or 0: there is none of that name. */
int link_index(int, const char *ifname);
/* The name of an interface into buf (IF_NAMESIZE).  Returns buf, or "?" when
 * the interface is gone. */
const char *link_name(int, int ifindex, char *buf);
/* 1 when the interface is up and so is the other end of its cable. */
int link_running(int, const char *ifname);
/* 0, or -1 with errno. */
int link_send(int, int ifindex, const void *, size_t);
/* The next frame that has arrived and where, or 0: none now, or -1. */
ssize_t link_recv(int, int *ifindex, void *, size_t);
/* The number of frames that were lost between the interfaces and the
 * descriptor. */
unsigned int link_lost(int);
/* The number of frames for which the other end of the cable had no room. */
unsigned long link_dropped(const char *ns, const char *ifname);

/* The number of CPUs that may process a frame; and moving this process to one
 * of them. */
unsigned int cpu_count(void);
void cpu_go(unsigned int);
void cpu_anywhere(void);

#endif
