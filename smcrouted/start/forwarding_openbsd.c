/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * OpenBSD forwards no multicast unless a variable is set.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <netinet/in.h>
#include <stddef.h>

#include "common/log.h"
#include "start.h"

int
forwarding_check(int v6)
{
	static const int names[2][4] = { { CTL_NET, AF_INET, IPPROTO_IP,
					     IPCTL_MFORWARDING },
		{ CTL_NET, AF_INET6, IPPROTO_IPV6, IPV6CTL_MFORWARDING } };
	int on = 1;
	size_t len = sizeof(on);

	if (sysctl(names[v6], 4, &on, &len, NULL, 0) == 0 && !on)
		log_warnx("the kernel forwards no IPv%d multicast: sysctl "
			  "net.inet%s.mforwarding=1",
		    v6 ? 6 : 4, v6 ? "6.ip6" : ".ip");
	return 0;
}
