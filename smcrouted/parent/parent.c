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
#include "service/config.h"
#include "service/daemon.h"
#include "service/handover.h"
#include "service/hold.h"
#include "service/hook.h"
#include "service/notify.h"
#include "service/rawsock.h"
#include "service/role.h"
#include "service/settings.h"
#include "kernel.h"

#define MAXQUEUE   65536 /* bytes for the engine before the kernel keeps more */
#define MAXUNREADY 5	 /* engines that may not come up with one journal */

static struct gate none, *gate = &none; /* -F: none */
static struct event upcall_ev[2];
static int loading;	     /* the engine has files to work on */
static int64_t again = -1;   /* and must have them once more, for this RELOAD */
static unsigned int unready; /* engines in a row that did not come up */
static int mrdisc_fd[2] = { -1, -1 };
static int mrdisc_given; /* to the engine that is there now */

static struct role engine = { .name = "engine" };
static struct role control = { .name = "control", .proven = 1 };

static void __attribute__((noreturn)) quit(int code)
{
	daemon_end();
	role_close(&control);
	role_close(&engine);
	exit(code);
}

/* What sends router discovery could send more: only to who is to. */
static void
give_mrdisc(void)
{
	int v6;

	if (mrdisc_given || !config_has_mrdisc())
		return;
	for (v6 = 0; v6 <= 1; v6++)
		if (mrdisc_fd[v6] != -1)
			role_give(&engine, SOCK_MRDISC4 + v6,
			    dup(mrdisc_fd[v6]));
	mrdisc_given = 1;
}

static void
load(int64_t id)
{
	if (!peer_is_open(&engine.link))
		return;
	if (loading || peer_queue(&engine.link) >= MAXQUEUE) {
		again = id > again ? id : again;
		return;
	}
	loading = 1;
	again = -1;
	daemon_reloading();
	config_send(&engine.link, settings.conf, NULL);
	give_mrdisc();
	peer_send(&engine.link, IMSG_CONFIG_END, id, -1, NULL, 0);
	role_expect(&engine);
}

static void
on_signal(int sig)
{
	if (sig != SIGHUP)
		quit(0);
	load(0);
}

/* The engine gets upcalls while it can take them; the kernel keeps the rest. */
static void
pass_upcalls(int fd, short what, void *arg)
{
	struct wire_upcall u[WIRE_BATCH];
	size_t n = WIRE_BATCH;
	int full = 0, v6 = arg == &upcall_ev[1];

	(void)fd;
	(void)what;
	while (n == WIRE_BATCH) {
		full = !peer_is_open(&engine.link) ||
		    peer_queue(&engine.link) >= MAXQUEUE;
		n = full ? 0 : kernel_upcalls(v6, u, WIRE_BATCH);
		if (n > 0)
			peer_send(&engine.link, IMSG_UPCALL, 0, -1, u,
			    n * sizeof(*u));
	}
	if (full)
		event_del(&upcall_ev[v6]);
	role_ask(&engine);
}

/* Neither side makes the other's queue grow without bound. */
static void
balance(struct peer *p)
{
	int v6, full = peer_queue(p) >= MAXQUEUE;

	for (v6 = 0; v6 <= 1 && !full; v6++)
		if (gate->have[v6])
			await(&upcall_ev[v6], NULL);
	peer_pause(p, full);
	if (!full && again != -1)
		load(again);
}

/* Checks a verb's entries, does them one by one, and tells which failed. */
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

	if (size == 0 || len == 0 || len % size != 0 || len / size > WIRE_BATCH)
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

static int
engine_dispatch(struct role *r, struct imsg *imsg)
{
	struct wire_ready ready;

	switch (imsg_get_type(imsg)) {
	case IMSG_RELOAD:
		load(imsg_get_id(imsg));
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
		if (!loading ||
		    imsg_get_data(imsg, &ready, sizeof(ready)) == -1)
			return -1;
		if (settings.check)
			quit(ready.errors == 0 ? 0 : EX_CONFIG);
		if (daemon_ready() == -1)
			quit(EX_OSERR);
		hook_reload();
		hold_settled();
		loading = unready = 0;
		r->proven = 1;
		return 0;
	case IMSG_HOLD:
	case IMSG_UNHOLD:
		return hold_message(imsg);
	}
	return obey(imsg);
}

/* What a child gets first. */
static void
introduce(struct role *r)
{
	struct wire_setup s = { settings.flags, log_getlevel(), settings.table,
		settings.expire, settings.uid, settings.mrdisc, hold_max() };

	s.flags |= (gate->have[0] ? SETUP_V4 : 0) |
	    (gate->have[1] ? SETUP_V6 : 0) |
	    (r->lives > 1 || handover_is_heir() ? SETUP_AGAIN : 0);
	peer_send(&r->link, IMSG_SETUP, 0, -1, &s, sizeof(s));
	role_connect(&engine, &control);
}

static void
engine_started(struct role *r)
{
	int v6, i;

	/* Interfaces that went while nobody looked: who comes with the same
	 * number is another. */
	for (v6 = 0; v6 <= 1; v6++)
		for (i = 0; i < MAXVIF; i++)
			if (gate->ifindex[v6][i] != 0 && !kernel_has_vif(v6, i))
				gate->ifindex[v6][i] = VIF_LOST;
	r->dispatch = engine_dispatch;
	r->link.idle = balance;
	imsgbuf_allow_fdpass(&r->link.ibuf);
	hold_next();
	if (++unready % MAXUNREADY == 0)
		handover_clear_journal();
	introduce(r);
	peer_send(&r->link, IMSG_VIFS, 0, -1, gate->ifindex,
	    sizeof(gate->ifindex));
	loading = again = mrdisc_given = 0;
}

/* All that needs to be root, in the order that takes nothing from a daemon
 * which runs already. */
static void
open_all(void)
{
	int v6, fd;

	daemon_start();
	event_init();
	hook_open();
	notify_open(&engine);
	gate = handover_open(&engine, &control, quit);
	daemon_signals(on_signal, settings.lifetime);
	for (v6 = 0; v6 <= 1; v6++) {
		fd = kernel_open(v6, settings.table);
		gate->have[v6] = fd != -1;
		handover_leave(HANDOVER_MROUTE4 + v6, fd);
		mrdisc_fd[v6] = fd != -1 ? rawsock_open(v6) : -1;
		event_set(&upcall_ev[v6], fd, EV_READ | EV_PERSIST,
		    pass_upcalls, &upcall_ev[v6]);
	}
	if (!gate->have[0] && !gate->have[1])
		fatalx(EX_PROTOCOL, "kernel without multicast routing");
	fd = handover_listen();
	role_keep(&control, SOCK_CONTROL, fd);
	role_watch(&control, fd);
	role_keep(&engine, SOCK_JOURNAL, handover_journal());
	role_open(&control, introduce, quit, settings.sock);
	role_open(&engine, engine_started, quit, settings.sock);
	/* to nobody yet: only to see which files there are */
	config_send(&engine.link, settings.conf, NULL);
	daemon_confine();
	role_start(&control);
}

int
main(int argc, char **argv)
{
	settings_parse(argc, argv);
	if (settings.check) {
		event_init();
		role_open(&engine, engine_started, quit, "-F");
		daemon_confine();
	} else
		open_all();
	/* who takes over finds everything up */
	role_start_in(&engine,
	    handover_is_heir() ? 0 : settings.delay * UINT64_C(1000));
	event_dispatch();
	quit(EX_SOFTWARE);
}
