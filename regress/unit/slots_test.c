/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The engine against a model of the kernel, while interfaces come, go and
 * change their names and numbers, configurations change, and packets come in.
 * A slot must never get another interface while an entry names it, and at rest
 * the kernel must have exactly what the rules say.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <event.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/child.h"
#include "common/ctl.h"
#include "common/log.h"
#include "common/confine.h"
#include "common/nursery.h"
#include "common/sandbox.h"
#include "engine/client/reply.h"
#include "engine/want/current.h"
#include "engine/sys/ifevent.h"
#include "engine/sys/kernel_state.h"
#include "engine/sys/prepare.h"
#include "engine/sys/netconf.h"
#include "engine/have/entries.h"
#include "engine/have/flows.h"
#include "engine/have/slots.h"
#include "engine/out/verbs.h"
#include "check.h"
#include "model_kernel.h"
#include "rnd.h"

#define SCENARIOS 48
#define MAXNAMES  48
#define MAXPATS	  (MAXNAMES + 4)
#define MAXRULES  1500
#define MAXOIFS	  4
#define MAXNEWS	  1000

int engine_main(int, char **);
int engine_loop(void);

/* The kind of a run. */
static struct {
	uint32_t names; /* interface names, at most MAXNAMES */
	uint32_t rules;
	uint32_t keys; /* sources and groups of flows, per family */
	uint32_t steps;
	int v4, v6;
	int again; /* an earlier engine left slots and entries */
	int fails; /* the kernel refuses entries now and then */
} run;

/* The interfaces, by name, and changes that the engine has not heard of. */
static struct link links[MAXNAMES];
static char patterns[MAXPATS][IFPAT_SIZE]; /* the names, then wildcards */
static uint32_t next_ifindex = 10, last_ifindex;
static struct news {
	int gone;
	struct link link;
} news[MAXNEWS];
static uint32_t nnews;

struct test_rule {
	uint32_t iif; /* index of patterns[] */
	struct prefix src, grp;
	uint32_t noifs;
	uint32_t oifs[MAXOIFS];
};

struct test_conf {
	struct test_rule rules[MAXRULES];
	uint32_t nrules;
	int enable[MAXNAMES];
	int ttl[MAXNAMES];
};

static struct test_conf next_conf, conf; /* of the file; in force */

#define MAXQUESTIONS 4
static struct counters *questions[MAXQUESTIONS];
static uint32_t nquestions;

static const struct ifevent_handler *ifevent;
static struct peer *parent; /* the engine's end of its link */
static int pipe_fd, nready, nasked;

/* The end of control, and its request that waits for an answer. */
static struct imsgbuf ctl;
static struct test_rule asked;
static uint16_t asking; /* CTL_ADD, CTL_REMOVE, or nothing */
static int overtaken;	/* a new configuration came meanwhile */

/* Counts what all runs together have exercised, so that no part of the test is
 * idle. */
static struct stats {
	unsigned int rests, entries, starved, reused;
	unsigned int upcalls[3];    /* by kind */
	unsigned int answers[2][2]; /* [addition?][success?] */
} * stats;

/*
 * Stand-ins for the other side of the engine's interfaces
 */
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
	return pipe_fd;
}

int
engine_loop(void)
{
	return 0;
}

static void
quiet(int priority, const char *line)
{
	(void)priority;
	if (getenv("VERBOSE"))
		fprintf(stderr, "engine: %s\n", line);
}

static void
gone(struct peer *p, const char *why)
{
	errx(1, "%s: %s", p->name, why);
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
	event_init();
	log_init(LOG_TO_SINK, role, role);
	log_setsink(quiet);
	parent = p;
	p->name = "parent";
	p->dispatch = dispatch;
	p->gone = gone;
	peer_open(p, fd);
	imsgbuf_allow_fdpass(&p->ibuf);
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

static void
tell_list(void)
{
	uint32_t i;

	nnews = 0;
	ifevent->begin();
	for (i = 0; i < run.names; i++)
		if (links[i].ifindex != 0)
			ifevent->changed(&links[i]);
	ifevent->end();
	ifevent->done();
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
	tell_list();
}

void
kernel_state_open(void)
{
}

void
kernel_state_table(uint32_t table)
{
	(void)table;
}

int
netconf_read(void (*f)(uint32_t, const struct netconf *, void *), void *arg)
{
	(void)f;
	(void)arg;
	return 0;
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

static void
answer_counters(void)
{
	struct counters *c = questions[--nquestions];
	uint32_t i;

	for (i = 0; i < c->n; i++) {
		memset(&c->counts[i], 0, sizeof(c->counts[i]));
		c->counts[i].packets = rnd(10);
		c->found[i] = rnd(2);
	}
	c->is_asked = 0;
	c->answered(c);
}

/* Some answers come later. */
void
counters_ask(struct counters *c)
{
	CHECK(c->n > 0 && !c->is_asked && nquestions < MAXQUESTIONS);
	c->is_asked = 1;
	questions[nquestions++] = c;
	if (rnd(2))
		answer_counters();
}

uint32_t
kernel_state_idle(const struct wire_key *k)
{
	(void)k;
	return IDLE_UNKNOWN;
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
prepare(void)
{
}

int
kernel_state_is_quick(int v6)
{
	(void)v6;
	return 1;
}

/* Freed entries are not shown. */
int
kernel_state_dump(int v6, void (*f)(const struct kernel_entry *, void *),
    void *arg)
{
	struct kernel_entry e;
	struct model_entry *m;
	int s;

	RB_FOREACH(m, model_entries, &model.entries) {
		if ((addr_af(&m->key.grp) == AF_INET6) != v6)
			continue;
		memset(&e, 0, sizeof(e));
		e.key = m->key;
		e.iif = model.vif[v6][m->iif];
		for (s = 0; s < MAXVIF; s++)
			if (m->ttls[s] != 0 && model.vif[v6][s] != 0) {
				e.oifs[e.noifs].ifindex = model.vif[v6][s];
				e.oifs[e.noifs++].ttl = m->ttls[s];
			}
		f(&e, arg);
	}
	return 0;
}

static void
other_message(struct imsg *imsg)
{
	struct wire_ready r;

	if (imsg_get_type(imsg) == IMSG_STATUS ||
	    imsg_get_type(imsg) == IMSG_NEXT ||
	    imsg_get_type(imsg) == IMSG_TAKEN)
		return;
	if (imsg_get_type(imsg) == IMSG_SLOTS) {
		model_send(IMSG_VIFS, model.gate.ifindex,
		    sizeof(model.gate.ifindex));
		return;
	}
	if (imsg_get_type(imsg) == IMSG_MRDISC) {
		model_send(IMSG_MRDISC, NULL, 0);
		return;
	}
	CHECK(imsg_get_type(imsg) == IMSG_READY &&
	    imsg_get_data(imsg, &r, sizeof(r)) == 0 && r.errors == 0);
	nready++;
}

static int
has_link(uint32_t ifindex)
{
	uint32_t i;

	for (i = 0; i < run.names; i++)
		if (links[i].ifindex == ifindex)
			return 1;
	return 0;
}

/* Memory is short for one in ten that are new. */
static int
refuse(uint32_t verb, const void *entry)
{
	return verb == IMSG_MFC_ADD && model_find(entry) == NULL &&
		rnd(10) == 0 ?
	    ENOBUFS :
	    0;
}

/*
 * The world
 */
static void
tell(int is_gone, const struct link *l)
{
	news[nnews].gone = is_gone;
	news[nnews++].link = *l;
}

/* The first n events reach the engine. */
static void
deliver(uint32_t n)
{
	uint32_t i;

	if (n > nnews)
		n = nnews;
	for (i = 0; i < n; i++)
		if (news[i].gone)
			ifevent->gone(news[i].link.ifindex);
		else
			ifevent->changed(&news[i].link);
	nnews -= n;
	memmove(news, news + n, nnews * sizeof(*news));
	if (n > 0)
		ifevent->done();
}

static void
name_link(uint32_t i)
{
	memset(links[i].name, 0, sizeof(links[i].name));
	memcpy(links[i].name, patterns[i], strlen(patterns[i]));
}

/* reuse: once in so many times with the index of the last interface that
 * went. */
static void
add_link(uint32_t i, uint32_t reuse)
{
	name_link(i);
	links[i].flags = IFF_MULTICAST;
	if (last_ifindex != 0 && rnd(reuse) == 0) {
		links[i].ifindex = last_ifindex;
		stats->reused++;
		last_ifindex = 0;
	} else
		links[i].ifindex = next_ifindex++;
	tell(0, &links[i]);
}

static void
delete_link(uint32_t i)
{
	model_link_gone(links[i].ifindex);
	tell(1, &links[i]);
	last_ifindex = links[i].ifindex;
	memset(&links[i], 0, sizeof(links[i]));
}

static void
rename_link(uint32_t from, uint32_t to)
{
	links[to] = links[from];
	name_link(to);
	memset(&links[from], 0, sizeof(links[from]));
	tell(0, &links[to]);
}

static void
change_link(void)
{
	uint32_t i = rnd(run.names), to = rnd(run.names);

	if (nnews + 2 > MAXNEWS)
		return;
	if (links[i].ifindex == 0)
		add_link(i, 2);
	else if (rnd(6) == 0) {
		links[i].flags ^= IFF_MULTICAST;
		tell(0, &links[i]);
	} else if (rnd(3) == 0 && links[to].ifindex == 0)
		rename_link(i, to);
	else {
		delete_link(i);
		if (rnd(2))
			add_link(i, 2); /* at once */
	}
}

/* Groups of a range and their sources, so that wide rules cover many. */
static struct wire_key
make_key(uint32_t n, int v6)
{
	uint8_t src[16] = { v6 ? 0xfd : 10 }, grp[16] = { v6 ? 0xff : 225 };
	uint32_t last = v6 ? 15 : 3;
	struct wire_key k;

	if (v6)
		grp[1] = 5;
	src[last] = 1 + n % 50;
	grp[last] = n / 50 % 256;
	grp[last - 1] = n / 50 / 256;
	if (v6) {
		addr_from_v6(&k.src, src);
		addr_from_v6(&k.grp, grp);
	} else {
		addr_from_v4(&k.src, src);
		addr_from_v4(&k.grp, grp);
	}
	return k;
}

static uint32_t
random_pattern(void)
{
	if (rnd(8) > 0)
		return rnd(run.names);
	return MAXNAMES + rnd(rnd(10) ? 3 : 4);
}

static void
random_rule(struct test_rule *r)
{
	struct wire_key k = make_key(rnd(run.keys), rnd(2));

	memset(r, 0, sizeof(*r));
	r->iif = random_pattern();
	r->src.a = k.src;
	r->grp.a = k.grp;
	r->src.len = r->grp.len = 128;
	if (rnd(10) == 0) {
		r->src.len = rnd(2)		? 128 - rnd(5) :
		    addr_af(&k.grp) == AF_INET6 ? 0 :
						  96;
		r->grp.len = 128 - rnd(10);
		addr_mask(&r->src.a, r->src.len);
		addr_mask(&r->grp.a, r->grp.len);
	}
	do {
		r->oifs[r->noifs++] = random_pattern();
	} while (r->noifs < MAXOIFS && rnd(3) > 0);
}

/* Changes a part of the files. */
static void
edit_conf(uint32_t part)
{
	struct test_conf *c = &next_conf;
	uint32_t i;

	while (c->nrules < run.rules)
		random_rule(&c->rules[c->nrules++]);
	for (i = 0; i < c->nrules; i++)
		if (rnd(part) == 0)
			random_rule(&c->rules[i]);
	for (i = 0; i < run.names; i++) {
		if (rnd(2 * part) > 0)
			continue;
		c->enable[i] = rnd(3) ? -1 : (int)rnd(2);
		c->ttl[i] = rnd(3) ? -1 : (int)(1 + rnd(3));
	}
}

static void
print_rule(FILE *f, const struct test_rule *r)
{
	char buf[ADDRSTRLEN];
	uint32_t i;

	fprintf(f, "mroute from %s", patterns[r->iif]);
	if (!prefix_is_any(&r->src))
		fprintf(f, " source %s", prefix_print(&r->src, buf));
	fprintf(f, " group %s", prefix_print(&r->grp, buf));
	for (i = 0; i < r->noifs; i++)
		fprintf(f, "%s %s", i == 0 ? " to" : "", patterns[r->oifs[i]]);
	fprintf(f, "\n");
}

/* Routes beside those of the configuration: so many of one group. */
static uint32_t nmany;
static const char *one; /* line more */

static int
print_conf(const struct test_conf *c)
{
	FILE *f = tmpfile();
	uint32_t i;
	int fd;

	if (f == NULL)
		err(1, "tmpfile");
	for (i = 0; i < run.names; i++) {
		fprintf(f, "phyint %s", patterns[i]);
		if (c->enable[i] != -1)
			fprintf(f, " %s", c->enable[i] ? "enable" : "disable");
		if (c->ttl[i] != -1)
			fprintf(f, " ttl-threshold %d", c->ttl[i]);
		fprintf(f, "\n");
	}
	for (i = 0; i < c->nrules; i++)
		print_rule(f, &c->rules[i]);
	for (i = 0; i < nmany; i++)
		fprintf(f,
		    "mroute from eth0 source 10.9.%u.%u group 225.9.9.9 to "
		    "eth1\n",
		    i / 250, 1 + i % 250);
	if (one != NULL)
		fprintf(f, "%s\n", one);
	if (fflush(f) == EOF || (fd = dup(fileno(f))) == -1 ||
	    lseek(fd, 0, SEEK_SET) == -1)
		err(1, "configuration");
	fclose(f);
	return fd;
}

/* They are in force when this returns. */
static void
send_conf_in(int loop)
{
	struct wire_config c;
	const struct config *old = config;
	unsigned int n;

	memset(&c, 0, sizeof(c));
	strlcpy(c.path, "test.conf", sizeof(c.path));
	c.size = UINT32_MAX;
	if (imsg_compose(&model.ibuf, IMSG_CONFIG, 0, 0, print_conf(&next_conf),
		&c, sizeof(c)) == -1)
		err(1, "CONFIG");
	model_send(IMSG_CONFIG_END, NULL, 0);
	for (n = 0; n < 1000 && config == old; n++)
		event_loop(loop);
	CHECK(config != old);
	conf = next_conf;
	overtaken = 1;
	nasked++;
}

static void
send_conf(void)
{
	send_conf_in(EVLOOP_NONBLOCK);
}

/*
 * What smcroutectl may ask for at any time
 */
static int
same_key(const struct test_rule *a, const struct test_rule *b)
{
	return a->iif == b->iif && memcmp(&a->src, &b->src, 17) == 0 &&
	    memcmp(&a->grp, &b->grp, 17) == 0;
}

/* Takes the oifs asked for, or all rules of the key when there are none. */
static void
drop_rules(void)
{
	struct test_rule *r;
	uint32_t i, k, m, n = 0, left;

	for (i = 0; i < conf.nrules; i++) {
		r = &conf.rules[i];
		if (same_key(r, &asked)) {
			if (asked.noifs == 0)
				continue;
			for (k = left = 0; k < r->noifs; k++) {
				for (m = 0; m < asked.noifs; m++)
					if (asked.oifs[m] == r->oifs[k])
						break;
				if (m == asked.noifs)
					r->oifs[left++] = r->oifs[k];
			}
			r->noifs = left;
		}
		conf.rules[n++] = *r;
	}
	conf.nrules = n;
}

static void
ask(uint16_t kind)
{
	struct {
		uint32_t rights;
		struct ctl_cmd c;
		char words[1024];
	} m;
	char *p = m.words, buf[ADDRSTRLEN];
	uint32_t i;

	memset(&m, 0, sizeof(m));
	m.rights = 1;
	m.c.kind = kind;
	p = stpcpy(p, patterns[asked.iif]) + 1;
	if (!prefix_is_any(&asked.src))
		p = stpcpy(p, prefix_print(&asked.src, buf)) + 1;
	p = stpcpy(p, prefix_print(&asked.grp, buf)) + 1;
	for (i = 0; i < asked.noifs; i++)
		p = stpcpy(p, patterns[asked.oifs[i]]) + 1;
	m.c.len = sizeof(m.c) + (p - m.words);
	if (imsg_compose(&ctl, IMSG_CTL_REQUEST, 1, 0, -1, &m,
		sizeof(m.rights) + m.c.len) == -1 ||
	    imsgbuf_flush(&ctl) == -1)
		err(1, "CTL_REQUEST");
	event_loop(EVLOOP_NONBLOCK);
	asking = kind;
	overtaken = 0;
}

/* Otherwise the request would be refused. */
static int
has_family(const struct test_rule *r)
{
	return addr_af(&r->grp.a) == AF_INET6 ? run.v6 : run.v4;
}

static void
send_request(void)
{
	if (asking || nready == 0 || conf.nrules == MAXRULES)
		return;
	if (conf.nrules > 0 && rnd(2)) {
		asked = conf.rules[rnd(conf.nrules)];
		if (rnd(2))
			asked.noifs = 0;
		else if (asked.noifs == 0)
			return;
		if (!has_family(&asked))
			return;
		ask(CTL_REMOVE);
		drop_rules();
	} else {
		random_rule(&asked);
		if (!has_family(&asked))
			return;
		ask(CTL_ADD);
		conf.rules[conf.nrules++] = asked;
	}
}

/* A route that would need a slot too many was taken back. */
static void
take_back(void)
{
	uint32_t i;

	for (i = conf.nrules; i > 0; i--)
		if (memcmp(&conf.rules[i - 1], &asked, sizeof(asked)) == 0)
			break;
	CHECK(i > 0);
	if (i > 0)
		memmove(&conf.rules[i - 1], &conf.rules[i],
		    (conf.nrules-- - i) * sizeof(asked));
}

static void
hear_answer(void)
{
	struct imsg imsg;
	uint32_t status;

	CHECK(imsgbuf_read(&ctl) == 1);
	while (imsgbuf_get(&ctl, &imsg) == 1) {
		if (imsg_get_type(&imsg) == CTL_NOTE)
			continue;
		if (imsg_get_type(&imsg) == CTL_FAIL) {
			if (getenv("VERBOSE"))
				fprintf(stderr, "refused: %.*s\n",
				    (int)imsg.len - 4, imsg.data + 4);
			continue;
		}
		CHECK(imsg_get_type(&imsg) == CTL_END && asking != 0);
		CHECK(imsg_get_data(&imsg, &status, sizeof(status)) == 0);
		CHECK(status == CTL_OK || asking == CTL_ADD);
		if (status != CTL_OK && !overtaken)
			take_back();
		stats->answers[asking == CTL_ADD][status == CTL_OK]++;
		asking = 0;
	}
}

static void
send_upcall(void)
{
	const struct model_entry *e;
	struct wire_upcall u;
	int v6 = run.v6 && (!run.v4 || rnd(2));

	memset(&u, 0, sizeof(u));
	u.key = make_key(rnd(run.keys), v6);
	u.slot = rnd(MAXVIF);
	if (model.vif[v6][u.slot] == 0)
		return;
	e = model_find(&u.key);
	u.kind = e == NULL || rnd(10) == 0 ? UPCALL_NOCACHE : UPCALL_WRONGVIF;
	if (u.kind == UPCALL_WRONGVIF && e->iif == u.slot)
		return;
	stats->upcalls[u.kind]++;
	model_send(IMSG_UPCALL, &u, sizeof(u));
}

/*
 * The entries and slots that should be
 */
static int
names_if(const char *pattern, const char *ifname)
{
	size_t n = strlen(pattern);

	if (pattern[n - 1] == '+')
		return strncmp(pattern, ifname, n - 1) == 0;
	return strcmp(pattern, ifname) == 0;
}

/* How an interface is wanted: not at all, only by wildcards of outbound
 * interfaces, or by more. */
enum { NOBODY, BY_WILDCARD, BY_NAME };

static int
is_wanted(uint32_t l)
{
	const struct test_rule *r;
	uint32_t i, k;
	int by = NOBODY;

	if (links[l].ifindex == 0 || !(links[l].flags & IFF_MULTICAST) ||
	    conf.enable[l] == 0)
		return NOBODY;
	if (conf.enable[l] == 1)
		return BY_NAME;
	for (i = 0; i < conf.nrules; i++) {
		r = &conf.rules[i];
		if (names_if(patterns[r->iif], links[l].name))
			return BY_NAME;
		for (k = 0; k < r->noifs; k++) {
			if (!names_if(patterns[r->oifs[k]], links[l].name))
				continue;
			if (r->oifs[k] < MAXNAMES)
				return BY_NAME;
			by = BY_WILDCARD;
		}
	}
	return by;
}

static int slot_link[MAXVIF]; /* of links[]; -1: free */

static void
check_slots(void)
{
	uint32_t l, ifindex, wanted = 0, named = 0, held = 0, held_named = 0;
	int s, k;

	for (l = 0; l < run.names; l++) {
		wanted += is_wanted(l) != NOBODY;
		named += is_wanted(l) == BY_NAME;
	}
	for (s = 0; s < MAXVIF; s++) {
		ifindex = model.vif[run.v4 ? 0 : 1][s];
		CHECK(!run.v4 || !run.v6 || model.vif[0][s] == model.vif[1][s]);
		CHECK(model.gate.ifindex[0][s] == model.vif[0][s]);
		CHECK(model.gate.ifindex[1][s] == model.vif[1][s]);
		slot_link[s] = -1;
		if (ifindex == 0)
			continue;
		held++;
		for (l = 0; l < run.names; l++)
			if (links[l].ifindex == ifindex)
				slot_link[s] = l;
		CHECK(slot_link[s] != -1 && is_wanted(slot_link[s]));
		held_named +=
		    slot_link[s] != -1 && is_wanted(slot_link[s]) == BY_NAME;
		for (k = 0; k < s; k++)
			CHECK(
			    slot_link[k] == -1 || slot_link[k] != slot_link[s]);
	}
	CHECK(held == (wanted < MAXVIF ? wanted : MAXVIF));
	CHECK(held_named == (named < MAXVIF ? named : MAXVIF));
	stats->starved += wanted > MAXVIF;
}

/* By a walk over all rules, as its interface l sees a flow. */
static int
lookup(uint32_t l, const struct wire_key *k, uint32_t *oifs)
{
	static const struct test_rule *hits[MAXRULES];
	const struct test_rule *r;
	uint32_t i, j, n = 0;
	int s;

	*oifs = 0;
	for (i = 0; i < conf.nrules; i++) {
		r = &conf.rules[i];
		if (names_if(patterns[r->iif], links[l].name) &&
		    prefix_match(&r->grp, &k->grp) &&
		    prefix_match(&r->src, &k->src))
			hits[n++] = r;
	}
	for (i = 0; i < n; i++) {
		r = hits[i];
		/* rules of one key are one rule: it stops if none has oifs */
		for (j = 0; j < n; j++) {
			uint32_t m, any = 0;

			if (r->grp.len > hits[j]->grp.len ||
			    r->src.len > hits[j]->src.len)
				continue;
			for (m = 0; m < n; m++)
				if (hits[m]->iif == hits[j]->iif &&
				    hits[m]->grp.len == hits[j]->grp.len &&
				    hits[m]->src.len == hits[j]->src.len)
					any += hits[m]->noifs;
			if (any == 0)
				break;
		}
		if (j < n)
			continue;
		for (j = 0; j < r->noifs; j++)
			for (s = 0; s < MAXVIF; s++)
				if (slot_link[s] != -1 &&
				    names_if(patterns[r->oifs[j]],
					links[slot_link[s]].name) &&
				    (r->oifs[j] < MAXNAMES ||
					slot_link[s] != (int)l))
					*oifs |= 1U << s;
	}
	return n > 0;
}

static void
check_entry(const struct model_entry *e)
{
	uint32_t oifs;
	int s, ttl, v6 = addr_af(&e->key.grp) == AF_INET6;

	CHECK(slot_link[e->iif] != -1);
	if (slot_link[e->iif] == -1)
		return;
	(void)lookup(slot_link[e->iif], &e->key, &oifs);
	for (s = 0; s < MAXVIF; s++) {
		ttl = 0;
		if (oifs & 1U << s)
			ttl = conf.ttl[slot_link[s]] > 0 ?
			    conf.ttl[slot_link[s]] :
			    1;
		/* IPv6 has no thresholds: any means that it goes there */
		CHECK(v6 ? !e->ttls[s] == !ttl : e->ttls[s] == ttl);
	}
}

/* A route of one source and one group is there whenever it can be. */
static void
check_route(const struct test_rule *r)
{
	struct wire_key k = { r->src.a, r->grp.a };
	const struct model_entry *e = model_find(&k);
	uint32_t oifs;
	int s;

	if (r->src.len != 128 || r->grp.len != 128)
		return;
	if (!has_family(r)) {
		CHECK(e == NULL);
		return;
	}
	for (s = 0; s < MAXVIF; s++)
		if (slot_link[s] != -1 &&
		    names_if(patterns[r->iif], links[slot_link[s]].name))
			break;
	if (s == MAXVIF)
		return;
	CHECK(e != NULL);
	if (e != NULL && slot_link[e->iif] != -1)
		CHECK(lookup(slot_link[e->iif], &k, &oifs));
}

static void
check_world(void)
{
	struct model_entry *e;
	uint32_t i;

	check_slots();
	stats->rests++;
	RB_FOREACH(e, model_entries, &model.entries) {
		check_entry(e);
		stats->entries++;
	}
	for (i = 0; i < conf.nrules; i++)
		check_route(&conf.rules[i]);
	CHECK(model.nbroken == 0);
	/* and the engine says so, too */
	CHECK(nready > 0 && nready <= nasked && asking == 0);
}

/* Runs until nothing changes any more. */
static void
settle(void)
{
	unsigned int n, idle = 0;

	deliver(nnews);
	for (n = 0; n < 100000 && idle < 3; n++) {
		event_loop(EVLOOP_NONBLOCK);
		hear_answer();
		if (nquestions > 0)
			answer_counters();
		idle = model_step() || verbs_sent() != verbs_answered() ||
			peer_queue(parent) > 0 ?
		    0 :
		    idle + 1;
	}
	CHECK(idle == 3);
}

static void
rest(void)
{
	unsigned int verbs;

	settle();
	if (!run.fails)
		check_world();
	/* the engine tries refused entries again; changes by requests end */
	model.fail = NULL;
	send_conf();
	settle();
	check_world();
	/* the same once more, and a list of the same interfaces: not one verb
	 */
	verbs = model.nverbs;
	send_conf();
	settle();
	tell_list();
	settle();
	CHECK(model.nverbs == verbs);
	check_world();
	model.fail = run.fails ? refuse : NULL;
}

/* What an engine may have left: entries of any kind, and links that have come
 * and gone since. */
static void
leave_something(void)
{
	struct model_entry *e;
	struct wire_key k;
	uint32_t l, n;
	int s = 0, i, v6;

	for (l = 0; l < run.names && s < MAXVIF; l++) {
		if (links[l].ifindex == 0 || rnd(4) == 0)
			continue;
		if (run.v4)
			model_bind(0, s, links[l].ifindex);
		if (run.v6)
			model_bind(1, s, links[l].ifindex);
		s += 1 + (rnd(10) == 0);
	}
	for (n = 0; n < 2 * run.keys && s > 0; n++) {
		v6 = n & 1;
		if (!(v6 ? run.v6 : run.v4) || rnd(2))
			continue;
		k = make_key(n / 2, v6);
		do {
			i = rnd(MAXVIF);
		} while (model.vif[v6][i] == 0);
		model_put(&k, i, rnd(UINT32_MAX) & rnd(UINT32_MAX));
		e = model_find(&k);
		for (i = 0; i < MAXVIF; i++)
			if (e->ttls[i] != 0)
				e->ttls[i] = 1 + (rnd(10) == 0);
	}
	for (n = rnd(4); n > 0; n--)
		change_link();
	l = rnd(run.names);
	if (links[l].ifindex != 0)
		delete_link(l);
	nnews = 0;
	/* as the parent does it */
	for (v6 = 0; v6 <= 1; v6++)
		for (i = 0; i < MAXVIF; i++)
			if (model.gate.ifindex[v6][i] != model.vif[v6][i])
				model.gate.ifindex[v6][i] = VIF_LOST;
}

static void
start(void)
{
	struct wire_setup setup;
	uint32_t i, which;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1 ||
	    fcntl(pair[1], F_SETFL, O_NONBLOCK) == -1)
		err(1, "socketpair");
	pipe_fd = pair[0];
	model_open(pair[1]);
	model.gate.have[0] = run.v4;
	model.gate.have[1] = run.v6;
	model.has_link = has_link;
	model.other = other_message;
	for (i = 0; i < MAXNAMES; i++) {
		snprintf(patterns[i], IFPAT_SIZE, "%s%u",
		    i % 4 == 3 ? "wlan" : "eth", i);
		next_conf.enable[i] = next_conf.ttl[i] = -1;
		if (i < run.names && rnd(10) > 0)
			add_link(i, 2);
	}
	strlcpy(patterns[i++], "eth+", IFPAT_SIZE);
	strlcpy(patterns[i++], "eth1+", IFPAT_SIZE);
	strlcpy(patterns[i++], "wlan+", IFPAT_SIZE);
	strlcpy(patterns[i++], "+", IFPAT_SIZE);
	edit_conf(1);
	if (run.again)
		leave_something();
	engine_main(0, NULL);
	memset(&setup, 0, sizeof(setup));
	setup.flags = (run.v4 ? SETUP_V4 : 0) | (run.v6 ? SETUP_V6 : 0) |
	    (run.again ? SETUP_AGAIN : 0);
	setup.loglevel = getenv("VERBOSE") ? LOG_DEBUG : -1;
	model_send(IMSG_SETUP, &setup, sizeof(setup));
	model_send(IMSG_VIFS, model.gate.ifindex, sizeof(model.gate.ifindex));
	/* it knows the slots; a link gets the number of one that is gone */
	event_loop(EVLOOP_NONBLOCK);
	for (i = 0; i < run.names && last_ifindex != 0; i++)
		if (links[i].ifindex == 0) {
			add_link(i, 1);
			deliver(nnews);
			break;
		}
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1 ||
	    fcntl(pair[1], F_SETFL, O_NONBLOCK) == -1 ||
	    imsgbuf_init(&ctl, pair[1]) == -1)
		err(1, "socketpair");
	which = SOCK_PIPE;
	if (imsg_compose(&model.ibuf, IMSG_SOCKET, 0, 0, pair[0], &which,
		sizeof(which)) == -1)
		err(1, "SOCKET");
	send_conf();
	model.fail = run.fails ? refuse : NULL;
}

static void
live(void)
{
	uint32_t step, n;

	for (step = 0; step < run.steps && check_failed < 10; step++) {
		switch (rnd(10)) {
		case 0:
		case 1:
		case 2:
			change_link();
			break;
		case 3:
			deliver(rnd(nnews + 1));
			break;
		case 4:
			send_upcall();
			break;
		case 5:
			hear_answer();
			if (run.fails)
				break;
			send_request();
			if (rnd(4) > 0)
				break;
			settle();
			check_world();
			break;
		case 6:
			if (rnd(8) > 0)
				break;
			edit_conf(1 + rnd(50));
			send_conf();
			break;
		default:
			event_loop(EVLOOP_NONBLOCK);
			for (n = rnd(4); n > 0; n--)
				(void)model_step();
		}
		if (rnd(60) == 0)
			rest();
	}
	rest();
}

/*
 * A configuration that comes while all entries are evaluated, and needs a slot
 */
static unsigned int nworse; /* verbs that take from a route */

static int
watch(uint32_t verb, const void *entry)
{
	struct wire_mfc m;
	int s;

	if (verb == IMSG_MFC_DEL)
		nworse++;
	if (verb != IMSG_MFC_ADD)
		return 0;
	memcpy(&m, entry, sizeof(m));
	for (s = 0; s < MAXVIF; s++)
		if (m.ttls[s] != 0 && model.vif[0][s] == links[1].ifindex)
			return 0;
	nworse++;
	return 0;
}

/* An engine for IPv4, with a link of each of the first n names. */
static void
start_with(uint32_t n)
{
	uint32_t i;

	run.names = n;
	run.v4 = 1;
	start();
	for (i = 0; i < n; i++) {
		next_conf.enable[i] = next_conf.ttl[i] = -1;
		if (links[i].ifindex == 0)
			add_link(i, 2);
	}
}

static void
interrupted(void)
{
	struct model_entry *e;
	uint32_t n = 0;
	int before;

	start_with(6);
	nmany = 10000;
	send_conf();
	settle();

	/* an interface that no rule names: all is evaluated, in many turns */
	links[5].flags = 0;
	tell(0, &links[5]);
	deliver(nnews);
	event_loop(EVLOOP_NONBLOCK | EVLOOP_ONCE);
	nmany = 0;
	one = "mroute from eth0 group 225.9.9.9 to eth1+ eth2";
	model.fail = watch;
	before = nready;
	send_conf_in(EVLOOP_NONBLOCK | EVLOOP_ONCE);
	/* the kernel has not answered for the slot of eth2 */
	event_loop(EVLOOP_NONBLOCK);
	settle();
	CHECK(nworse == 0 && nready == before + 1 && model.nbroken == 0);
	RB_FOREACH(e, model_entries, &model.entries)
		n += __builtin_popcount(model_oifs(e)) == 2;
	CHECK(n == 10000);
}

/*
 * Additions to one route that the kernel refuses
 */
static int
no_space(uint32_t verb, const void *entry)
{
	return verb == IMSG_MFC_ADD && model_find(entry) == NULL ? ENOSPC : 0;
}

/* One line of a request: the route, to those interfaces. */
static size_t
add_line(char *to, const char *oifs)
{
	struct ctl_cmd c = { 0, CTL_ADD, 1 };
	char *p = to + sizeof(c);

	p = stpcpy(p, "eth0") + 1;
	p = stpcpy(p, "10.8.8.8") + 1;
	p = stpcpy(p, "225.8.8.8") + 1;
	for (; *oifs != '\0'; oifs++)
		*p++ = *oifs == ' ' ? '\0' : *oifs;
	c.len = ++p - to;
	memcpy(to, &c, sizeof(c));
	return c.len;
}

/* A request of one or two lines. */
static void
send_lines(uint32_t client, const char *oif, const char *oif2)
{
	char m[1024] = { 1 }; /* rights */
	size_t n = sizeof(uint32_t);

	n += add_line(m + n, oif);
	if (oif2 != NULL)
		n += add_line(m + n, oif2);
	if (imsg_compose(&ctl, IMSG_CTL_REQUEST, client, 0, -1, m, n) == -1 ||
	    imsgbuf_flush(&ctl) == -1)
		err(1, "CTL_REQUEST");
}

static void
hear_refusals(unsigned int nlines, unsigned int nrequests, uint32_t nrules)
{
	struct imsg imsg;
	uint32_t status;

	(void)imsgbuf_read(&ctl);
	while (imsgbuf_get(&ctl, &imsg) == 1) {
		if (imsg_get_type(&imsg) == CTL_FAIL)
			nlines--;
		if (imsg_get_type(&imsg) != CTL_END)
			continue;
		CHECK(imsg_get_data(&imsg, &status, sizeof(status)) == 0 &&
		    status == CTL_REFUSED);
		nrequests--;
	}
	CHECK(nlines == 0 && nrequests == 0);
	CHECK(config->rules.pool.count == nrules);
}

static void
refused_twice(void)
{
	const struct model_entry *e;
	char both[2 * IFPAT_SIZE];
	uint32_t i;

	start_with(MAXNAMES);
	/* slots for eth0, eth1 and eth2; then there are too few for all */
	for (i = 0; i < MAXNAMES; i++)
		next_conf.enable[i] = i < 3 ? 1 : 0;
	send_conf();
	settle();
	for (i = 3; i < MAXNAMES; i++)
		next_conf.enable[i] = 1;
	send_conf();
	settle();
	model.fail = no_space;

	/* by two requests */
	send_lines(1, "eth1", NULL);
	send_lines(2, "eth2", NULL);
	event_loop(EVLOOP_NONBLOCK);
	while (model_step())
		event_loop(EVLOOP_NONBLOCK);
	hear_refusals(2, 2, 0);

	/* by one whose client has gone */
	send_lines(1, "eth1", NULL);
	if (imsg_compose(&ctl, IMSG_CTL_GONE, 1, 0, -1, NULL, 0) == -1 ||
	    imsgbuf_flush(&ctl) == -1)
		err(1, "CTL_GONE");
	event_loop(EVLOOP_NONBLOCK);
	CHECK(config->rules.pool.count == 1);
	while (model_step())
		event_loop(EVLOOP_NONBLOCK);
	hear_refusals(0, 0, 0);

	/* one for want of a slot, which had made the route */
	send_lines(1, patterns[MAXNAMES - 2], "eth1");
	event_loop(EVLOOP_NONBLOCK);
	while (model_step())
		event_loop(EVLOOP_NONBLOCK);
	hear_refusals(2, 1, 0);

	/* what a later line names, too, stays */
	model.fail = NULL;
	snprintf(both, sizeof(both), "%s eth1", patterns[MAXNAMES - 2]);
	send_lines(1, both, "eth1");
	event_loop(EVLOOP_NONBLOCK);
	while (model_step())
		event_loop(EVLOOP_NONBLOCK);
	hear_refusals(1, 1, 1);
	e = RB_MIN(model_entries, &model.entries);
	CHECK(e != NULL && __builtin_popcount(model_oifs(e)) == 1);
	CHECK(model.nbroken == 0);
}

/*
 * Two requests at once for an interface that gets no slot
 */
static void
starved_twice(void)
{
	static char line[1024] = "mroute from eth0 group 225.9.9.9 to";
	uint32_t i;

	start_with(MAXNAMES);
	for (i = 1; i < MAXVIF; i++) {
		strlcat(line, " ", sizeof(line));
		strlcat(line, patterns[i], sizeof(line));
	}
	one = line;
	send_conf();
	settle();
	send_lines(1, patterns[MAXVIF], NULL);
	send_lines(2, patterns[MAXVIF], NULL);
	event_loop(EVLOOP_NONBLOCK);
	while (model_step())
		event_loop(EVLOOP_NONBLOCK);
	hear_refusals(2, 2, 1);
}

/*
 * A new flow for which there is no memory
 */
static int no_memory;

uint32_t __real_pool_get(struct pool *);
uint32_t __wrap_pool_get(struct pool *);

uint32_t
__wrap_pool_get(struct pool *p)
{
	if (no_memory && p->size == sizeof(struct flow))
		return 0;
	return __real_pool_get(p);
}

/* The flow gets no entry, neither in the kernel nor in the engine, and is
 * learned when there is memory again. */
static void
short_of_memory(void)
{
	struct wire_upcall u;

	start_with(2);
	one = "mroute from eth0 group 225.0.0.0 to eth1";
	send_conf();
	settle();
	memset(&u, 0, sizeof(u));
	u.kind = UPCALL_NOCACHE;
	u.key = make_key(0, 0);
	while (u.slot < MAXVIF && model.vif[0][u.slot] != links[0].ifindex)
		u.slot++;
	CHECK(u.slot < MAXVIF);
	no_memory = 1;
	model_send(IMSG_UPCALL, &u, sizeof(u));
	settle();
	CHECK(entry_find(&u.key.src, &u.key.grp) == 0);
	CHECK(model_find(&u.key) == NULL);
	no_memory = 0;
	model_send(IMSG_UPCALL, &u, sizeof(u));
	settle();
	CHECK(entry_find(&u.key.src, &u.key.grp) != 0);
	CHECK(model_find(&u.key) != NULL);
}

/* Each runs in a process of its own, because an engine has global variables. */
static void (*const others[])(
    void) = { interrupted, refused_twice, starved_twice, short_of_memory };

#define NOTHERS (sizeof(others) / sizeof(others[0]))

static void
scenario(uint32_t n)
{
	int status;
	pid_t pid;

	if ((pid = fork()) == -1)
		err(1, "fork");
	if (pid == 0 && n >= SCENARIOS) {
		check_failed = 0;
		others[n - SCENARIOS]();
		exit(check_failed != 0);
	}
	if (pid == 0) {
		check_failed = 0;
		rnd_state = rnd_seed + n;
		run.names = rnd(2) ? 3 + rnd(8) : MAXNAMES;
		/* more entries than there may be verbs on their way; so few
		 * rules that the last one of an interface often goes */
		run.rules = n % 12 == 0	  ? MAXRULES :
		    n % 6 == 3		  ? 3 :
		    run.names == MAXNAMES ? 20 + rnd(80) :
					    3 + rnd(60);
		run.keys = n % 12 == 0 ? 1000 : 3 + rnd(60);
		run.steps = n % 12 == 0 ? 80 : 600;
		run.v4 = n % 7 != 0;
		run.v6 = n % 7 != 1;
		run.again = n % 3 == 2 || n == 24;
		run.fails = n % 5 == 4;
		start();
		live();
		exit(check_failed != 0);
	}
	if (waitpid(pid, &status, 0) == pid && status == 0)
		return;
	fprintf(stderr, "scenario %u: status %#x\n", n, status);
	check_failed++;
}

int
main(void)
{
	const char *only = getenv("ONLY");
	uint32_t n;

	rnd_init();
	stats = mmap(NULL, sizeof(*stats), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stats == MAP_FAILED)
		err(1, "mmap");
	if (only != NULL) {
		scenario(strtoul(only, NULL, 10));
		return rnd_end();
	}
	for (n = 0; n < SCENARIOS + NOTHERS; n++)
		scenario(n);
	CHECK(stats->rests > 500 && stats->entries > 10000);
	CHECK(stats->starved > 20 && stats->reused > 100);
	CHECK(stats->upcalls[UPCALL_NOCACHE] > 100 &&
	    stats->upcalls[UPCALL_WRONGVIF] > 100);
	CHECK(stats->answers[0][1] > 100 && stats->answers[1][1] > 100);
	return rnd_end();
}
