/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What all kernels have in common: does the verbs of the engine, bounds the
 * number of entries, and reads upcalls.
 */
#include <sys/socket.h>
#include <netinet/in.h>
#include <errno.h>
#include <unistd.h>

#include "kernel.h"

#define MFC_SIZE    192 /* bytes of an entry in the kernel */
#define UPCALL_SIZE 64

int kernel_fd[2] = { -1, -1 };
static uint64_t most; /* the most entries: a quarter of the memory */

void
kernel_use(int v6, int fd)
{
	most = (uint64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE) / 4 /
	    MFC_SIZE;
	kernel_fd[v6] = fd;
}

int
kernel_set(int v6, int opt, const void *arg, socklen_t len)
{
	return setsockopt(kernel_fd[v6], v6 ? IPPROTO_IPV6 : IPPROTO_IP, opt,
	    arg, len);
}

static int
change_mfc(int add, const struct wire_mfc *m, uint32_t *entries)
{
	/* the most entries of a key: a resident one has one for each iif */
	uint32_t n = addr_is_any(&m->key.src) ? MAXVIF : 1;
	/* The kernel is not asked while there is much room, so that a new flow
	 * does not wait for it.  An entry that exists may count twice then. */
	int known =
	    add && (n > 1 || *entries >= most / 2) && kernel_has_mfc(&m->key);

	errno = ENOSPC;
	if ((add && !known && *entries + n > most) ||
	    kernel_set_mfc(add, m) == -1)
		return -1;
	if (add)
		*entries += known ? 0 : n;
	else if ((n == 1 || !kernel_has_mfc(&m->key)) && *entries >= n)
		*entries -= n;
	return 0;
}

/* Kernels have different errors for what is gone already. */
int
kernel_verb(struct gate *g, uint32_t verb, const union gate_entry *e)
{
	int rc = 0, vif = verb == IMSG_VIF_ADD || verb == IMSG_VIF_DEL;

	if (vif)
		rc = kernel_set_vif(verb == IMSG_VIF_ADD, &e->vif);
	if (verb == IMSG_MFC_DEL || (verb == IMSG_MFC_ADD && e->mfc.how))
		rc = change_mfc(0, &e->mfc, &g->entries);
	if (verb == IMSG_MFC_ADD && e->mfc.how != MFC_UNMAKE)
		rc = change_mfc(1, &e->mfc, &g->entries);
	if (rc == -1 &&
	    ((verb != IMSG_MFC_DEL && verb != IMSG_VIF_DEL) ||
		(errno != EADDRNOTAVAIL && errno != ENOENT && errno != ESRCH &&
		    errno != EINVAL)))
		return errno;
	if (vif)
		g->ifindex[e->vif.v6][e->vif.slot] =
		    verb == IMSG_VIF_ADD ? e->vif.ifindex : 0;
	return 0;
}

size_t
kernel_upcalls(int v6, struct wire_upcall *u, size_t max)
{
	uint8_t buf[UPCALL_SIZE];
	ssize_t len;
	size_t n = 0;

	while (n < max &&
	    (len = recv(kernel_fd[v6], buf, sizeof(buf), MSG_DONTWAIT)) != -1)
		n += gate_upcall(v6, kernel_slot_high, buf, len, &u[n]);
	return n;
}
