/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The mroute sockets of FreeBSD, NetBSD and OpenBSD.
 *
 * An IPv4 VIF is made for a local address, an IPv6 MIF for an interface index.
 * FreeBSD wants root for all of IPv4; the other calls need only the socket.
 */
#include <sys/param.h>
#include <sys/time.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/in_systm.h>
#include <netinet/ip_mroute.h>
#include <netinet6/in6_var.h>
#include <netinet6/ip6_mroute.h>
#include <errno.h>
#include <string.h>

#include "kernel.h"

/* That byte of the report belongs to a checksum. */
const uint8_t kernel_slot_high = 0;

static int
set_vif(int add, const struct wire_vif *v)
{
	struct vifctl c = { .vifc_vifi = v->slot, .vifc_threshold = v->ttl };
	vifi_t slot = v->slot;

	if (!add)
		return kernel_set(0, MRT_DEL_VIF, &slot, sizeof(slot));
	memcpy(&c.vifc_lcl_addr, v->local, sizeof(v->local));
	return kernel_set(0, MRT_ADD_VIF, &c, sizeof(c));
}

/* mif6c_pifi has 16 bits.  MRT6_ADD_MIF panics FreeBSD when the interface has
 * just gone, so IPV6_MULTICAST_IF, which checks the index, comes first. */
static int
set_mif(int add, const struct wire_vif *v)
{
	struct mif6ctl c = { .mif6c_mifi = v->slot, .mif6c_pifi = v->ifindex };
	mifi_t slot = v->slot;
	unsigned int i = v->ifindex;

	if (!add)
		return kernel_set(1, MRT6_DEL_MIF, &slot, sizeof(slot));
	if (kernel_set(1, IPV6_MULTICAST_IF, &i, sizeof(i)) == -1)
		return -1;
	errno = EOVERFLOW;
	return c.mif6c_pifi != v->ifindex ?
	    -1 :
	    kernel_set(1, MRT6_ADD_MIF, &c, sizeof(c));
}

int
kernel_set_vif(int add, const struct wire_vif *v)
{
	return v->v6 ? set_mif(add, v) : set_vif(add, v);
}

/* To add a VIF that cannot be made fails in another way if the slot is taken.
 */
int
kernel_has_vif(int v6, int slot)
{
	struct wire_vif v = { .slot = slot,
		.v6 = v6,
		.local = { 255, 255, 255, 255 } };

	return kernel_set_vif(1, &v) == -1 && errno == EADDRINUSE;
}

static void
set_sin6(struct sockaddr_in6 *sin6, const struct addr *a)
{
	sin6->sin6_len = sizeof(*sin6);
	sin6->sin6_family = AF_INET6;
	memcpy(&sin6->sin6_addr, a->b, sizeof(a->b));
}

/* The kernel accepts an entry without a source, and never uses it. */
int
kernel_set_mfc(int add, const struct wire_mfc *m)
{
	struct mf6cctl m6 = { .mf6cc_parent = m->iif };
	struct mfcctl m4 = { .mfcc_parent = m->iif };
	int i;

	errno = ENOPROTOOPT;
	if (addr_is_any(&m->key.src))
		return -1;
	if (addr_af(&m->key.grp) == AF_INET) {
		memcpy(&m4.mfcc_origin, addr_v4(&m->key.src), 4);
		memcpy(&m4.mfcc_mcastgrp, addr_v4(&m->key.grp), 4);
		memcpy(m4.mfcc_ttls, m->ttls, sizeof(m4.mfcc_ttls));
		return kernel_set(0, add ? MRT_ADD_MFC : MRT_DEL_MFC, &m4,
		    sizeof(m4));
	}
	set_sin6(&m6.mf6cc_origin, &m->key.src);
	set_sin6(&m6.mf6cc_mcastgrp, &m->key.grp);
	for (i = 0; i < MAXVIF; i++)
		if (m->ttls[i] != 0)
			IF_SET(i, &m6.mf6cc_ifset);
	return kernel_set(1, add ? MRT6_ADD_MFC : MRT6_DEL_MFC, &m6,
	    sizeof(m6));
}

/* 0, or -1: the kernel has no such entry. */
static int
count(const struct wire_key *k, struct wire_count *n)
{
	struct sioc_sg_req6 r6 = { .pktcnt = 0 };
	struct sioc_sg_req r4 = { .pktcnt = 0 };
	int rc, v6 = addr_af(&k->grp) == AF_INET6;

	memcpy(&r4.src, addr_v4(&k->src), 4);
	memcpy(&r4.grp, addr_v4(&k->grp), 4);
	set_sin6(&r6.src, &k->src);
	set_sin6(&r6.grp, &k->grp);
	rc = v6 ? ioctl(kernel_fd[1], SIOCGETSGCNT_IN6, &r6) :
		  ioctl(kernel_fd[0], SIOCGETSGCNT, &r4);
	n->packets = v6 ? r6.pktcnt : r4.pktcnt;
	n->bytes = v6 ? r6.bytecnt : r4.bytecnt;
	n->wrong = v6 ? r6.wrong_if : r4.wrong_if;
	return rc;
}

int
kernel_has_mfc(const struct wire_key *k)
{
	struct wire_count n;

	return count(k, &n) == 0;
}

/* COUNT: any key may be asked for. */
int
kernel_other(struct peer *p, struct imsg *imsg)
{
	struct wire_count n[WIRE_BATCH];
	struct wire_key k;
	uint32_t i, max = imsg_get_len(imsg) / sizeof(k);

	if (imsg_get_type(imsg) != IMSG_COUNT || max == 0 || max > WIRE_BATCH ||
	    imsg_get_len(imsg) % sizeof(k) != 0)
		return -1;
	memset(n, 0, sizeof(n));
	for (i = 0; i < max; i++) {
		if (imsg_get_buf(imsg, &k, sizeof(k)) == -1)
			return -1;
		n[i].found = count(&k, &n[i]) == 0;
	}
	peer_send(p, IMSG_COUNTS, imsg_get_id(imsg), -1, n, max * sizeof(n[0]));
	return 0;
}
