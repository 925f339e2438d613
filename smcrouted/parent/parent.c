/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The parent: opens and holds the mroute sockets, obeys the verbs of the engine
 * that the gate lets through, and keeps engine and control alive.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/await.h"
#include "common/log.h"
#include "service/daemon.h"
#include "service/handover.h"
#include "service/hold.h"
#include "service/hook.h"
#include "service/notify.h"
#include "service/reload.h"
#include "service/role.h"
#include "service/state.h"
#include "kernel.h"

static struct gate none, *gate = &none; /* with -F: empty */
static struct upcalls unused, *upcalls = &unused;
static struct event upcall_ev[2];
static int mrdisc_given; /* the present engine has the sockets */

static struct role engine = { .name = "engine" };
static struct role control = { .name = "control", .proven = 1 };

static void __attribute__((noreturn)) quit(int code)
{
	daemon_end();
	role_close(&control);
	role_close(&engine);
	reload_close();
	exit(code);
}

/* Gives the engine the sockets of router discovery.  They can send any IGMP and
 * ICMPv6, so the engine gets them only when it asks, because the configuration
 * says "mrdisc". */
static int
give_mrdisc(void)
{
	int v6, fd;

	if (mrdisc_given)
		return -1;
	for (v6 = 0; v6 <= 1; v6++)
		if ((fd = state.fd[STATE_MRDISC4 + v6]) != -1)
			role_give(&engine, SOCK_MRDISC4 + v6, dup(fd));
	peer_send(&engine.link, IMSG_MRDISC, 0, -1, NULL, 0);
	mrdisc_given = 1;
	return 0;
}

static void
on_signal(int sig)
{
	if (sig != SIGHUP)
		quit(0);
	reload_ask(0);
}

/* Sends the upcalls of the ring from the n-th on.  The ring's size is a
 * multiple of WIRE_BATCH. */
static void
send_upcalls(uint32_t n)
{
	uint32_t at, some;

	for (; n < upcalls->n; n += some) {
		at = (upcalls->first + n) % UPCALL_CREDIT;
		some = WIRE_BATCH - at % WIRE_BATCH;
		if (some > upcalls->n - n)
			some = upcalls->n - n;
		peer_send(&engine.link, IMSG_UPCALL, 0, -1, &upcalls->u[at],
		    some * sizeof(*upcalls->u));
	}
}

/* Passes upcalls to the engine while the ring has room: it has answered most of
 * the earlier ones.  The rest stays in the kernel. */
static void
pass_upcalls(int fd, short what, void *arg)
{
	uint32_t before = upcalls->n;
	size_t at, room, n;
	int v6 = arg == &upcall_ev[1];

	(void)fd;
	(void)what;
	do {
		room = gate_room(upcalls, &at);
		if (!peer_is_open(&engine.link))
			room = 0;
		n = kernel_upcalls(v6, &upcalls->u[at], room);
		upcalls->n += n;
	} while (room > 0 && n == room);
	send_upcalls(before);
	if (room == 0)
		event_del(&upcall_ev[v6]);
	role_ask(&engine);
}

/* After each message of the engine: goes on with what may have waited for
 * it. */
static void
go_on(struct peer *p)
{
	size_t at;
	int v6;

	(void)p;
	for (v6 = 0; v6 <= 1; v6++)
		if (gate->have[v6] && gate_room(upcalls, &at) > 0)
			await(&upcall_ev[v6], NULL);
	reload_go_on();
}

/* Checks all elements of a verb, then does them one by one, and tells the
 * engine which failed. */
static int
obey(struct imsg *imsg)
{
	union gate_entry e[WIRE_BATCH];
	struct {
		struct wire_result r;
		struct wire_failed f[WIRE_BATCH];
	} result;
	uint32_t i, n, verb = imsg_get_type(imsg);
	size_t failed = 0, size = gate_size(verb), len = imsg_get_len(imsg);
	int error;

	if (peer_queue(&engine.link) > RESULT_QUEUE)
		return -1;
	if (size == 0)
		return kernel_other(&engine.link, imsg);
	if (len == 0 || len % size != 0 || len / size > WIRE_BATCH)
		return -1;
	n = len / size;
	for (i = 0; i < n; i++) {
		memset(&e[i], 0, sizeof(e[i]));
		if (imsg_get_buf(imsg, &e[i], size) == -1 ||
		    !gate_verb(gate, verb, &e[i]))
			return -1;
	}
	for (i = 0; i < n; i++)
		if ((error = kernel_verb(gate, verb, &e[i])) != 0) {
			result.f[failed].index = i;
			result.f[failed++].error = error;
		}
	result.r.count = n;
	peer_send(&engine.link, IMSG_RESULT, imsg_get_id(imsg), -1, &result,
	    sizeof(result.r) + failed * sizeof(*result.f));
	return 0;
}

/* Sends the slots to the engine, with those that the kernel has dropped marked:
 * an interface that has the same index now is another one. */
static void
tell_vifs(void)
{
	int v6, i;

	for (v6 = 0; v6 <= 1; v6++)
		for (i = 0; i < MAXVIF; i++)
			if (gate->ifindex[v6][i] != 0 && !kernel_has_vif(v6, i))
				gate->ifindex[v6][i] = VIF_LOST;
	peer_send(&engine.link, IMSG_VIFS, 0, -1, gate->ifindex,
	    sizeof(gate->ifindex));
}

static int
engine_dispatch(struct role *r, struct imsg *imsg)
{
	struct wire_ready ready;
	uint32_t n;

	switch (imsg_get_type(imsg)) {
	case IMSG_RELOAD:
		reload_ask(imsg_get_id(imsg));
		return 0;
	case IMSG_QUIT:
		log_notice("asked to end by smcroutectl");
		quit(0);
	case IMSG_EXPEL:
		role_expel(&control, "has broken the engine's rules");
		return 0;
	case IMSG_STATUS:
		return daemon_status(imsg);
	case IMSG_HOOK:
		return hook_install(imsg);
	case IMSG_READY:
		if (!reload_is_sent() ||
		    imsg_get_data(imsg, &ready, sizeof(ready)) == -1)
			return -1;
		if (settings.check)
			quit(ready.errors == 0 ? 0 : EX_CONFIG);
		if (daemon_ready() == -1)
			quit(EX_OSERR);
		hook_reload();
		hold_settled();
		reload_ended();
		r->proven = 1;
		return 0;
	case IMSG_SLOTS:
		if (imsg_get_len(imsg) != 0)
			return -1;
		tell_vifs();
		return 0;
	case IMSG_HOLD:
	case IMSG_UNHOLD:
		return hold_message(imsg);
	case IMSG_NEXT:
		return reload_next(imsg);
	case IMSG_TAKEN:
		return imsg_get_data(imsg, &n, sizeof(n)) == 0 &&
			gate_taken(upcalls, n) ?
		    0 :
		    -1;
	case IMSG_MRDISC:
		return imsg_get_len(imsg) == 0 ? give_mrdisc() : -1;
	}
	return obey(imsg);
}

/* Sends what a child needs first. */
static void
introduce(struct role *r)
{
	struct wire_setup s = { settings.flags, log_getlevel(), settings.table,
		settings.expire, settings.uid, settings.mrdisc, hold_max() };

	s.flags |= (gate->have[0] ? SETUP_V4 : 0) |
	    (gate->have[1] ? SETUP_V6 : 0) |
	    (r->lives > 1 || state.is_heir ? SETUP_AGAIN : 0);
	peer_send(&r->link, IMSG_SETUP, 0, -1, &s, sizeof(s));
	role_connect(&engine, &control);
}

static void
engine_started(struct role *r)
{
	r->dispatch = engine_dispatch;
	r->link.idle = go_on;
	imsgbuf_allow_fdpass(&r->link.ibuf);
	hold_next();
	introduce(r);
	tell_vifs();
	/* the kernel reports these flows again only after 10 seconds */
	send_upcalls(0);
	reload_for_next();
	mrdisc_given = 0;
}

/* What the start-up program has opened. */
static void
use_all(void)
{
	struct left *left = handover_begin(&engine, &control, quit);
	int v6, fd;

	gate = &left->gate;
	upcalls = &left->upcalls;
	engine.upcalls = &upcalls->n;
	for (v6 = 0; v6 <= 1; v6++) {
		fd = state.fd[HANDOVER_MROUTE4 + v6];
		kernel_use(v6, fd);
		gate->have[v6] = fd != -1;
		event_set(&upcall_ev[v6], fd, EV_READ | EV_PERSIST,
		    pass_upcalls, &upcall_ev[v6]);
	}
	hook_begin();
	notify_begin(&engine);
	fd = state.fd[HANDOVER_CONTROL];
	role_keep(&control, SOCK_CONTROL, fd);
	role_watch(&control, fd);
	role_keep(&engine, SOCK_JOURNAL, state.fd[HANDOVER_JOURNAL]);
	role_keep(&engine, SOCK_TABLE, state.fd[HANDOVER_TABLE]);
	role_open(&control, state.fd[STATE_CONTROL_NURSERY],
	    state.control_nursery, introduce, quit, 0);
	state_confine();
	role_start(&control);
}

int
main(void)
{
	state_read();
	event_init();
	reload_init(&engine, quit);
	if (!settings.check)
		daemon_begin();
	daemon_signals(on_signal, settings.lifetime);
	role_open(&engine, state.fd[STATE_ENGINE_NURSERY], state.engine_nursery,
	    engine_started, quit, settings.check);
	if (!settings.check)
		use_all();
	/* no delay when taking over: the interfaces are there already */
	role_start_in(&engine,
	    state.is_heir ? 0 : settings.delay * UINT64_C(1000));
	event_dispatch();
	quit(EX_SOFTWARE);
}
