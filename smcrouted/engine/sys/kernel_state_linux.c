/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Reads the multicast forwarding cache on Linux by rtnetlink.  The counters of
 * one entry are read by ioctl(2) where possible, which takes a tenth of the
 * time.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <linux/filter.h>
#include <linux/mroute.h>
#include <linux/mroute6.h>
#include <linux/rtnetlink.h>
#include <errno.h>
#include <unistd.h>

#include "common/log.h"
#include "kernel_state.h"
#include "netlink.h"

/* The numbers of the tables that the kernel uses for sockets without
 * MRT_TABLE. */
#define TABLE_V4 RT_TABLE_DEFAULT
#define TABLE_V6 RT_TABLE_MAIN

#define EXPERIMENTAL 253 /* RFC 3692 */
#define TICKS	     100 /* per second: the kernel's USER_HZ */

struct route_request {
	struct nlmsghdr h;
	struct rtmsg r;
	uint8_t attrs[2 * RTA_SPACE(16) + RTA_SPACE(4)];
};

struct entry_search {
	const struct wire_key *key;
	struct kernel_count *count;
	uint32_t idle;
	int found;
};

typedef void entry_fn(const struct kernel_entry *, void *);

struct question {
	int v6;
	entry_fn *f;
	void *arg;
};

static uint32_t tables[2] = { TABLE_V4, TABLE_V6 };
static int no_get[2]; /* the kernel can only dump the whole table */
static int raw_fd[2] = { -1, -1 };

static void
parse_address(const struct nlbytes *value, int v6, struct addr *a)
{
	if (value->len != (v6 ? 16 : 4))
		return;
	if (v6)
		addr_from_v6(a, value->p);
	else
		addr_from_v4(a, value->p);
}

static void
parse_oifs(struct nlbytes value, struct kernel_entry *e)
{
	struct rtnexthop nh;
	struct nlbytes body;

	while (e->noifs < MAXVIF && nl_take(&value, &nh, sizeof(nh)) == 0 &&
	    nl_cut(&value, nh.rtnh_len, sizeof(nh), &body) == 0) {
		if (nh.rtnh_ifindex <= 0)
			continue;
		e->oifs[e->noifs].ifindex = nh.rtnh_ifindex;
		e->oifs[e->noifs++].ttl = nh.rtnh_hops;
	}
}

/* The kernel counts packets that came in on a wrong interface as packets, too.
 * It may count such a packet while the numbers are read. */
static void
set_count(struct kernel_count *c, uint64_t packets, uint64_t bytes,
    uint64_t wrong)
{
	c->packets = packets > wrong ? packets - wrong : 0;
	c->bytes = bytes;
	c->wrong = wrong;
}

static void
parse_count(const struct nlbytes *value, struct kernel_count *c)
{
	struct rta_mfc_stats s;

	if (nl_value(value, &s, sizeof(s)) == 0)
		set_count(c, s.mfcs_packets, s.mfcs_bytes, s.mfcs_wrong_if);
}

int
kernel_state_parse(struct nlbytes body, int v6, uint32_t table,
    struct kernel_entry *e)
{
	struct prefix any;
	struct rtmsg r;
	struct nlbytes value;
	unsigned int type;
	uint64_t ticks;
	uint32_t in;

	if (nl_take(&body, &r, sizeof(r)) == -1 ||
	    r.rtm_family != (v6 ? RTNL_FAMILY_IP6MR : RTNL_FAMILY_IPMR))
		return -1;
	memset(e, 0, sizeof(*e));
	e->idle = IDLE_UNKNOWN;
	e->unresolved = (r.rtm_flags & RTNH_F_UNRESOLVED) != 0;
	prefix_any(&any, v6 ? AF_INET6 : AF_INET);
	e->key.src = e->key.grp = any.a;
	in = r.rtm_table;
	while (nl_attr(&body, &type, &value)) {
		switch (type) {
		case RTA_TABLE:
			(void)nl_value(&value, &in, sizeof(in));
			break;
		case RTA_SRC:
			parse_address(&value, v6, &e->key.src);
			break;
		case RTA_DST:
			parse_address(&value, v6, &e->key.grp);
			break;
		case RTA_IIF:
			(void)nl_value(&value, &e->iif, sizeof(e->iif));
			break;
		case RTA_MULTIPATH:
			parse_oifs(value, e);
			break;
		case RTA_MFC_STATS:
			parse_count(&value, &e->count);
			break;
		case RTA_EXPIRES:
			if (nl_value(&value, &ticks, sizeof(ticks)) == 0 &&
			    ticks / TICKS < IDLE_UNKNOWN)
				e->idle = ticks / TICKS;
			break;
		}
	}
	return in == table ? 0 : -1;
}

static void
put_attr(struct route_request *m, int type, const void *data, size_t len)
{
	struct rtattr a = { .rta_len = RTA_LENGTH(len), .rta_type = type };
	uint8_t *p = (uint8_t *)m + m->h.nlmsg_len;

	memcpy(p, &a, sizeof(a));
	memcpy(p + sizeof(a), data, len);
	m->h.nlmsg_len += RTA_SPACE(len);
}

static void
entry_told(unsigned int type, struct nlbytes body, void *arg)
{
	struct question *q = arg;
	struct kernel_entry e;

	if (type == RTM_NEWROUTE &&
	    kernel_state_parse(body, q->v6, tables[q->v6], &e) == 0)
		q->f(&e, q->arg);
}

/* Asks for one entry; key == NULL: for all.  0, or -1 with errno. */
static int
ask(int v6, const struct wire_key *key, entry_fn *f, void *arg)
{
	struct question q = { v6, f, arg };
	struct route_request m;
	size_t len = v6 ? 16 : 4;

	memset(&m, 0, sizeof(m));
	m.h.nlmsg_len = NLMSG_LENGTH(sizeof(m.r));
	m.h.nlmsg_type = RTM_GETROUTE;
	m.h.nlmsg_flags = NLM_F_REQUEST;
	m.r.rtm_family = v6 ? RTNL_FAMILY_IP6MR : RTNL_FAMILY_IPMR;
	if (key == NULL)
		m.h.nlmsg_flags |= NLM_F_DUMP;
	else {
		m.r.rtm_src_len = m.r.rtm_dst_len = 8 * len;
		put_attr(&m, RTA_SRC,
		    v6 ? (const void *)key->src.b : addr_v4(&key->src), len);
		put_attr(&m, RTA_DST,
		    v6 ? (const void *)key->grp.b : addr_v4(&key->grp), len);
	}
	put_attr(&m, RTA_TABLE, &tables[v6], sizeof(tables[v6]));
	return nl_ask(&m.h, entry_told, &q);
}

int
kernel_state_dump(int v6, entry_fn *f, void *arg)
{
	if (ask(v6, NULL, f, arg) == 0)
		return 0;
	/* ENOENT: no process has opened that table */
	return errno == ENOENT ? 0 : -1;
}

static void
match_entry(const struct kernel_entry *e, void *arg)
{
	struct entry_search *s = arg;

	if (e->unresolved || addr_cmp(&e->key.grp, &s->key->grp) != 0 ||
	    addr_cmp(&e->key.src, &s->key->src) != 0)
		return;
	*s->count = e->count;
	s->idle = e->idle;
	s->found = 1;
}

static int
get_by_netlink(const struct wire_key *key, int v6, struct kernel_count *count,
    uint32_t *idle)
{
	struct entry_search s = { key, count, IDLE_UNKNOWN, 0 };

	*idle = IDLE_UNKNOWN;
	if (!no_get[v6]) {
		if (ask(v6, key, match_entry, &s) == 0) {
			*idle = s.idle;
			return s.found ? 0 : -1;
		}
		if (errno != EOPNOTSUPP && errno != EINVAL)
			return -1;
		no_get[v6] = 1;
		log_debug("the kernel cannot look up single IPv%d routes",
		    v6 ? 6 : 4);
	}
	(void)kernel_state_dump(v6, match_entry, &s);
	*idle = s.idle;
	return s.found ? 0 : -1;
}

static void
close_counters(void)
{
	int v6;

	for (v6 = 0; v6 <= 1; v6++) {
		if (raw_fd[v6] != -1)
			close(raw_fd[v6]);
		raw_fd[v6] = -1;
	}
}

static int
get_v4(const struct wire_key *key, struct kernel_count *count)
{
	struct sioc_sg_req r = { 0 };

	memcpy(&r.src, addr_v4(&key->src), sizeof(r.src));
	memcpy(&r.grp, addr_v4(&key->grp), sizeof(r.grp));
	if (ioctl(raw_fd[0], SIOCGETSGCNT, &r) == -1)
		return -1;
	set_count(count, r.pktcnt, r.bytecnt, r.wrong_if);
	return 0;
}

static int
get_v6(const struct wire_key *key, struct kernel_count *count)
{
	struct sioc_sg_req6 r;

	memset(&r, 0, sizeof(r));
	memcpy(&r.src.sin6_addr, key->src.b, sizeof(key->src.b));
	memcpy(&r.grp.sin6_addr, key->grp.b, sizeof(key->grp.b));
	if (ioctl(raw_fd[1], SIOCGETSGCNT_IN6, &r) == -1)
		return -1;
	set_count(count, r.pktcnt, r.bytecnt, r.wrong_if);
	return 0;
}

/* 0, or -1: there is no such entry. */
static int
get_count(const struct wire_key *key, struct kernel_count *count)
{
	uint32_t idle;
	int rc, v6 = addr_af(&key->grp) == AF_INET6;

	if (raw_fd[v6] != -1) {
		rc = v6 ? get_v6(key, count) : get_v4(key, count);
		if (rc == 0 || errno != ENOTTY)
			return rc;
		/* ENOTTY: a 32-bit process on a 64-bit kernel */
		close_counters();
	}
	return get_by_netlink(key, v6, count, &idle);
}

void
counters_ask(struct counters *c)
{
	uint32_t i;

	for (i = 0; i < c->n; i++)
		c->found[i] = get_count(&c->keys[i], &c->counts[i]) == 0;
	c->answered(c);
}

uint32_t
kernel_state_idle(const struct wire_key *key)
{
	struct kernel_count count;
	uint32_t idle;

	(void)get_by_netlink(key, addr_af(&key->grp) == AF_INET6, &count,
	    &idle);
	return idle;
}

int
kernel_state_is_quick(int v6)
{
	return raw_fd[v6] != -1 || !no_get[v6];
}

/* A raw socket of any protocol can read the counters of the default table.
 * This one uses a protocol that nobody speaks, and its filter drops everything,
 * so it is of no other use. */
static int
open_counters(int af)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog prog = { .len = 1, .filter = &nothing };
	int fd = socket(af, SOCK_RAW | SOCK_CLOEXEC, EXPERIMENTAL);

	if (fd != -1)
		(void)setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog,
		    sizeof(prog));
	return fd;
}

void
kernel_state_prepare(void)
{
	raw_fd[0] = open_counters(AF_INET);
	raw_fd[1] = open_counters(AF_INET6);
}

void
kernel_state_table(uint32_t table)
{
	tables[0] = table != 0 ? table : TABLE_V4;
	tables[1] = table != 0 ? table : TABLE_V6;
	if (table != 0)
		close_counters();
}

void
kernel_state_open(void)
{
	nl_open();
}

void
kernel_state_ask(struct peer *parent)
{
	(void)parent;
}

int
kernel_state_counts(struct imsg *imsg)
{
	(void)imsg;
	return -1;
}
