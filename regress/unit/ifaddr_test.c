/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Addresses that a packet may have as source: messages by hand, cut at every
 * length, and those of a real kernel.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "engine/sys/ifaddr.h"
#include "engine/sys/netlink.h"
#include "check.h"
#include "netns.h"

#define IFINDEX 7

static uint8_t msg[256];
static size_t msglen;

static void
put(const void *data, size_t len)
{
	memcpy(msg + msglen, data, len);
	msglen += NLMSG_ALIGN(len);
}

static void
put_address(unsigned int type, int v6, const char *s)
{
	uint8_t b[16];
	struct nlattr a = { .nla_len = sizeof(a) + (v6 ? 16 : 4),
		.nla_type = type };

	if (inet_pton(v6 ? AF_INET6 : AF_INET, s, b) != 1)
		exit(1);
	put(&a, sizeof(a));
	put(b, v6 ? 16 : 4);
}

static void
begin(int v6, unsigned int flags)
{
	struct ifaddrmsg m;

	memset(&m, 0, sizeof(m));
	m.ifa_family = v6 ? AF_INET6 : AF_INET;
	m.ifa_flags = flags;
	m.ifa_index = IFINDEX;
	memset(msg, 0, sizeof(msg));
	msglen = 0;
	put(&m, sizeof(m));
}

/* The address as text, or "": none.  In a block of exactly that size, so that
 * a sanitizer sees what is read. */
static const char *
parse(size_t len, uint32_t ifindex, int v6)
{
	static char text[ADDRSTRLEN];
	struct addr a;
	struct nlbytes b;
	uint8_t *copy = malloc(len == 0 ? 1 : len);

	if (copy == NULL)
		exit(1);
	memcpy(copy, msg, len);
	b.p = copy;
	b.len = len;
	text[0] = '\0';
	if (ifaddr_parse(b, ifindex, v6, &a) == 0)
		addr_print(&a, text);
	free(copy);
	return text;
}

static int
is(int v6, const char *want)
{
	return strcmp(parse(msglen, IFINDEX, v6), want) == 0;
}

static void
test_messages(void)
{
	size_t i;

	begin(0, IFA_F_PERMANENT);
	put_address(IFA_ADDRESS, 0, "10.0.0.2");
	put_address(IFA_LOCAL, 0, "10.0.0.1");
	CHECK(is(0, "10.0.0.1"));
	CHECK(is(1, ""));
	CHECK(parse(msglen, IFINDEX + 1, 0)[0] == '\0');
	for (i = 0; i < sizeof(struct ifaddrmsg) + 8; i++)
		CHECK(parse(i, IFINDEX, 0)[0] == '\0');
	for (; i <= msglen; i++)
		CHECK(parse(i, IFINDEX, 0)[0] != '\0');
	begin(0, 0);
	put_address(IFA_LOCAL, 0, "10.0.0.1");
	put_address(IFA_ADDRESS, 0, "10.0.0.2");
	CHECK(is(0, "10.0.0.1"));
	begin(0, 0);
	put_address(IFA_LOCAL, 1, "fe80::1");
	CHECK(is(0, ""));

	begin(1, IFA_F_PERMANENT);
	put_address(IFA_ADDRESS, 1, "fe80::1");
	CHECK(is(1, "fe80::1"));
	begin(1, IFA_F_TENTATIVE);
	put_address(IFA_ADDRESS, 1, "fe80::1");
	CHECK(is(1, ""));
	begin(1, IFA_F_TENTATIVE | IFA_F_OPTIMISTIC);
	put_address(IFA_ADDRESS, 1, "fe80::1");
	CHECK(is(1, "fe80::1"));
	begin(1, IFA_F_DADFAILED | IFA_F_TENTATIVE | IFA_F_OPTIMISTIC);
	put_address(IFA_ADDRESS, 1, "fe80::1");
	CHECK(is(1, ""));
	begin(1, 0);
	put_address(IFA_ADDRESS, 1, "2001:db8::1");
	CHECK(is(1, ""));
	begin(1, 0);
	put_address(IFA_ADDRESS, 1, "fec0::1");
	CHECK(is(1, ""));
}

static const char *
source(const char *ifname, int v6)
{
	static char text[ADDRSTRLEN];
	struct addr a;

	if (ifaddr_source(if_nametoindex(ifname), v6, &a) == 0)
		return addr_print(&a, text);
	CHECK(errno == EADDRNOTAVAIL);
	return "";
}

static void
test_kernel(void)
{
	struct addr a;

	run("ip link add r0 type veth peer name h0");
	run("ip link add r1 type veth peer name h1");
	CHECK(strcmp(source("lo", 0), "127.0.0.1") == 0);
	CHECK(source("r0", 0)[0] == '\0');
	run("ip addr add 10.0.1.1/24 dev r1");
	run("ip addr add 10.0.1.2/24 dev r1");
	CHECK(source("r0", 0)[0] == '\0');
	CHECK(strcmp(source("r1", 0), "10.0.1.1") == 0);
	run("ip addr add 10.0.0.1 peer 10.0.0.2/32 dev r0");
	CHECK(strcmp(source("r0", 0), "10.0.0.1") == 0);
	run("ip addr del 10.0.1.1/24 dev r1");
	/* Linux may remove the second address with the first */
	(void)source("r1", 0);
	CHECK(ifaddr_source(4711, 0, &a) == -1);
	CHECK(ifaddr_source(4711, 1, &a) == -1);

	if (system("ip addr add 2001:db8::1/64 dev r0 nodad 2>/dev/null") != 0)
		return; /* no IPv6 */
	CHECK(source("r0", 1)[0] == '\0');
	run("ip addr add fe80::1/64 dev r0 nodad");
	run("ip addr add fe80::2 peer fe80::3 dev r1 nodad");
	CHECK(strcmp(source("r0", 1), "fe80::1") == 0);
	CHECK(strcmp(source("r1", 1), "fe80::2") == 0);
}

int
main(void)
{
	test_messages();
	if (netns_enter("ifaddr_test") == 0) {
		ifaddr_open();
		test_kernel();
	}
	return check_end();
}
