/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Addresses of both families in one type.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <string.h>

#include "addr.h"

static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
static const uint8_t zero[16];

int
addr_is_any(const struct addr *a)
{
	if (addr_af(a) == AF_INET)
		return memcmp(addr_v4(a), zero, 4) == 0;
	return memcmp(a->b, zero, sizeof(a->b)) == 0;
}

int
addr_is_multicast(const struct addr *a)
{
	if (addr_af(a) == AF_INET)
		return (a->b[12] & 0xf0) == 0xe0;
	return a->b[0] == 0xff;
}

int
addr_is_source(const struct addr *a)
{
	return !addr_is_any(a) && !addr_is_multicast(a);
}

void
addr_from_v4(struct addr *a, const void *in4)
{
	memcpy(a->b, mapped, sizeof(mapped));
	memcpy(a->b + sizeof(mapped), in4, 4);
}

void
addr_from_v6(struct addr *a, const void *in6)
{
	memcpy(a->b, in6, sizeof(a->b));
}

const void *
addr_v4(const struct addr *a)
{
	return a->b + sizeof(mapped);
}
