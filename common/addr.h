/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Addresses and prefixes of both families in one type.
 *
 * An IPv4 address is kept in its IPv4-mapped form (::ffff:a.b.c.d), so that
 * all code after the parser knows one kind of address.  Prefix lengths count
 * from the start of the 128 bits: an IPv4 /24 is 120 here.
 */
#ifndef ADDR_H
#define ADDR_H

#include <sys/types.h>
#include <sys/socket.h>
#include <stdint.h>
#include <string.h>

struct addr {
	uint8_t b[16];
};

struct prefix {
	struct addr a; /* host bits are zero */
	uint8_t len;   /* 0 to 128; at least 96 for IPv4 */
};

#define ADDR_BITS 128
#define ADDR_V4	  96 /* bits before an IPv4 address */

/* ADDRSTRLEN holds any address as text, with "/128" and the NUL. */
#define ADDRSTRLEN 52

/* AF_INET or AF_INET6. */
static inline int
addr_af(const struct addr *a)
{
	static const uint8_t mapped[ADDR_V4 / 8] = { [10] = 0xff, 0xff };

	return memcmp(a->b, mapped, sizeof(mapped)) == 0 ? AF_INET : AF_INET6;
}
/* 0 when equal, else as memcmp(3). */
static inline int
addr_cmp(const struct addr *a, const struct addr *b)
{
	return memcmp(a->b, b->b, sizeof(a->b));
}
/* 1 for 0.0.0.0 and ::. */
int addr_is_any(const struct addr *);
/* 1 for 224.0.0.0/4 and ff00::/8. */
int addr_is_multicast(const struct addr *);
/* 1 for groups that no kernel ever routes: 224.0.0.0/24 and, whatever the flag
 * bits, ff00::/16 (reserved), ff01::/16 (one host), ff02::/16 (one link). */
int addr_is_linklocal_group(const struct addr *);
/* 1 for an address that may be a packet's source: not multicast, not any. */
int addr_is_source(const struct addr *);
/* The n-th address after a; wraps. */
void addr_add(struct addr *a, uint64_t n);
/* Clears all bits after the first len. */
void addr_mask(struct addr *, unsigned int len);
/* Sets p to all addresses of the family af: 0.0.0.0/0 or ::/0. */
void prefix_any(struct prefix *, int af);
/* 1 when p is all addresses of a family. */
int prefix_is_any(const struct prefix *);
/* 1 when a is in p. */
int prefix_match(const struct prefix *p, const struct addr *a);
/* 1 when p is one single address. */
int prefix_is_host(const struct prefix *);
/* Number of addresses in p, or UINT64_MAX when there are more. */
uint64_t prefix_count(const struct prefix *);

/*
 * Parses "10.0.0.0/8", "ff05::/16" or "10.1.2.3".  Host bits are cleared.
 * Returns 0, or -1; then *errstr says what was expected.
 */
int prefix_parse(struct prefix *, const char *, const char **errstr);

/* Writes an address into buf (ADDRSTRLEN bytes) and returns buf. */
const char *addr_print(const struct addr *, char *buf);
/* The same for a prefix: "/LEN" is left out for a single address. */
const char *prefix_print(const struct prefix *, char *buf);

/* Conversions from and to the addresses of sockets and of the kernel. */
void addr_from_v4(struct addr *, const void *in4);
void addr_from_v6(struct addr *, const void *in6);
const void *addr_v4(const struct addr *);
void addr_to_sockaddr(const struct addr *, struct sockaddr_storage *);

#endif
