/*
 * Raw access to a network interface, also in another network namespace (a vnet
 * jail, where the system has those).
 */
#ifndef LINK_H
#define LINK_H

#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Opens the interface in namespace ns (NULL: ours) for sending and for
 * receiving what arrives there with this Ethernet type (0: of every type).
 * Returns a descriptor to poll, or -1 with errno.
 */
int link_open(const char *ns, const char *ifname, int type);
/* 0, or -1 with errno. */
int link_send(int, const void *, size_t);
/* The next frame that has arrived, or 0: none now, or -1 with errno. */
ssize_t link_recv(int, void *, size_t);
/* 1 when the interface is up and so is the other end of its cable. */
int link_running(int, const char *ifname);
/* Frames that were lost on the way from the interface to the descriptor. */
unsigned int link_lost(int);

/* Frames that the interface had no room for at the other end of its cable. */
unsigned long link_dropped(const char *ns, const char *ifname);

/* CPUs that a frame may be worked on by, and moving ourselves to one. */
unsigned int cpu_count(void);
void cpu_go(unsigned int);
void cpu_anywhere(void);

#endif
