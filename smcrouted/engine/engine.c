/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The engine: decides everything.  It can change nothing itself, but asks the
 * parent to do so.
 */
#include <sys/mman.h>
#include <sys/stat.h>
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
#include "engine/client/request.h"
#include "engine/decide/checks.h"
#include "engine/decide/resident.h"
#include "engine/decide/warnings.h"
#include "engine/have/bus.h"
#include "engine/have/group_sock.h"
#include "engine/have/groups.h"
#include "engine/have/parts.h"
#include "engine/lib/hash.h"
#include "engine/out/verbs.h"
#include "engine/run/adopt.h"
#include "engine/run/event_log.h"
#include "engine/run/expiry.h"
#include "engine/run/links.h"
#include "engine/run/mrdisc.h"
#include "engine/run/plan.h"
#include "engine/run/reconcile.h"
#include "engine/run/status.h"
#include "engine/run/upcall.h"
#include "engine/store/journal.h"
#include "engine/store/load.h"
#include "engine/sys/group_list.h"
#include "engine/sys/ifaddr.h"
#include "engine/sys/ifevent.h"
#include "engine/sys/kernel_state.h"
#include "engine/sys/prepare.h"
#include "engine/want/current.h"

#define MAXDESCRIPTORS (MAXHOLD + 4096) /* descriptors: sockets and files */

static struct peer parent;
static struct wire_setup setup;
static struct event more;	/* the next turn of work */
static struct config *replaced; /* the former configuration, to be freed */
static struct event later;	/* calls free_replaced() */
static struct event check;	/* calls look_for_problems() */
static uint32_t left; /* entries in the table that an earlier engine has left */
static enum { NOT_ASKED, ASKED, THERE } mrdisc_socks;

/* The load of the configuration that is under way. */
static struct {
	int active;
	int is_first;
	uint32_t id; /* id of the RELOAD, or 0 */
	unsigned int errors;
	struct ticket ticket;
} loading;

static void
look_for_problems(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	evtimer_del(&check);
	/* the end of an update asks for a look, too */
	if (!reconcile_is_updating())
		checks_look(config);
}

static void
tell_loaded(void)
{
	loading.active = 0;
	if (!(setup.flags & SETUP_CHECK))
		look_for_problems(-1, 0, NULL);
	journal_reloaded();
	bus_tell_kind(BUS_CONFIG_SETTLED);
	verbs_ready(loading.id, loading.errors);
	/* When sockets are closed that the parent has held for an earlier
	 * engine, the kernel may drop memberships that have just been made. */
	if (loading.is_first && setup.flags & SETUP_AGAIN)
		links_verify();
	request_loaded(loading.id, loading.errors);
}

/* A daemon that was taking over hung, the other one went on without it, and now
 * this engine wakes up. */
static void
check_table(void)
{
	if (!entries_are_ours())
		fatalx(EX_UNAVAILABLE, "another engine does the work");
}

static void
turn(void)
{
	static const struct timeval soon;
	int done;

	check_table();
	done = reconcile_turn();
	upcall_turn();
	if (loading.active && ticket_is_done(&loading.ticket) &&
	    ticket_is_grouped(&loading.ticket) && mrdisc_socks != ASKED)
		tell_loaded();
	request_check();
	if (!done && !evtimer_pending(&more, NULL))
		await(&more, &soon);
}

static void
work_more(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	turn();
}

/* A lower layer has marked work: does it in the next turn of the loop. */
static void
wake(void)
{
	static const struct timeval soon;

	if (!evtimer_pending(&more, NULL))
		await(&more, &soon);
}

/* An update is done.  Problems are looked for a little later: that takes the
 * kernel longer than an update, and updates often come in rows. */
static void
evaluated(void)
{
	static const struct timeval soon = { 0, 200000 };

	bus_tell_kind(BUS_UPDATED);
	mrdisc_update();
	if (!evtimer_pending(&check, NULL))
		await(&check, &soon);
}

static void
refused(const struct wire_key *k, int error)
{
	char src[ADDRSTRLEN], grp[ADDRSTRLEN];

	if (addr_is_any(&k->src)) {
		plan_refused(error);
		return;
	}
	log_errx("MFC entry (%s, %s): %s", addr_print(&k->src, src),
	    addr_print(&k->grp, grp), strerror(error));
	request_refused(k, error);
}

static void
answered(uint32_t i, int error)
{
	struct wire_key k = entry_key(entry_at(i));

	work_answered(i, error);
	if (error != 0)
		refused(&k, error);
}

static const struct verbs_handler verbs_handler = { answered, slots_result,
	turn };

/* Tells the parent at once that the engine is alive: called during work that
 * takes longer than the parent waits. */
static void
alive(void)
{
	peer_send(&parent, IMSG_ALIVE, 0, -1, NULL, 0);
	(void)imsgbuf_write(&parent.ibuf);
}

/* With -e the hook runs for each flow that is forwarded and was not, or has
 * moved. */
static void
want_hook(const struct bus_event *b)
{
	struct entry *e;

	if (b->kind != BUS_FLOW_LEARNED && b->kind != BUS_FLOW_MOVED &&
	    b->kind != BUS_FLOW_OPENED)
		return;
	e = entry_at(b->entry);
	if (!flow_is_stop(e) &&
	    (e->kind == ENTRY_FLOW || b->kind == BUS_FLOW_MOVED))
		e->flags |= ENTRY_TELL;
}

static void
start_hook(void)
{
	resident_refuse("-e needs an upcall for each source");
	bus_subscribe(want_hook);
}

/* Freeing many rules takes a while, so it has a turn of the loop of its own. */
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
	evtimer_set(&more, work_more, NULL);
	evtimer_set(&check, look_for_problems, NULL);
	if (setup.flags & SETUP_CHECK)
		return 0;
	slots_init(setup.flags & SETUP_V4, (setup.flags & SETUP_V6) != 0);
	reconcile_init(wake, evaluated);
	expiry_init(setup.expire, reconcile_some);
	upcall_init();
	event_log_init();
	if (setup.flags & SETUP_HOOK)
		start_hook();
	request_init();
	group_sock_init(setup.hold);
	if (setup.flags & SETUP_STATUS)
		status_init();
	mrdisc_init(setup.mrdisc);
	kernel_state_table(setup.table);
	links_start(reconcile_all, reconcile_some);
	return 0;
}

static int
do_vifs(struct imsg *imsg)
{
	static int adopted;
	uint32_t ifindex[2][MAXVIF];
	struct wire_vif v = { .ttl = 1 };
	int v6;

	if (imsg_get_data(imsg, ifindex, sizeof(ifindex)) == -1)
		return -1;
	if (adopted++) {
		links_vifs(ifindex);
		return 0;
	}
	for (v6 = 0; v6 <= 1; v6++)
		for (v.slot = 0; v.slot < MAXVIF; v.slot++) {
			v.v6 = v6;
			v.ifindex = ifindex[v6][v.slot];
			if (v.ifindex != 0)
				slots_adopt(&v);
		}
	return 0;
}

/* Asks for the sockets of router discovery, which can send any IGMP and ICMPv6,
 * only if the configuration needs them. */
static void
ask_mrdisc(void)
{
	size_t i;

	for (i = 0; i < config->nphyints && mrdisc_socks == NOT_ASKED; i++)
		if (config->phyints[i].mrdisc == 1) {
			verbs_ask_mrdisc();
			mrdisc_socks = ASKED;
		}
}

/* Brings the new configuration into force. */
static void
change_config(struct config *new)
{
	static const struct timeval soon;

	if (config == NULL) {
		journal_replay(new, alive);
		if (setup.flags & SETUP_AGAIN)
			adopt(left, setup.flags & SETUP_V4,
			    (setup.flags & SETUP_V6) != 0);
	} else
		journal_reloading();
	config_free(replaced);
	replaced = config;
	config = new;
	bus_tell_kind(BUS_CONFIG_LOADED);
	request_new_config();
	groups_limit(config->limits.groups);
	warnings_forget();
	reconcile_all();
	if (replaced != NULL)
		await(&later, &soon);
	else
		request_begin();
	ask_mrdisc();
}

static int
do_mrdisc(struct imsg *imsg)
{
	if (imsg_get_len(imsg) != 0 || mrdisc_socks != ASKED)
		return -1;
	mrdisc_socks = THERE;
	mrdisc_opened();
	reconcile_groups();
	mrdisc_update();
	return 0;
}

static void
all_read(uint32_t id)
{
	unsigned int errors = load_errors();
	struct config *new = load_end(config == NULL);

	loading.active = 1;
	loading.is_first = config == NULL;
	loading.id = id;
	loading.errors = errors;
	if (setup.flags & SETUP_CHECK) {
		config_free(new);
		tell_loaded();
		return;
	}
	if (!loading.is_first)
		links_verify(); /* before new joins make the list long */
	if (errors != 0)
		log_errx("%u line%s in error: %s", errors,
		    errors == 1 ? "" : "s",
		    new != NULL ? "skipped" :
				  "the configuration stays as it was");
	if (new != NULL)
		change_config(new);
	else
		bus_tell_kind(BUS_CONFIG_REFUSED);
	ticket_take(&loading.ticket, new != NULL);
	wake();
}

static int
do_upcalls(struct imsg *imsg)
{
	struct wire_upcall u;

	while (imsg_get_len(imsg) > 0) {
		if (imsg_get_buf(imsg, &u, sizeof(u)) == -1 ||
		    u.slot >= MAXVIF || upcall_take(&u) == -1)
			return -1;
	}
	return 0;
}

/* Maps the table of entries.  Without it the kernel is asked what an earlier
 * engine has left. */
static void
open_table(int fd)
{
	struct stat st;
	void *p = MAP_FAILED;

	if (left == 0 && fstat(fd, &st) == 0 && st.st_size > 0)
		p = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED,
		    fd, 0);
	close(fd);
	if (p != MAP_FAILED)
		left = entries_keep(p, st.st_size);
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
	else if (which == SOCK_TABLE)
		open_table(fd);
	else
		return -1;
	return 0;
}

/* What a missing configuration file means.  If the file existed at the last
 * load, it must exist now. */
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
	check_table();
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
	case IMSG_COUNTS:
		return kernel_state_counts(imsg);
	case IMSG_MRDISC:
		return do_mrdisc(imsg);
	case IMSG_ALIVE:
		peer_send(p, IMSG_ALIVE, 0, -1, NULL, 0);
		return 0;
	}
	return -1;
}

/* All messages that had come are dispatched: answers the newest upcalls
 * first. */
static void
parent_idle(struct peer *p)
{
	(void)p;
	upcall_ask();
	load_go_on();
	turn();
}

/* The daemon ends: the parent has closed the pipe. */
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

	confine_files(MAXDESCRIPTORS);
	prepare();
	fd = nursery("engine", argc, argv);
	hash_seed();
	entries_init();
	child_init(&parent, fd, "engine", parent_dispatch);
	parent.idle = parent_idle;
	parent.gone = parent_gone;
	ifevent_open();
	kernel_state_open();
	kernel_state_ask(&parent);
	ifaddr_open();
	verbs_init(&parent, &verbs_handler);
	sandbox_enter(SANDBOX_ENGINE);
	event_dispatch();
	return 0;
}
