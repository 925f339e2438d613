/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The engine: decides everything, and may do nothing but ask the parent.
 */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/await.h"
#include "common/child.h"
#include "common/confine.h"
#include "common/log.h"
#include "common/nursery.h"
#include "common/sandbox.h"
#include "common/wire.h"
#include "engine.h"
#include "engine/run/flows.h"
#include "engine/sys/group_sock.h"
#include "engine/have/groups.h"
#include "engine/lib/hash.h"
#include "engine/have/iface.h"
#include "engine/sys/ifaddr.h"
#include "engine/sys/ifevent.h"
#include "engine/store/journal.h"
#include "engine/sys/kernel_state.h"
#include "engine/store/load.h"
#include "engine/run/mrdisc.h"
#include "engine/want/names.h"
#include "engine/client/request.h"
#include "engine/have/slots.h"
#include "engine/run/status.h"
#include "engine/out/verbs.h"
#include "engine/decide/warnings.h"

#define MAXFILES (MAXHOLD + 4096) /* descriptors; more is a configuration */

struct config *config;
struct peer parent, control;

static struct wire_setup setup;
static int update_waits; /* for the kernel's answer to VIF_ADD */
static int evaluated; /* what the kernel has can be told from what is wanted */
static int ready;
static struct event more; /* to be done after what comes in meanwhile */
static struct config *replaced;
static struct event later;
static struct wire_upcall *early; /* upcalls, until there is a configuration */
static size_t early_count;
static uint32_t untold; /* upcalls that the parent is to be told are TAKEN */
static enum { NOT_ASKED, ASKED, THERE } mrdisc_socks;

int
engine_is_ready(void)
{
	return ready;
}

void
engine_reload(uint32_t id)
{
	peer_send(&parent, IMSG_RELOAD, id, -1, NULL, 0);
}

static void
want_groups(const struct iface *i, const struct mgroup *m)
{
	struct membership w;
	uint64_t k;

	for (k = 0; mgroup_nth(m, k, &w.src, &w.grp); k++) {
		w.ifindex = i->ifindex;
		if (groups_want(&w) == -1) {
			log_errx("more than %u memberships",
			    config->limits.groups);
			return;
		}
	}
}

/* A raw socket hears what any socket has joined, so these are like all others:
 * spread over sockets, and shared with whoever else wants them. */
static void
want_solicitations(const struct iface *i)
{
	struct membership w;
	struct prefix any;
	int v6;

	for (v6 = 0; v6 <= 1; v6++) {
		if (!mrdisc_wants(i, v6))
			continue;
		prefix_any(&any, v6 ? AF_INET6 : AF_INET);
		w.ifindex = i->ifindex;
		w.src = any.a;
		w.grp = mrdisc_routers(v6);
		(void)groups_want(&w);
	}
}

void
engine_groups(void)
{
	struct iface *i;
	size_t n;

	groups_begin();
	TAILQ_FOREACH(i, &ifaces, entry)
		want_solicitations(i);
	for (n = 0; n < config->nmgroups; n++)
		TAILQ_FOREACH(i, &ifaces, entry)
			if (i->opt.enable != 0 &&
			    pattern_match(pattern_at(config->mgroups[n].iif),
				i->name))
				want_groups(i, &config->mgroups[n]);
	groups_end();
}

static void
take_early(void)
{
	size_t i;

	for (i = 0; i < early_count; i++)
		flows_upcall(config, &early[i]);
	free(early);
	early = NULL;
	early_count = 0;
}

/* The second half: slots are what they can be. */
static void
update_entries(void)
{
	update_waits = 0;
	evaluated = 1;
	flows_evaluate_all(config, slots_resolve());
	take_early();
	engine_groups();
	mrdisc_update();
	warnings_look();
}

void
engine_update(void)
{
	if (config == NULL)
		return;
	config->rules.changed = 0;
	iface_apply(config);
	if (slots_assign(config))
		update_waits = 1;
	else
		update_entries();
	engine_work();
}

void
engine_work(void)
{
	struct timeval soon = { 0, 0 };
	int all, planned;

	if (!evaluated)
		return;
	if (verbs_sent() == verbs_answered())
		flows_settled();
	planned = update_waits || flows_residents(config);
	all = mfc_work();
	/* Entries found at a restart may name slots that we do not know of;
	 * while an update waits, new flows may name those to be given up. */
	while (planned && all && !update_waits && slots_release()) {
		/* an interface waits for a slot that is free now */
		if (slots_assign(config))
			update_waits = 1;
		else
			update_entries();
		planned = update_waits || flows_residents(config);
		all = mfc_work();
	}
	if (!groups_idle() && !evtimer_pending(&more, NULL)) {
		if (groups_work())
			warnings_groups();
		else
			await(&more, &soon);
	}
	if (!planned && !evtimer_pending(&more, NULL))
		await(&more, &soon);
	if (all && untold > 0) {
		peer_send(&parent, IMSG_TAKEN, 0, -1, &untold, sizeof(untold));
		untold = 0;
	}
	if (planned && all && !update_waits && mrdisc_socks != ASKED) {
		request_settled(groups_idle());
		status_send();
	}
}

static void
work_more(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	engine_work();
}

static void
answered(void)
{
	if (update_waits && !slots_pending())
		update_entries();
	engine_work();
}

static void
refused(const struct wire_key *k, uint8_t slot, int error)
{
	char src[ADDRSTRLEN], grp[ADDRSTRLEN];

	mfc_failed(k, slot);
	if (addr_is_any(&k->src)) {
		flows_resident_failed(error);
		return;
	}
	log_errx("MFC entry (%s, %s): %s", addr_print(&k->src, src),
	    addr_print(&k->grp, grp), strerror(error));
	request_refused(k, error);
}

static const struct verbs_handler verbs_handler = { refused, slots_result,
	answered };

/* What an earlier engine left in the kernel. */
static void
adopt(const struct kernel_entry *e, void *arg)
{
	static unsigned int nadopted;
	struct iface *i = iface_by_index(e->iif);
	uint32_t n, oifs = 0;

	(void)arg;
	/* of a million the kernel tells in minutes */
	if (++nadopted % 4096 == 0) {
		peer_send(&parent, IMSG_ALIVE, 0, -1, NULL, 0);
		(void)imsgbuf_flush(&parent.ibuf);
	}
	if (e->unresolved)
		return; /* the parent has kept its upcall */
	if (i == NULL || i->slot == -1) {
		if (addr_is_any(&e->key.src))
			flows_adopt_resident(&e->key.grp, -1, 0);
		else
			flows_orphan(&e->key);
		return;
	}
	for (n = 0; n < e->noifs; n++) {
		struct iface *o = iface_by_index(e->oifs[n].ifindex);

		if (o != NULL && o->slot != -1)
			oifs |= 1U << o->slot;
	}
	if (addr_is_any(&e->key.src))
		flows_adopt_resident(&e->key.grp, i->slot, oifs);
	else
		flows_adopt(&e->key, i->slot, oifs);
}

/* Many rules take a while to free: in a turn of the loop of its own. */
static void
free_replaced(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	config_free(replaced);
	replaced = NULL;
}

static int
do_setup(struct imsg *imsg)
{
	if (setup.flags != 0 ||
	    imsg_get_data(imsg, &setup, sizeof(setup)) == -1)
		return -1;
	log_setlevel(setup.loglevel);
	load_init(&parent);
	evtimer_set(&later, free_replaced, NULL);
	if (setup.flags & SETUP_CHECK)
		return 0;
	slots_init(setup.flags & SETUP_V4, (setup.flags & SETUP_V6) != 0);
	flows_init(setup.expire, (setup.flags & SETUP_HOOK) != 0);
	groups_init(request_join_refused);
	group_sock_init(setup.hold);
	status_init((setup.flags & SETUP_STATUS) != 0);
	mrdisc_init(setup.mrdisc);
	kernel_state_table(setup.table);
	evtimer_set(&more, work_more, NULL);
	iface_start(engine_update);
	return 0;
}

static int
do_vifs(struct imsg *imsg)
{
	uint32_t ifindex[2][MAXVIF];
	struct wire_vif v = { .ttl = 1 };
	int v6;

	if (imsg_get_data(imsg, ifindex, sizeof(ifindex)) == -1)
		return -1;
	for (v6 = 0; v6 <= 1; v6++)
		for (v.slot = 0; v.slot < MAXVIF; v.slot++) {
			v.v6 = v6;
			v.ifindex = ifindex[v6][v.slot];
			if (v.ifindex != 0)
				slots_adopt(&v);
		}
	if (!(setup.flags & SETUP_AGAIN))
		return 0;
	for (v6 = 0; v6 <= 1; v6++)
		if (setup.flags & (v6 ? SETUP_V6 : SETUP_V4) &&
		    kernel_state_dump(v6, adopt, NULL) == -1)
			log_err("cannot read the kernel's MFC");
	return 0;
}

/* Says READY when the work on these files is done. */
static void
loaded(uint32_t id, unsigned int errors)
{
	struct wire_ready r = { id, errors };

	ready = 1;
	peer_send(&parent, IMSG_READY, 0, -1, &r, sizeof(r));
	request_loaded(id, errors);
}

/* What sends router discovery is given only to an engine that is to do so. */
static void
ask_mrdisc(void)
{
	size_t i;

	for (i = 0; i < config->nphyints && mrdisc_socks == NOT_ASKED; i++)
		if (config->phyints[i].mrdisc == 1) {
			peer_send(&parent, IMSG_MRDISC, 0, -1, NULL, 0);
			mrdisc_socks = ASKED;
		}
}

static int
do_mrdisc(struct imsg *imsg)
{
	if (imsg_get_len(imsg) != 0 || mrdisc_socks != ASKED)
		return -1;
	mrdisc_socks = THERE;
	if (evaluated) {
		engine_groups();
		mrdisc_update();
	}
	return 0;
}

static void
all_read(uint32_t id)
{
	static const struct timeval soon;
	struct config *old = config, *new;
	unsigned int errors = load_errors();

	new = load_end(config == NULL);
	if (setup.flags & SETUP_CHECK) {
		config_free(new);
		loaded(id, errors);
		return;
	}
	if (errors != 0)
		log_errx("%u line%s in error: %s", errors,
		    errors == 1 ? "" : "s",
		    new != NULL ? "skipped" :
				  "the configuration stays as it was");
	if (new != NULL) {
		if (config == NULL)
			journal_replay(new);
		else
			journal_clear();
		config = new;
		request_new_config();
		groups_limit(config->limits.groups);
		warnings_forget();
		engine_update();
		config_free(replaced);
		replaced = old;
		if (old != NULL)
			await(&later, &soon);
		if (old == NULL)
			request_begin();
		ask_mrdisc();
	}
	request_when_settled(loaded, id, errors);
	engine_work();
}

static int
do_upcalls(struct imsg *imsg)
{
	struct wire_upcall u;

	if (early == NULL && !evaluated &&
	    (early = calloc(UPCALL_CREDIT, sizeof(*early))) == NULL)
		fatal(EX_OSERR, "upcalls");
	while (imsg_get_len(imsg) > 0) {
		if (imsg_get_buf(imsg, &u, sizeof(u)) == -1 ||
		    u.slot >= MAXVIF || untold++ == UPCALL_CREDIT)
			return -1;
		if (evaluated)
			flows_upcall(config, &u);
		else
			early[early_count++] = u;
	}
	return 0;
}

static int
do_socket(struct imsg *imsg)
{
	uint32_t which;
	int fd;

	if (imsg_get_data(imsg, &which, sizeof(which)) == -1 ||
	    (fd = imsg_get_fd(imsg)) == -1)
		return -1;
	if (which == SOCK_PIPE)
		request_open(fd);
	else if (which == SOCK_MRDISC4 || which == SOCK_MRDISC6)
		mrdisc_open(which == SOCK_MRDISC6, fd);
	else if (which == SOCK_JOURNAL)
		journal_open(fd);
	else
		return -1;
	return 0;
}

/* A file that was there at the last load must be there at the next. */
static enum load_missing
missing(void)
{
	if (setup.flags & SETUP_CHECK ||
	    (config != NULL && !load_was_missing()))
		return LOAD_MISSING_ERROR;
	return setup.flags & SETUP_NAMED ? LOAD_MISSING_WARNING :
					   LOAD_MISSING_OK;
}

static int
parent_dispatch(struct peer *p, struct imsg *imsg)
{
	switch (imsg_get_type(imsg)) {
	case IMSG_SETUP:
		return do_setup(imsg);
	case IMSG_SOCKET:
		return do_socket(imsg);
	case IMSG_VIFS:
		return do_vifs(imsg);
	case IMSG_CONFIG:
		return load_file(imsg, missing());
	case IMSG_CONFIG_END:
		load_then(all_read, imsg_get_id(imsg));
		return 0;
	case IMSG_UPCALL:
		return do_upcalls(imsg);
	case IMSG_RESULT:
		return verbs_result(imsg);
	case IMSG_MRDISC:
		return do_mrdisc(imsg);
	case IMSG_ALIVE:
		peer_send(p, IMSG_ALIVE, 0, -1, NULL, 0);
		return 0;
	}
	return -1;
}

/* All that had come is dispatched: answer the newest upcalls first. */
static void
parent_idle(struct peer *p)
{
	(void)p;
	load_go_on();
	if (config != NULL)
		engine_work();
}

/* The daemon ends. */
static void
parent_gone(struct peer *p, const char *why)
{
	(void)p;
	mrdisc_end();
	child_end(why);
}

int
main(int argc, char **argv)
{
	int fd;

	confine_files(MAXFILES);
	kernel_state_prepare();
	fd = nursery("engine", argc, argv);
	hash_seed();
	mfc_init();
	child_init(&parent, fd, "engine", parent_dispatch);
	parent.idle = parent_idle;
	parent.gone = parent_gone;
	ifevent_open();
	kernel_state_open();
	ifaddr_open();
	verbs_init(&parent, &verbs_handler);
	sandbox_enter(SANDBOX_ENGINE);
	event_dispatch();
	return 0;
}
