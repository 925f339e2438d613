/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Link events: messages made by hand, cut at every length, and what a real
 * kernel says when links come and go.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <errno.h>
#include <event.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "engine/sys/ifevent.h"
#include "engine/sys/netlink.h"
#include "check.h"
#include "netns.h"

#define NLINKS 4096

/* What the handler was told. */
static char told[4096];
static size_t toldlen;
static struct {
	char name[IF_NAMESIZE];
	unsigned int flags;
	int seen;
} links[NLINKS];
static unsigned int nlists, ndone;
static int in_list;

static void
tell(const char *what, uint32_t ifindex, const char *name)
{
	int n;

	n = snprintf(told + toldlen, sizeof(told) - toldlen, "%s%u%s%s ", what,
	    ifindex, name[0] == '\0' ? "" : "=", name);
	if (n > 0 && toldlen + n < sizeof(told))
		toldlen += n;
}

static void
on_changed(const struct link *l)
{
	CHECK(l->ifindex != 0 && l->name[0] != '\0');
	CHECK(strnlen(l->name, sizeof(l->name)) < sizeof(l->name));
	tell("+", l->ifindex, l->name);
	if (l->ifindex >= NLINKS)
		return;
	memcpy(links[l->ifindex].name, l->name, sizeof(l->name));
	links[l->ifindex].flags = l->flags;
	links[l->ifindex].seen = 1;
}

static void
on_gone(uint32_t ifindex)
{
	tell("-", ifindex, "");
	if (ifindex < NLINKS)
		memset(&links[ifindex], 0, sizeof(links[0]));
}

static void
on_begin(void)
{
	unsigned int i;

	in_list = 1;
	for (i = 0; i < NLINKS; i++)
		links[i].seen = 0;
}

static void
on_end(void)
{
	unsigned int i;

	CHECK(in_list);
	in_list = 0;
	nlists++;
	for (i = 0; i < NLINKS; i++)
		if (!links[i].seen)
			memset(&links[i], 0, sizeof(links[0]));
}

static void
on_done(void)
{
	CHECK(!in_list);
	ndone++;
}

static void
on_restarted(uint32_t ifindex)
{
	CHECK(ifindex != 0);
	tell("!", ifindex, "");
}

static void
on_addresses(void)
{
	tell("@", 0, "");
}

static const struct ifevent_handler handler = { on_changed, on_gone,
	on_restarted, on_addresses, on_begin, on_end, on_done };

/* Messages by hand. */

static uint8_t msg[1024];
static size_t msglen;

static void
put(const void *data, size_t len)
{
	memcpy(msg + msglen, data, len);
	msglen += NLMSG_ALIGN(len);
}

static void
put_link(unsigned int type, unsigned int flags, uint32_t seq, int family,
    int ifindex, const char *name, size_t namelen)
{
	struct nlmsghdr h;
	struct ifinfomsg ifi;
	struct nlattr a = { .nla_len = 8, .nla_type = IFLA_MTU };
	size_t start = msglen;

	memset(&h, 0, sizeof(h));
	h.nlmsg_type = type;
	h.nlmsg_flags = flags;
	h.nlmsg_seq = seq;
	put(&h, sizeof(h));
	memset(&ifi, 0, sizeof(ifi));
	ifi.ifi_family = family;
	ifi.ifi_index = ifindex;
	ifi.ifi_flags = IFF_UP;
	put(&ifi, sizeof(ifi));
	put(&a, sizeof(a));
	put("\0\0\5\0", 4);
	if (name != NULL) {
		a.nla_len = sizeof(a) + namelen;
		a.nla_type = IFLA_IFNAME;
		put(&a, sizeof(a));
		put(name, namelen);
	}
	h.nlmsg_len = msglen - start;
	memcpy(msg + start, &h, sizeof(h));
}

/* The settings of a link: with one that a VIF changes, or all. */
static void
put_netconf(unsigned int type, int32_t ifindex, int all)
{
	struct nlmsghdr h;
	struct netconfmsg n = { .ncm_family = AF_INET6 };
	struct nlattr a = { .nla_len = 8, .nla_type = NETCONFA_IFINDEX };
	int32_t value = 0;
	size_t start = msglen;

	memset(&h, 0, sizeof(h));
	h.nlmsg_type = type;
	put(&h, sizeof(h));
	put(&n, sizeof(n));
	put(&a, sizeof(a));
	put(&ifindex, sizeof(ifindex));
	a.nla_type = NETCONFA_MC_FORWARDING;
	put(&a, sizeof(a));
	put(&value, sizeof(value));
	if (all) {
		a.nla_type = NETCONFA_FORWARDING;
		put(&a, sizeof(a));
		put(&value, sizeof(value));
	}
	h.nlmsg_len = msglen - start;
	memcpy(msg + start, &h, sizeof(h));
}

static void
put_address(unsigned int type, int family)
{
	struct nlmsghdr h;
	struct ifaddrmsg a = { .ifa_family = family, .ifa_index = 3 };

	memset(&h, 0, sizeof(h));
	h.nlmsg_len = sizeof(h) + sizeof(a);
	h.nlmsg_type = type;
	put(&h, sizeof(h));
	put(&a, sizeof(a));
}

static void
put_end(unsigned int type, unsigned int flags, uint32_t seq, int32_t error)
{
	struct nlmsghdr h;

	memset(&h, 0, sizeof(h));
	h.nlmsg_len = sizeof(h) + sizeof(error);
	h.nlmsg_type = type;
	h.nlmsg_flags = flags;
	h.nlmsg_seq = seq;
	put(&h, sizeof(h));
	put(&error, sizeof(error));
}

static void
start(void)
{
	memset(msg, 0, sizeof(msg));
	msglen = 0;
	memset(told, 0, sizeof(told));
	toldlen = 0;
	nlists = 0;
}

/* In a block of exactly that size, so that a sanitizer sees what is read. */
static void
parse(size_t len, struct link_dump *d)
{
	uint8_t *copy = malloc(len == 0 ? 1 : len);

	if (copy == NULL)
		exit(1);
	memcpy(copy, msg, len);
	ifevent_parse(copy, len, &handler, d);
	free(copy);
}

static void
test_events(void)
{
	struct link_dump d = { 0 };

	start();
	put_link(RTM_NEWLINK, 0, 0, AF_UNSPEC, 3, "eth0", 5);
	put_link(RTM_DELLINK, 0, 0, AF_BRIDGE, 3, "eth0", 5);
	put_link(RTM_NEWLINK, 0, 0, AF_BRIDGE, 4, "eth1", 5);
	put_link(RTM_NEWLINK, 0, 0, AF_UNSPEC, 0, "eth2", 5);
	put_link(RTM_NEWLINK, 0, 0, AF_UNSPEC, -1, "eth3", 5);
	put_link(RTM_NEWADDR, 0, 0, AF_UNSPEC, 5, "eth4", 5);
	parse(msglen, &d);
	CHECK(strcmp(told, "+3=eth0 ") == 0);

	start();
	put_link(RTM_NEWLINK, 0, 0, AF_UNSPEC, 6, "0123456789abcde", 16);
	put_link(RTM_NEWLINK, 0, 0, AF_UNSPEC, 7, "0123456789abcdef", 17);
	put_link(RTM_NEWLINK, 0, 0, AF_UNSPEC, 8, "eth5", 4); /* no NUL */
	put_link(RTM_NEWLINK, 0, 0, AF_UNSPEC, 9, "", 1);
	put_link(RTM_NEWLINK, 0, 0, AF_UNSPEC, 10, "", 0);
	put_link(RTM_NEWLINK, 0, 0, AF_UNSPEC, 11, NULL, 0);
	put_link(RTM_NEWLINK, 0, 0, AF_UNSPEC, 12, "a\0b", 4);
	put_link(RTM_DELLINK, 0, 0, AF_UNSPEC, 13, NULL, 0);
	parse(msglen, &d);
	CHECK(strcmp(told, "+6=0123456789abcde +12=a -13 ") == 0);
}

static void
test_settings(void)
{
	struct link_dump d = { 0 };

	start();
	put_netconf(RTM_NEWNETCONF, 3, 1);
	put_netconf(RTM_NEWNETCONF, 4, 0);
	put_netconf(RTM_DELNETCONF, 5, 0);
	put_netconf(RTM_NEWNETCONF, NETCONFA_IFINDEX_ALL, 1);
	put_netconf(RTM_DELNETCONF, NETCONFA_IFINDEX_DEFAULT, 1);
	put_netconf(RTM_NEWNETCONF, 0, 1);
	put_address(RTM_NEWADDR, AF_INET6);
	put_address(RTM_NEWADDR, AF_INET);
	put_address(RTM_DELADDR, AF_INET);
	parse(msglen, &d);
	CHECK(strcmp(told, "!3 !5 @0 @0 ") == 0);
}

static void
test_dump(void)
{
	struct link_dump d = { .seq = 7, .running = 1 };

	start();
	on_begin();
	put_link(RTM_NEWLINK, NLM_F_MULTI, 7, AF_UNSPEC, 1, "lo", 3);
	put_end(NLMSG_DONE, NLM_F_MULTI, 6, 0);
	parse(msglen, &d);
	CHECK(d.running && nlists == 0);
	start();
	put_end(NLMSG_DONE, NLM_F_MULTI, 7, 0);
	parse(msglen, &d);
	CHECK(!d.running && !d.wanted && d.error == 0 && nlists == 1);
	/* no list was asked for */
	parse(msglen, &d);
	CHECK(nlists == 1);

	/* interrupted: again, but not for ever */
	for (d.running = 1; d.running;) {
		start();
		d.wanted = d.interrupted = 0;
		put_link(RTM_NEWLINK, NLM_F_MULTI | NLM_F_DUMP_INTR, 7,
		    AF_UNSPEC, 1, "lo", 3);
		put_end(NLMSG_DONE, NLM_F_MULTI, 7, 0);
		on_begin();
		parse(msglen, &d);
		CHECK(!d.running && nlists == (unsigned int)!d.wanted);
		d.running = d.wanted;
	}
	CHECK(d.tries == 0);

	start();
	d.running = 1;
	d.interrupted = 0;
	put_end(NLMSG_ERROR, 0, 7, -ENOMEM);
	parse(msglen, &d);
	CHECK(!d.running && d.error == ENOMEM && nlists == 0);
}

/* Messages that are cut off or lie about their lengths. */
static void
test_broken(void)
{
	struct link_dump d;
	size_t len;
	unsigned int i, n;

	start();
	put_link(RTM_NEWLINK, 0, 7, AF_UNSPEC, 3, "eth0", 5);
	len = msglen;
	put_link(RTM_DELLINK, 0, 7, AF_UNSPEC, 3, "eth0", 5);
	put_end(NLMSG_DONE, 0, 7, 0);
	for (; len < msglen; len++) {
		memset(&d, 0, sizeof(d));
		parse(len, &d);
		CHECK(strncmp(told, "+3=eth0 ", 8) == 0);
		told[0] = '\0';
		toldlen = 0;
	}
	for (len = 0; len < msglen; len++) {
		memset(&d, 0, sizeof(d));
		parse(len, &d);
	}
	for (i = 0; i < 20000; i++) {
		start();
		put_link(RTM_NEWLINK, 0, 7, AF_UNSPEC, 3, "eth0", 5);
		put_link(RTM_DELLINK, 0, 7, AF_UNSPEC, 3, "eth0", 5);
		put_end(NLMSG_DONE, 0, 7, 0);
		memset(&d, 0, sizeof(d));
		d.running = d.seq = 7;
		in_list = 1;
		for (n = arc4random_uniform(8); n > 0; n--)
			msg[arc4random_uniform(msglen)] = arc4random();
		parse(arc4random_uniform(msglen + 1), &d);
	}
	in_list = 0;
}

/* A real kernel. */

static uint32_t
find(const char *name)
{
	uint32_t i;

	for (i = 1; i < NLINKS; i++)
		if (strcmp(links[i].name, name) == 0)
			return i;
	return 0;
}

/* All that has come. */
static void
events(void)
{
	start();
	event_loop(EVLOOP_NONBLOCK);
}

static void
test_kernel(void)
{
	char name[16];
	uint32_t i;
	unsigned int n;

	memset(links, 0, sizeof(links));
	run("ip link add r0 type veth peer name h0");
	ifevent_open();
	run("ip link set r0 up");
	start();
	ndone = 0;
	ifevent_start(&handler);
	CHECK(nlists == 1 && ndone == 1);
	i = find("r0");
	CHECK(i == if_nametoindex("r0") && find("lo") == 1 && find("h0") != 0);
	CHECK(links[i].flags & IFF_UP && !(links[find("h0")].flags & IFF_UP));

	run("ip link set r0 down");
	events();
	CHECK(!(links[i].flags & IFF_UP) && nlists == 0 && ndone > 1);
	run("ip link set r0 name r9");
	events();
	CHECK(find("r9") == i && find("r0") == 0);

	/* a link that leaves a bridge still exists */
	run("ip link add b0 type bridge && ip link set r9 master b0");
	events();
	run("ip link set r9 nomaster");
	events();
	CHECK(find("r9") == i && find("b0") != 0);
	run("ip link del b0 && ip link del r9");
	events();
	CHECK(find("r9") == 0 && find("h0") == 0 && find("b0") == 0);
	CHECK(nlists == 0);

	/* a family ends and begins, an address comes */
	run("ip link add r0 type veth peer name h0 && ip link set r0 up");
	events();
	i = find("r0");
	run("ip addr add 10.1.1.1/24 dev r0 && ip link set r0 mtu 1200");
	start();
	event_loop(EVLOOP_NONBLOCK);
	snprintf(name, sizeof(name), "!%u ", i);
	CHECK(strstr(told, "@0 ") != NULL);
	CHECK(access("/proc/net/if_inet6", F_OK) == -1 ||
	    strstr(told, name) != NULL);
	run("ip link del r0");
	events();
	CHECK(nlists == 0);

	n = ndone;
	events();
	CHECK(ndone == n);
}

/* More events than the socket holds: a new list makes up for them. */
static void
test_overflow(void)
{
	uint32_t i;

	run("for i in $(seq 400); do echo link add x$i type veth peer name y$i;"
	    " done | ip -batch -");
	run("for n in 1 2 3 4; do for i in $(seq 400); do "
	    "echo link set x$i mtu $((1300 + n)); done; done | ip -batch -");
	run("ip link del x7");
	events();
	CHECK(nlists >= 1);
	for (i = 1; i <= 400; i++) {
		char name[IF_NAMESIZE];

		snprintf(name, sizeof(name), "x%u", i);
		if (find(name) != if_nametoindex(name))
			break;
	}
	CHECK(i == 401 && find("x7") == 0 && find("x8") != 0);
}

int
main(void)
{
	test_events();
	test_settings();
	test_dump();
	test_broken();
	if (netns_enter("ifevent_test") == -1)
		return check_end();
	event_init();
	test_kernel();
	test_overflow();
	return check_end();
}
