/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Control messages of sendmsg(2) and recvmsg(2).
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <string.h>

#include "cmsg.h"

void
cmsg_put(struct msghdr *m, int level, int type, const void *value, size_t len)
{
	struct cmsghdr *h = m->msg_control;

	m->msg_controllen = CMSG_SPACE(len);
	h->cmsg_level = level;
	h->cmsg_type = type;
	h->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(h), value, len);
}

int
cmsg_get(struct msghdr *m, int level, int type, void *value, size_t len)
{
	struct cmsghdr *h;

	for (h = CMSG_FIRSTHDR(m); h != NULL; h = CMSG_NXTHDR(m, h))
		if (h->cmsg_level == level && h->cmsg_type == type &&
		    h->cmsg_len == CMSG_LEN(len)) {
			memcpy(value, CMSG_DATA(h), len);
			return 0;
		}
	return -1;
}
