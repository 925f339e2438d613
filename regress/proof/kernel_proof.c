/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the parent does in the kernel, for every entry that the gate lets
 * through, and what it reads there, for packets of any bytes and lengths.
 *
 * Files:	smcrouted/parent/gate.c common/addr.c
 * Eva:	-eva-min-loop-unroll 64 -eva-slevel 100 -eva-partition-history 1
 * Eva:	-eva-split-return-function gate_verb:full,vif_ok:full
 * Eva:	-eva-split-return-function mfc_ok:full,key_ok:full
 * Whole:	kernel_upcalls kernel_verb kernel_has_vif kernel_set_vif
 * Whole:	kernel_set_mfc kernel_set kernel_has_mfc change_mfc gate_verb
 * Whole:	gate_upcall
 */
#include "parent/kernel.c"
#include "parent/kernel_linux.c"
#include "proof.h"

static struct gate g;
static union gate_entry e;
static struct wire_upcall upcalls[WIRE_BATCH];

/* As the kernel reads them: the struct of the option, about slots it has. */

/* The numbers are the same for both families. */
static int
is_add(int opt)
{
	int add = opt < MRT_ADD_MFC_PROXY ? MRT_ADD_MFC : MRT_ADD_MFC_PROXY;

	either(opt - add);
	return opt == add;
}

static void
take_v4(int opt, const void *arg, socklen_t len)
{
	const struct mfcctl *m = arg;
	const struct vifctl *v = arg;

	if (opt == MRT_ADD_VIF || opt == MRT_DEL_VIF) {
		yes(len == sizeof(*v));
		yes(v->vifc_vifi < MAXVIFS);
		if (opt == MRT_ADD_VIF)
			yes(v->vifc_flags == VIFF_USE_IFINDEX);
	} else {
		yes(len == sizeof(*m));
		if (is_add(opt))
			yes(m->mfcc_parent < MAXVIFS);
	}
}

static void
take_v6(int opt, const void *arg, socklen_t len)
{
	const struct mf6cctl *m = arg;
	const struct mif6ctl *v = arg;
	const mifi_t *slot = arg;

	if (opt == MRT6_ADD_MIF) {
		yes(len == sizeof(*v));
		yes(v->mif6c_mifi < MAXMIFS);
	} else if (opt == MRT6_DEL_MIF) {
		yes(len == sizeof(*slot));
		yes(*slot < MAXMIFS);
	} else {
		yes(len == sizeof(*m));
		if (is_add(opt))
			yes(m->mf6cc_parent < MAXMIFS);
	}
}

int
setsockopt(int fd, int level, int opt, const void *arg, socklen_t len)
{
	yes(level == (fd == kernel_fd[1] ? IPPROTO_IPV6 : IPPROTO_IP));
	if (fd == kernel_fd[1])
		take_v6(opt, arg, len);
	else
		take_v4(opt, arg, len);
	errno = Frama_C_interval(1, 4095);
	return Frama_C_interval(-1, 0);
}

ssize_t
recv(int fd, void *buf, size_t len, int flags)
{
	either(fd - kernel_fd[0]);
	yes(flags == MSG_DONTWAIT);
	any(buf, len);
	return Frama_C_interval(-1, len);
}

int
ioctl(int fd, int request, ...)
{
	either(fd - kernel_fd[0]);
	yes(request == SIOCGETVIFCNT || request == SIOCGETSGCNT);
	return Frama_C_interval(-1, 0);
}

static void
prove_verb(uint32_t verb)
{
	int i;

	any(&g, sizeof(g));
	any(&e, sizeof(e));
	if (!gate_verb(&g, verb, &e))
		return;
	i = kernel_verb(&g, verb, &e);
	yes(i >= 0);
	yes(i <= 4095);
}

void
prove(void)
{
	uint32_t verb;
	int v6, slot;

	kernel_fd[0] = 0;
	kernel_fd[1] = 1;
	any(&most, sizeof(most));
	for (verb = IMSG_VIF_ADD - 1; verb <= IMSG_MFC_DEL; verb++)
		prove_verb(verb);
	for (v6 = 0; v6 <= 1; v6++) {
		either(kernel_upcalls(v6, upcalls, WIRE_BATCH) <= WIRE_BATCH);
		for (slot = 0; slot < MAXVIF; slot++)
			either(kernel_has_vif(v6, slot));
	}
}
