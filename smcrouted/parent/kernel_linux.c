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

/* The report has the slot in 16 bits. */
const uint8_t kernel_slot_high = 0xff;

int
kernel_set_vif(int add, const struct wire_vif *v)
{
	struct mif6ctl m6 = { .mif6c_mifi = v->slot };
	struct vifctl m4 = { .vifc_vifi = v->slot };

	if (!add)
		return v->v6 ? kernel_set(1, MRT6_DEL_MIF, &m6.mif6c_mifi,
				   sizeof(m6.mif6c_mifi)) :
			       kernel_set(0, MRT_DEL_VIF, &m4, sizeof(m4));
	m6.vifc_threshold = m4.vifc_threshold = v->ttl;
	m6.mif6c_pifi = m4.vifc_lcl_ifindex = v->ifindex;
	m4.vifc_flags = VIFF_USE_IFINDEX;
	errno = EOVERFLOW; /* mif6c_pifi has 16 bits */
	return v->v6 && m6.mif6c_pifi != v->ifindex ? -1 :
	    v->v6 ? kernel_set(1, MRT6_ADD_MIF, &m6, sizeof(m6)) :
		    kernel_set(0, MRT_ADD_VIF, &m4, sizeof(m4));
}

int
kernel_set_mfc(int add, const struct wire_mfc *m)
{
	int opt = add ? MRT_ADD_MFC : MRT_DEL_MFC;
	struct mf6cctl m6 = { .mf6cc_parent = m->iif };
	struct mfcctl m4 = { .mfcc_parent = m->iif };
	int i;

	opt += addr_is_any(&m->key.src) ? MRT_ADD_MFC_PROXY - MRT_ADD_MFC : 0;
	if (addr_af(&m->key.grp) == AF_INET) {
		memcpy(&m4.mfcc_origin, addr_v4(&m->key.src), 4);
		memcpy(&m4.mfcc_mcastgrp, addr_v4(&m->key.grp), 4);
		memcpy(m4.mfcc_ttls, m->ttls, sizeof(m4.mfcc_ttls));
		return kernel_set(0, opt, &m4, sizeof(m4));
	}
	m6.mf6cc_origin.sin6_family = m6.mf6cc_mcastgrp.sin6_family = AF_INET6;
	memcpy(&m6.mf6cc_origin.sin6_addr, m->key.src.b, 16);
	memcpy(&m6.mf6cc_mcastgrp.sin6_addr, m->key.grp.b, 16);
	for (i = 0; i < MAXVIF; i++)
		if (m->ttls[i] != 0)
			m6.mf6cc_ifset.ifs_bits[0] |= 1U << i;
	return kernel_set(1, opt, &m6, sizeof(m6));
}

/* 1 when the kernel has what it was asked for.  A 32-bit process cannot ask a
 * 64-bit kernel (ENOTTY): then it is assumed to be there. */
static int
is_there(int rc)
{
	return rc == 0 || errno == ENOTTY;
}

int
kernel_has_mfc(const struct wire_key *k)
{
	struct sioc_sg_req6 r6 = { .pktcnt = 0 };
	struct sioc_sg_req r4 = { .pktcnt = 0 };

	memcpy(&r4.src, addr_v4(&k->src), 4);
	memcpy(&r4.grp, addr_v4(&k->grp), 4);
	memcpy(&r6.src.sin6_addr, k->src.b, 16);
	memcpy(&r6.grp.sin6_addr, k->grp.b, 16);
	return is_there(addr_af(&k->grp) == AF_INET6 ?
		ioctl(kernel_fd[1], SIOCGETSGCNT_IN6, &r6) :
		ioctl(kernel_fd[0], SIOCGETSGCNT, &r4));
}

int
kernel_has_vif(int v6, int slot)
{
	struct sioc_mif_req6 r6 = { .mifi = slot };
	struct sioc_vif_req r4 = { .vifi = slot };

	return is_there(v6 ? ioctl(kernel_fd[1], SIOCGETMIFCNT_IN6, &r6) :
			     ioctl(kernel_fd[0], SIOCGETVIFCNT, &r4));
}

/* The engine reads counters itself. */
int
kernel_other(struct peer *p, struct imsg *imsg)
{
	(void)p;
	(void)imsg;
	return -1;
}
