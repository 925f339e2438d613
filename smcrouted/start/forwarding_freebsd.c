/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * FreeBSD has one table of IPv6 multicast routes for all jails.  A socket in
 * another jail that begins to route wipes it, and the kernel lets it.
 */
#include <sys/types.h>
#include <sys/sysctl.h>

#include "common/log.h"
#include "start.h"

int
forwarding_check(int v6)
{
	static unsigned char mifs[1 << 15];
	size_t i, len = sizeof(mifs);

	if (!v6 ||
	    sysctlbyname("net.inet6.ip6.mif6table", mifs, &len, NULL, 0) == -1)
		return 0;
	for (i = 0; i < len; i++)
		if (mifs[i] != 0) {
			log_warnx("no IPv6 multicast routing: it is in use, "
				  "maybe in another jail");
			return -1;
		}
	return 0;
}
