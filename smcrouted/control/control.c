/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The control process's links: to the parent, which gives it its sockets, and
 * to the engine, which answers the clients.
 */
#include <event.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/child.h"
#include "common/ctl.h"
#include "common/log.h"
#include "common/peer.h"
#include "common/sandbox.h"
#include "common/wire.h"
#include "control.h"

static struct peer parent;
static struct peer engine;
static int is_set_up;
static int is_listening;

static int
engine_dispatch(struct peer *p, struct imsg *imsg)
{
	(void)p;
	switch (imsg_get_type(imsg)) {
	case CTL_ROW:
	case CTL_FAIL:
	case CTL_NOTE:
	case CTL_END:
	case IMSG_CTL_MORE:
		client_answer(imsg);
		return 0;
	default:
		/* This process ends.  The parent starts another one. */
		fatalx(EX_SOFTWARE, "engine sent %s",
		    wire_name(imsg_get_type(imsg)));
	}
}

static void
engine_gone(struct peer *p, const char *why)
{
	(void)p;
	/* end of file: the engine ended; the parent sends a new pipe */
	if (strcmp(why, PEER_EOF) != 0)
		fatalx(EX_SOFTWARE, "engine: %s", why);
	clients_engine_down();
}

int
engine_send(uint32_t type, uint32_t id, const void *data, size_t len)
{
	if (!peer_is_open(&engine))
		return -1;
	peer_send(&engine, type, id, -1, data, len);
	/* write to the engine before the clients: it has more to do */
	(void)imsgbuf_write(&engine.ibuf);
	return 0;
}

static void
engine_open(int fd)
{
	if (peer_is_open(&engine)) {
		peer_close(&engine);
		clients_engine_down();
	}
	engine.name = "engine";
	engine.dispatch = engine_dispatch;
	engine.gone = engine_gone;
	peer_open(&engine, fd);
	clients_engine_up();
}

static void
parent_setup(struct imsg *imsg)
{
	struct wire_setup setup;

	if (is_set_up || imsg_get_data(imsg, &setup, sizeof(setup)) == -1)
		fatalx(EX_SOFTWARE, "bad SETUP from the parent");
	log_setlevel(setup.loglevel);
	clients_owner(setup.owner);
	is_set_up = 1;
}

static void
parent_socket(struct imsg *imsg)
{
	uint32_t which;
	int fd;

	if (!is_set_up || imsg_get_data(imsg, &which, sizeof(which)) == -1 ||
	    (fd = imsg_get_fd(imsg)) == -1)
		fatalx(EX_SOFTWARE, "bad SOCKET from the parent");
	if (which == SOCK_PIPE) {
		engine_open(fd);
	} else if (which == SOCK_CONTROL && !is_listening) {
		is_listening = 1;
		listen_open(fd);
	} else
		fatalx(EX_SOFTWARE, "unexpected socket %u", which);
}

static int
parent_dispatch(struct peer *p, struct imsg *imsg)
{
	switch (imsg_get_type(imsg)) {
	case IMSG_SETUP:
		parent_setup(imsg);
		return 0;
	case IMSG_SOCKET:
		parent_socket(imsg);
		return 0;
	case IMSG_ALIVE:
		peer_send(p, IMSG_ALIVE, 0, -1, NULL, 0);
		return 0;
	default:
		fatalx(EX_SOFTWARE, "parent sent %s",
		    wire_name(imsg_get_type(imsg)));
	}
}

void
control_main(int fd)
{
	child_init(&parent, fd, "control", parent_dispatch);
	sandbox_enter(SANDBOX_CONTROL);
	if (event_dispatch() == -1)
		fatal(EX_OSERR, "event_dispatch");
	exit(0);
}
