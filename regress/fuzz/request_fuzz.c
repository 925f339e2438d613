/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The whole engine, with any bytes as requests of smcroutectl, between upcalls,
 * interfaces that come and go, and reloads.  It never sends the parent what the
 * gate refuses, answers every request to its end, and has nothing left after an
 * empty configuration.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <errno.h>
#include <unistd.h>

#include "common/child.h"
#include "common/ctl.h"
#include "common/rows.h"
#include "common/log.h"
#include "common/confine.h"
#include "common/nursery.h"
#include "common/sandbox.h"
#include "engine/client/reply.h"
#include "engine/want/current.h"
#include "engine/have/flows.h"
#include "engine/have/group_sock.h"
#include "engine/have/groups.h"
#include "engine/have/iface.h"
#include "engine/sys/ifaddr.h"
#include "engine/sys/ifevent.h"
#include "engine/sys/kernel_state.h"
#include "engine/sys/prepare.h"
#include "engine/run/mrdisc.h"
#include "engine/want/names.h"
#include "engine/sys/netconf.h"
#include "engine/have/slots.h"
#include "parent/gate.h"
#include "fake_event.h"
#include "fuzz.h"

#define FD_PARENT    1000 /* descriptors that there are none of */
#define FD_CONTROL   1001
#define FD_CONFIG    1002
#define MAXLINKS     40 /* more than there are slots */
#define MAXRANGE     16 /* groups of one line */
#define MAXCLIENTS   8
#define MAXQUESTIONS 4
#define MAXANSWERS   160 /* as many verbs may wait, and more */
#define MAXREQUEST   (MAX_IMSGSIZE - IMSG_HEADER_SIZE)

static struct peer *parent; /* of the engine */

int engine_main(int, char **);
int engine_loop(void);
void __wrap_hash_seed(void);
int __wrap_mgroup_nth(const struct mgroup *, uint64_t, struct addr *,
    struct addr *);
int __real_mgroup_nth(const struct mgroup *, uint64_t, struct addr *,
    struct addr *);
ssize_t __wrap_pread(int, void *, size_t, off_t);
struct oifset *__wrap_oifset_at(uint32_t);
struct oifset *__real_oifset_at(uint32_t);

static const struct ifevent_handler *ifevent;
static unsigned int vifs_asked;
static uint32_t with_address, kept = UINT32_MAX; /* interfaces, by number */
static int lists_fail;
static struct gate gate;
static uint8_t refuse; /* one entry in so many */
static unsigned int nverbs, njoins;
static uint32_t reload_id;
static uint32_t nupcalls; /* that are not TAKEN */
static int want_mrdisc;

/* RESULTs that the parent has not sent yet. */
static struct result {
	uint32_t id;
	struct wire_result r;
	struct wire_failed f[WIRE_BATCH];
	size_t nfailed;
} answers[MAXANSWERS];
static size_t first, nanswers;

/* Questions for counters that are not answered yet. */
static struct counters *questions[MAXQUESTIONS];
static size_t nquestions;
static int is_late; /* they are answered later */

static struct client {
	int open;
	struct row row;
	int more; /* rows wait until it has read */
} clients[MAXCLIENTS];

static struct input text; /* of the file */

static UNSEEN int
is_refused(void)
{
	return ++nverbs % (refuse == 0 ? UINT32_MAX : refuse) == 0;
}

/*
 * Stand-ins for the other side of the engine's interfaces
 */
void
__wrap_hash_seed(void)
{
}

/* One line may join 65,536 groups, which takes long and tests nothing new. */
int
__wrap_mgroup_nth(const struct mgroup *m, uint64_t k, struct addr *src,
    struct addr *grp)
{
	return k < MAXRANGE && __real_mgroup_nth(m, k, src, grp);
}

ssize_t
__wrap_pread(int fd, void *buf, size_t len, off_t at)
{
	MUST(fd == FD_CONFIG && at >= 0 && (size_t)at <= text.len);
	if (len > text.len - at)
		len = text.len - at;
	memcpy(buf, text.p + at, len);
	return len;
}

/* Sets are in a pool, so a sanitizer does not see that a freed one is used. */
struct oifset *
__wrap_oifset_at(uint32_t i)
{
	MUST(i != 0 && __real_oifset_at(i)->refs > 0);
	return __real_oifset_at(i);
}

void
confine_files(unsigned int n)
{
	(void)n;
}

int
nursery(const char *role, int argc, char **argv)
{
	(void)role;
	(void)argc;
	(void)argv;
	return FD_PARENT;
}

int
engine_loop(void)
{
	return 0;
}

static void
ignore_line(int priority, const char *line)
{
	(void)priority;
	MUST(strlen(line) < LOG_LINE_MAX);
}

void
child_end(const char *why)
{
	(void)why;
	_exit(0);
}

void
child_init(struct peer *p, int fd, const char *role,
    int (*dispatch)(struct peer *, struct imsg *))
{
	log_init(LOG_TO_SINK, role, role);
	log_setsink(ignore_line);
	parent = p;
	p->name = "parent";
	p->dispatch = dispatch;
	peer_open(p, fd);
}

void
sandbox_enter(enum sandbox which)
{
	(void)which;
}

void
ifevent_open(void)
{
}

void
ifevent_expect(int waits)
{
	(void)waits;
}

void
ifevent_start(const struct ifevent_handler *h)
{
	ifevent = h;
	h->begin();
	h->end();
	h->done();
}

void
ifaddr_open(void)
{
}

int
ifaddr_each_v4(void (*f)(uint32_t, void *), void *arg)
{
	struct iface *i;

	TAILQ_FOREACH(i, &ifaces, entry)
		if (with_address & 1U << i->ifindex % 32)
			f(i->ifindex, arg);
	return 0;
}

void
kernel_state_open(void)
{
}

void
kernel_state_ask(struct peer *p)
{
	(void)p;
}

int
kernel_state_counts(struct imsg *imsg)
{
	(void)imsg;
	return -1;
}

void
kernel_state_table(uint32_t table)
{
	(void)table;
}

/* Answers the oldest question. */
static void
answer_counters(void)
{
	struct counters *c = questions[0];
	uint32_t i;

	nquestions--;
	memmove(questions, questions + 1, nquestions * sizeof(questions[0]));
	for (i = 0; i < c->n; i++) {
		MUST(addr_is_multicast(&c->keys[i].grp));
		memset(&c->counts[i], 0, sizeof(c->counts[i]));
		c->counts[i].packets = nverbs;
		c->found[i] = nverbs % 5 != 0;
	}
	c->is_asked = 0;
	c->answered(c);
}

void
counters_ask(struct counters *c)
{
	MUST(!c->is_asked && c->n > 0 && c->n <= COUNTERS_MAX &&
	    nquestions < MAXQUESTIONS);
	c->is_asked = 1;
	questions[nquestions++] = c;
	if (!is_late)
		answer_counters();
}

uint32_t
kernel_state_idle(const struct wire_key *k)
{
	(void)k;
	return IDLE_UNKNOWN;
}

int
kernel_state_is_quick(int v6)
{
	return v6;
}

int
kernel_state_dump(int v6, void (*f)(const struct kernel_entry *, void *),
    void *arg)
{
	(void)v6;
	(void)f;
	(void)arg;
	return 0;
}

int
netconf_read(void (*f)(uint32_t, const struct netconf *, void *), void *arg)
{
	(void)f;
	(void)arg;
	return 0;
}

int
ifaddr_source(uint32_t ifindex, int v6, struct addr *a)
{
	(void)ifindex;
	(void)v6;
	(void)a;
	return -1;
}

int
netconf_admits(uint32_t ifindex, const struct addr *src)
{
	(void)ifindex;
	(void)src;
	return -1;
}

uint32_t
netconf_way_to(const struct addr *a)
{
	(void)a;
	return 0;
}

void
mrdisc_init(uint32_t interval)
{
	(void)interval;
}

void
mrdisc_open(int v6, int fd)
{
	(void)v6;
	(void)fd;
}

void
mrdisc_opened(void)
{
}

void
mrdisc_update(void)
{
}

void
mrdisc_forget(uint32_t ifindex)
{
	(void)ifindex;
}

void
mrdisc_end(void)
{
}

int
mrdisc_wants(const struct iface *i, int v6)
{
	(void)i;
	(void)v6;
	return 0;
}

struct addr
mrdisc_routers(int v6)
{
	(void)v6;
	return (struct addr){ { 0xff, 2 } };
}

void
group_sock_init(uint32_t max)
{
	(void)max;
}

uint32_t
group_sock_join(const struct membership *m)
{
	MUST(iface_by_index(m->ifindex) != NULL);
	if (is_refused()) {
		errno = EADDRINUSE;
		return 0;
	}
	njoins++;
	return 1;
}

void
group_sock_leave(uint32_t sock, const struct membership *m)
{
	(void)m;
	MUST(sock == 1 && njoins > 0);
	njoins--;
}

void
group_sock_forget(uint32_t sock, const struct membership *m)
{
	group_sock_leave(sock, m);
}

int
group_sock_report(uint32_t sock, const struct membership *m)
{
	MUST(sock == 1 && njoins > 0 && addr_af(&m->grp) == AF_INET);
	return is_refused() ? -1 : 0;
}

void
prepare(void)
{
}

/* The kernel may have dropped any of the memberships. */
int
group_list(int v6, void (*f)(uint32_t, const struct addr *, void *), void *arg)
{
	const struct membership *m;
	uint32_t cursor = 0;
	int joined;

	if (lists_fail)
		return -1;
	while ((m = groups_next(&cursor, &joined)) != NULL)
		if ((addr_af(&m->grp) == AF_INET6) == v6 &&
		    kept & 1U << m->ifindex % 32)
			f(m->ifindex, &m->grp, arg);
	return 0;
}

/*
 * The links, played without sockets
 */
void
peer_open(struct peer *p, int fd)
{
	p->ibuf.fd = fd;
	p->ibuf.maxsize = MAX_IMSGSIZE;
}

void
peer_close(struct peer *p)
{
	p->ibuf.fd = -1;
}

int
peer_is_open(const struct peer *p)
{
	return p->ibuf.maxsize != 0 && p->ibuf.fd != -1;
}

size_t
peer_queue(struct peer *p)
{
	(void)p;
	return 0;
}

void
peer_pause(struct peer *p, int pause)
{
	(void)p;
	(void)pause;
}

/* Checks a verb: if the gate refused it, the parent would end the engine. */
static void
obey(uint32_t type, uint32_t id, const uint8_t *data, size_t len)
{
	struct result *a = &answers[(first + nanswers++) % MAXANSWERS];
	struct wire_vif v;
	size_t size = gate_size(type), i;

	MUST(nanswers <= MAXANSWERS);
	MUST(size != 0 && len > 0 && len % size == 0);
	MUST(len / size <= WIRE_BATCH);
	memset(a, 0, sizeof(*a));
	a->id = id;
	a->r.count = len / size;
	for (i = 0; i < a->r.count; i++, data += size) {
		MUST(gate_verb(&gate, type, data));
		/* a deletion never fails */
		if ((type == IMSG_MFC_ADD || type == IMSG_VIF_ADD) &&
		    is_refused()) {
			a->f[a->nfailed].index = i;
			a->f[a->nfailed++].error = ENOBUFS;
			continue;
		}
		if (type != IMSG_VIF_ADD && type != IMSG_VIF_DEL)
			continue;
		memcpy(&v, data, sizeof(v));
		gate.ifindex[v.v6][v.slot] =
		    type == IMSG_VIF_ADD ? v.ifindex : 0;
	}
}

static void
hear_parent(uint32_t type, uint32_t id, const void *data, size_t len)
{
	uint32_t taken;

	switch (type) {
	case IMSG_RELOAD:
		reload_id = id;
		break;
	case IMSG_READY:
		MUST(len == sizeof(struct wire_ready));
		break;
	case IMSG_STATUS:
		MUST(len == sizeof(struct wire_status));
		break;
	case IMSG_HOOK:
		MUST(len > 0 && len % sizeof(struct wire_key) == 0);
		MUST(len / sizeof(struct wire_key) <= WIRE_BATCH);
		break;
	case IMSG_QUIT:
	case IMSG_NEXT:
	case IMSG_MRDISC:
		MUST(len == 0);
		want_mrdisc |= type == IMSG_MRDISC;
		break;
	case IMSG_TAKEN:
		MUST(len == sizeof(taken));
		memcpy(&taken, data, sizeof(taken));
		MUST(taken > 0 && taken <= nupcalls);
		nupcalls -= taken;
		break;
	case IMSG_SLOTS:
		MUST(len == 0);
		vifs_asked++;
		break;
	default:
		obey(type, id, data, len);
	}
}

static void
hear_control(uint32_t type, uint32_t id, const uint8_t *data, size_t len)
{
	uint32_t status;

	MUST(id < MAXCLIENTS && clients[id].open);
	/* control has room for it behind its own header */
	MUST(len <= MAXREQUEST - sizeof(uint32_t));
	switch (type) {
	case CTL_ROW:
		MUST(row_take(&clients[id].row, data, len) != -1);
		break;
	case CTL_FAIL:
	case CTL_NOTE:
		MUST(len > sizeof(uint32_t));
		break;
	case IMSG_CTL_MORE:
		MUST(!clients[id].more);
		clients[id].more = 1;
		break;
	case CTL_END:
		MUST(len == sizeof(status));
		memcpy(&status, data, sizeof(status));
		MUST(status <= CTL_DENIED);
		MUST(!clients[id].row.open);
		clients[id].open = clients[id].more = 0;
		break;
	default:
		MUST(0);
	}
}

void
peer_send(struct peer *p, uint32_t type, uint32_t id, int fd, const void *data,
    size_t len)
{
	MUST(fd == -1);
	if (!peer_is_open(p))
		return;
	if (p == parent)
		hear_parent(type, id, data, len);
	else
		hear_control(type, id, data, len);
}

static int
tell(struct peer *p, uint32_t type, uint32_t id, int fd, const void *data,
    size_t len)
{
	struct imsg m = { .fd = fd };

	m.hdr.type = type;
	m.hdr.peerid = id;
	m.data = data;
	m.len = len;
	return p->dispatch(p, &m);
}

/*
 * What happens
 */
static void
idle(void)
{
	if (want_mrdisc)
		MUST(tell(parent, IMSG_MRDISC, 0, -1, NULL, 0) == 0);
	want_mrdisc = 0;
	if (parent->idle != NULL)
		parent->idle(parent);
}

static void
answer_one(void)
{
	uint8_t buf[sizeof(struct wire_result) + sizeof(answers[0].f)];
	struct result *a = &answers[first];
	size_t len = a->nfailed * sizeof(a->f[0]);

	memcpy(buf, &a->r, sizeof(a->r));
	memcpy(buf + sizeof(a->r), a->f, len);
	first = (first + 1) % MAXANSWERS;
	nanswers--;
	MUST(
	    tell(parent, IMSG_RESULT, a->id, -1, buf, sizeof(a->r) + len) == 0);
	idle();
}

/* As control does: one request of each client at a time. */
static void
ask(struct input *in, uint8_t n)
{
	uint32_t id = n % MAXCLIENTS, rights = n < 128;
	const uint8_t *from;
	uint8_t *p;
	size_t len;

	from = in_bytes(in, in_u16(in) % MAXREQUEST, &len);
	if (clients[id].open)
		return;
	p = malloc(sizeof(rights) + len);
	MUST(p != NULL);
	memcpy(p, &rights, sizeof(rights));
	memcpy(p + sizeof(rights), from, len);
	clients[id].open = 1;
	row_clear(&clients[id].row);
	MUST(tell(&control, IMSG_CTL_REQUEST, id, -1, p,
		 sizeof(rights) + len) == 0);
	free(p);
}

static void
read_on(uint32_t id)
{
	if (!clients[id].more)
		return;
	clients[id].more = 0;
	MUST(tell(&control, IMSG_CTL_MORE, id, -1, NULL, 0) == 0);
}

static void
hang_up(uint32_t id)
{
	if (!clients[id].open)
		return;
	clients[id].open = clients[id].more = 0;
	MUST(tell(&control, IMSG_CTL_GONE, id, -1, NULL, 0) == 0);
}

static void
load(struct input *in)
{
	struct wire_config c;
	size_t n = in_u16(in);

	memset(&c, 0, sizeof(c));
	c.path[0] = 'f';
	text.p = in_bytes(in, n, &text.len);
	c.size = text.len;
	if (text.len > 0)
		MUST(tell(parent, IMSG_CONFIG, 0, FD_CONFIG, &c, sizeof(c)) ==
		    0);
	MUST(tell(parent, IMSG_CONFIG_END, reload_id, -1, NULL, 0) == 0);
	idle();
}

/* The upcall comes from a bound slot: the parent's gate checks that. */
static void
upcall(struct input *in)
{
	uint8_t what = in_u8(in);
	struct wire_upcall u;
	int v6 = what & 1;

	memset(&u, 0, sizeof(u));
	u.kind = what & 2 ? UPCALL_NOCACHE : UPCALL_WRONGVIF;
	u.slot = what >> 2 & 31;
	if (gate.ifindex[v6][u.slot] == 0 || nupcalls == UPCALL_CREDIT)
		return;
	nupcalls++;
	if (v6) {
		u.key.src.b[0] = 0xfd;
		u.key.grp.b[0] = 0xff;
	} else {
		addr_from_v4(&u.key.src, "\12\0\0");
		addr_from_v4(&u.key.grp, "\341\1\1");
	}
	u.key.src.b[15] = 1 + in_u8(in) % 4;
	u.key.grp.b[15] = in_u8(in);
	MUST(tell(parent, IMSG_UPCALL, 0, -1, &u, sizeof(u)) == 0);
	idle();
}

/* eth0 to eth39, with the numbers 10 to 49. */
static void
change_link(uint8_t n, uint8_t how)
{
	struct link l;

	memset(&l, 0, sizeof(l));
	l.ifindex = 10 + n % MAXLINKS;
	l.flags = IFF_UP | IFF_RUNNING | (how & 2 ? 0 : IFF_MULTICAST);
	snprintf(l.name, sizeof(l.name), "eth%u",
	    how & 4 ? how % MAXLINKS : n % MAXLINKS);
	if (how & 1)
		ifevent->gone(l.ifindex);
	else
		ifevent->changed(&l);
	if (how & 8)
		ifevent->restarted(l.ifindex);
	if (how & 16)
		ifevent->addresses();
	with_address = how & 32 ? UINT32_MAX : 0x55555555;
	kept = how & 64 ? 0xaaaaaaaa : UINT32_MAX;
	lists_fail = how >= 0xf0;
}

/* Sends VIFS as the gate has them, some of them lost. */
static void
answer_vifs(uint8_t n)
{
	uint32_t ifindex[2][MAXVIF];

	while (vifs_asked > 0) {
		vifs_asked--;
		memcpy(ifindex, gate.ifindex, sizeof(ifindex));
		if (n & 0x80 && ifindex[n & 1][n / 2 % MAXVIF] != 0)
			ifindex[n & 1][n / 2 % MAXVIF] = VIF_LOST;
		MUST(tell(parent, IMSG_VIFS, 0, -1, ifindex, sizeof(ifindex)) ==
		    0);
	}
}

static void
step(struct input *in)
{
	uint8_t op = in_u8(in), n = in_u8(in);

	switch (op % 8) {
	case 0:
	case 1:
		ask(in, n);
		break;
	case 2:
		read_on(n % MAXCLIENTS);
		break;
	case 3:
		hang_up(n % MAXCLIENTS);
		break;
	case 4:
		if (nanswers > 0)
			answer_one();
		if (nquestions > 0)
			answer_counters();
		answer_vifs(n);
		idle();
		break;
	case 5:
		load(in);
		break;
	case 6:
		upcall(in);
		break;
	case 7:
		change_link(n, in_u8(in));
		ifevent->done();
		break;
	}
	/* it waits for answers before it says much more */
	while (nanswers > 8)
		answer_one();
}

/* The parent answers everything, and clients read everything. */
static void
settle(void)
{
	unsigned int i;

	do {
		idle();
		while (nanswers > 0)
			answer_one();
		while (nquestions > 0)
			answer_counters();
		for (i = 0; i < MAXCLIENTS; i++)
			while (clients[i].more)
				read_on(i);
		/* memberships are worked on in slices */
		for (i = fake_waiting(); i > 0 && !groups_idle(); i--)
			fake_timer(i - 1);
	} while (nanswers > 0 || nquestions > 0 || !groups_idle());
}

/* As little as at the start. */
static UNSEEN void
must_be_empty(void)
{
	uint32_t i;
	int v6;

	for (i = 0; i < MAXCLIENTS; i++)
		MUST(!clients[i].open);
	MUST(config->rules.pool.count == 0 && config->mgroups.pool.count == 0);
	MUST(flows_count() == 0);
	MUST(groups_joined() == 0 && njoins == 0);
	for (i = 1; i < entries_top(); i++)
		MUST(!(entry_at(i)->flags & ENTRY_USED));
	for (i = 1; i < pattern_top(); i++)
		MUST(pattern_at(i)->refs == 0);
	for (i = 1; i < oifset_top(); i++)
		MUST(__real_oifset_at(i)->patterns == NULL);
	for (v6 = 0; v6 <= 1; v6++)
		for (i = 0; i < MAXVIF; i++)
			MUST(gate.ifindex[v6][i] == 0);
	MUST(TAILQ_EMPTY(&ifaces));
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct wire_setup s = { .flags = SETUP_V4 | SETUP_V6 | SETUP_HOOK |
		    SETUP_STATUS,
		.loglevel = -1,
		.expire = 60 };
	uint32_t ifindex[2][MAXVIF], which = SOCK_PIPE;

	(void)argc;
	(void)argv;
	gate.have[0] = gate.have[1] = 1;
	memset(ifindex, 0, sizeof(ifindex));
	MUST(engine_main(0, NULL) == 0);
	MUST(tell(parent, IMSG_SETUP, 0, -1, &s, sizeof(s)) == 0);
	MUST(tell(parent, IMSG_VIFS, 0, -1, ifindex, sizeof(ifindex)) == 0);
	MUST(tell(parent, IMSG_SOCKET, 0, FD_CONTROL, &which, sizeof(which)) ==
	    0);
	MUST(tell(parent, IMSG_CONFIG_END, 0, -1, NULL, 0) == 0);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size }, nothing = { data, 0 };
	struct ctl_cmd flush = { sizeof(flush), CTL_FLUSH, 0 };
	uint8_t what = in_u8(&in), n;
	struct input request;
	uint8_t bytes[2 + sizeof(flush)] = { sizeof(flush) };
	size_t i;

	log_setlevel(what & 0x80 ? LOG_DEBUG : -1);
	is_late = (what & 0x40) != 0;
	refuse = in_u8(&in);
	for (n = 0; n < (what & 7); n++)
		change_link(n, 0);
	ifevent->done();
	settle();
	while (in.len > 0)
		step(&in);
	refuse = 0;
	settle();
	while (!TAILQ_EMPTY(&ifaces))
		ifevent->gone(TAILQ_FIRST(&ifaces)->ifindex);
	ifevent->done();
	load(&nothing);
	settle();
	memcpy(bytes + 2, &flush, sizeof(flush));
	request = (struct input){ bytes, sizeof(bytes) };
	ask(&request, 0);
	settle();
	/* what was replaced is freed in a turn of its own */
	for (i = fake_waiting(); i > 0; i--)
		fake_timer(i - 1);
	settle();
	must_be_empty();
	return 0;
}
