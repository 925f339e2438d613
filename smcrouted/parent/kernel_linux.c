/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The mroute sockets of Linux.  After MRT_INIT their owner needs no capability
 * for anything here.  The MRT6_ options have the same numbers as the MRT_
 * options.
 */
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <linux/mroute.h>
#include <linux/mroute6.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"

#define UPCALL_SIZE 64
#define MFC_SIZE    192 /* bytes of an entry in the kernel */

static int mfd[2] = { -1, -1 };
static uint64_t most; /* the most entries: a quarter of the memory */

static int
set(int v6, int opt, const void *arg, socklen_t len)
{
	return setsockopt(mfd[v6], v6 ? IPPROTO_IPV6 : IPPROTO_IP, opt, arg,
	    len);
}

void
kernel_use(int v6, int fd)
{
	most = (uint64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE) / 4 /
	    MFC_SIZE;
	mfd[v6] = fd;
}

static int
set_vif(uint32_t verb, const struct wire_vif *v)
{
	struct mif6ctl m6 = { .mif6c_mifi = v->slot };
	struct vifctl m4 = { .vifc_vifi = v->slot };

	if (verb == IMSG_VIF_DEL)
		return v->v6 ? set(1, MRT6_DEL_MIF, &m6.mif6c_mifi,
				   sizeof(m6.mif6c_mifi)) :
			       set(0, MRT_DEL_VIF, &m4, sizeof(m4));
	m6.vifc_threshold = m4.vifc_threshold = v->ttl;
	m6.mif6c_pifi = m4.vifc_lcl_ifindex = v->ifindex;
	m4.vifc_flags = VIFF_USE_IFINDEX;
	errno = EOVERFLOW; /* mif6c_pifi has 16 bits */
	return v->v6 && m6.mif6c_pifi != v->ifindex ? -1 :
	    v->v6 ? set(1, MRT6_ADD_MIF, &m6, sizeof(m6)) :
		    set(0, MRT_ADD_VIF, &m4, sizeof(m4));
}

static int
set_mfc(int opt, const struct wire_mfc *m)
{
	struct mf6cctl m6 = { .mf6cc_parent = m->iif };
	struct mfcctl m4 = { .mfcc_parent = m->iif };
	int i;

	opt += addr_is_any(&m->key.src) ? MRT_ADD_MFC_PROXY - MRT_ADD_MFC : 0;
	if (addr_af(&m->key.grp) == AF_INET) {
		memcpy(&m4.mfcc_origin, addr_v4(&m->key.src), 4);
		memcpy(&m4.mfcc_mcastgrp, addr_v4(&m->key.grp), 4);
		memcpy(m4.mfcc_ttls, m->ttls, sizeof(m4.mfcc_ttls));
		return set(0, opt, &m4, sizeof(m4));
	}
	m6.mf6cc_origin.sin6_family = m6.mf6cc_mcastgrp.sin6_family = AF_INET6;
	memcpy(&m6.mf6cc_origin.sin6_addr, m->key.src.b, 16);
	memcpy(&m6.mf6cc_mcastgrp.sin6_addr, m->key.grp.b, 16);
	for (i = 0; i < MAXVIF; i++)
		if (m->ttls[i] != 0)
			m6.mf6cc_ifset.ifs_bits[0] |= 1U << i;
	return set(1, opt, &m6, sizeof(m6));
}

/* 1 when the kernel has what it was asked for.  A 32-bit process cannot ask a
 * 64-bit kernel (ENOTTY): then it is assumed to be there. */
static int
is_there(int rc)
{
	return rc == 0 || errno == ENOTTY;
}

static int
has_mfc(const struct wire_key *k)
{
	struct sioc_sg_req6 r6 = { .pktcnt = 0 };
	struct sioc_sg_req r4 = { .pktcnt = 0 };

	memcpy(&r4.src, addr_v4(&k->src), 4);
	memcpy(&r4.grp, addr_v4(&k->grp), 4);
	memcpy(&r6.src.sin6_addr, k->src.b, 16);
	memcpy(&r6.grp.sin6_addr, k->grp.b, 16);
	return is_there(addr_af(&k->grp) == AF_INET6 ?
		ioctl(mfd[1], SIOCGETSGCNT_IN6, &r6) :
		ioctl(mfd[0], SIOCGETSGCNT, &r4));
}

/* The most entries that a key may have: a resident one has one for each iif. */
static uint32_t
cost(const struct wire_key *k)
{
	return addr_is_any(&k->src) ? MAXVIF : 1;
}

static int
add_mfc(const struct wire_mfc *m, uint32_t *entries)
{
	uint32_t n = cost(&m->key);
	/* The kernel is not asked while there is much room, so that a new flow
	 * does not wait for it.  An entry that exists may count twice then. */
	int known = (n > 1 || *entries >= most / 2) && has_mfc(&m->key);

	errno = ENOSPC;
	if ((!known && *entries + n > most) || set_mfc(MRT_ADD_MFC, m) == -1)
		return -1;
	*entries += known ? 0 : n;
	return 0;
}

static int
del_mfc(const struct wire_mfc *m, uint32_t *entries)
{
	uint32_t n = cost(&m->key);

	if (set_mfc(MRT_DEL_MFC, m) == -1)
		return -1;
	if ((n == 1 || !has_mfc(&m->key)) && *entries >= n)
		*entries -= n;
	return 0;
}

int
kernel_verb(struct gate *g, uint32_t verb, const union gate_entry *e)
{
	int rc = 0, gone = 0,
	    vif = verb == IMSG_VIF_ADD || verb == IMSG_VIF_DEL;

	if (vif)
		rc = set_vif(verb, &e->vif);
	if (verb == IMSG_MFC_DEL || (verb == IMSG_MFC_ADD && e->mfc.how))
		rc = del_mfc(&e->mfc, &g->entries);
	if (verb == IMSG_MFC_ADD && e->mfc.how != MFC_UNMAKE)
		rc = add_mfc(&e->mfc, &g->entries);
	if (verb == IMSG_MFC_DEL || verb == IMSG_VIF_DEL)
		gone = verb == IMSG_MFC_DEL ? ENOENT : EADDRNOTAVAIL;
	if (rc == -1 && errno != gone)
		return errno;
	if (vif)
		g->ifindex[e->vif.v6][e->vif.slot] =
		    verb == IMSG_VIF_ADD ? e->vif.ifindex : 0;
	return 0;
}

int
kernel_has_vif(int v6, int slot)
{
	struct sioc_mif_req6 r6 = { .mifi = slot };
	struct sioc_vif_req r4 = { .vifi = slot };

	return is_there(v6 ? ioctl(mfd[1], SIOCGETMIFCNT_IN6, &r6) :
			     ioctl(mfd[0], SIOCGETVIFCNT, &r4));
}

size_t
kernel_upcalls(int v6, struct wire_upcall *u, size_t max)
{
	uint8_t buf[UPCALL_SIZE];
	ssize_t len;
	size_t n = 0;

	while (n < max &&
	    (len = recv(mfd[v6], buf, sizeof(buf), MSG_DONTWAIT)) != -1)
		n += gate_upcall(v6, 0xff, buf, len, &u[n]);
	return n;
}
