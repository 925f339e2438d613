/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * FreeBSD asks for root at each call of IPv4 multicast routing.  So the parent
 * stays root, in capability mode: it can use the descriptors that it gets, each
 * in the way that is said here.  Copies that it passes on have no more rights.
 */
#include <sys/param.h>
#include <sys/capsicum.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/ip_mroute.h>
#include <netinet6/in6_var.h>
#include <netinet6/ip6_mroute.h>
#include <signal.h>
#include <sysexits.h>

#include "common/confine.h"
#include "common/log.h"
#include "service/state.h"
#include "start.h"

#define STREAM CAP_SEND, CAP_RECV, CAP_EVENT, CAP_FCNTL

enum rights { ANY, MROUTE, RAW, MEMORY, LISTEN, LINK, NAMED, FOLDER };

/* A connection has the rights of the socket that it was accepted on. */
static cap_rights_t *
set(cap_rights_t *r, enum rights which)
{
	switch (which) {
	case MROUTE:
		return cap_rights_init(r, CAP_SETSOCKOPT, CAP_GETSOCKOPT,
		    CAP_RECV, CAP_EVENT, CAP_IOCTL);
	case RAW:
		return cap_rights_init(r, CAP_SEND, CAP_RECV, CAP_SETSOCKOPT,
		    CAP_EVENT);
	case MEMORY:
		return cap_rights_init(r, CAP_MMAP_RW, CAP_FSTAT);
	case LISTEN:
		return cap_rights_init(r, STREAM, CAP_ACCEPT, CAP_GETSOCKOPT,
		    CAP_SETSOCKOPT, CAP_GETPEERNAME, CAP_GETSOCKNAME,
		    CAP_SHUTDOWN, CAP_FSTAT);
	case LINK:
		return cap_rights_init(r, STREAM, CAP_SETSOCKOPT);
	case NAMED:
		return cap_rights_init(r, CAP_FSTAT, CAP_FTRUNCATE);
	case FOLDER:
		return cap_rights_init(r, CAP_LOOKUP, CAP_UNLINKAT);
	default:
		return NULL;
	}
}

static const enum rights kinds[STATE_FDS] = {
	[HANDOVER_MROUTE4] = MROUTE,
	[HANDOVER_MROUTE6] = MROUTE,
	[HANDOVER_GATE] = MEMORY,
	[HANDOVER_JOURNAL] = MEMORY,
	[HANDOVER_TABLE] = MEMORY,
	[HANDOVER_CONTROL] = LISTEN,
	[HANDOVER_SOCKET] = LISTEN,
	[STATE_MRDISC4] = RAW,
	[STATE_MRDISC6] = RAW,
	[STATE_CONTROL_NURSERY] = LINK,
	[STATE_ENGINE_NURSERY] = LINK,
	[STATE_READER_NURSERY] = LINK,
	[STATE_HOOK] = LINK,
	[STATE_ATTENDANT] = LINK,
	[STATE_PID_FILE] = NAMED,
	[STATE_LAST] = LINK,
	[STATE_PID_DIR] = FOLDER,
	[STATE_SOCK_DIR] = FOLDER,
};

/* In capability mode a process cannot wait for its children. */
void
rights_drop(void)
{
	signal(SIGCHLD, SIG_IGN);
	confine_rights(0, 0, 0);
}

void
rights_limit(void)
{
	static const unsigned long requests[2] = { SIOCGETSGCNT,
		SIOCGETSGCNT_IN6 };
	cap_rights_t r;
	int i, fd;

	for (i = 0; i < STATE_FDS; i++) {
		if ((fd = state.fd[i]) == -1 || set(&r, kinds[i]) == NULL)
			continue;
		if (cap_rights_limit(fd, &r) == -1 ||
		    (kinds[i] == MROUTE &&
			cap_ioctls_limit(fd, requests, 2) == -1))
			fatal(EX_OSERR, "rights of a descriptor");
	}
}
