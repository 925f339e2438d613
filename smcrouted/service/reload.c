/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Sends the configuration files to the engine, one load at a time.
 */
#include "common/await.h"
#include "common/wire.h"
#include "daemon.h"
#include "files.h"
#include "reload.h"
#include "role.h"
#include "settings.h"

static struct role *reader; /* the engine */
static struct event more;
static int walking; /* not all files were sent */
static uint32_t load_id;
static int64_t again = -1; /* id of a load that is to follow; -1: none */

/* Goes on in the next turn of the event loop: signals and messages are handled
 * before. */
static void
send_more(void)
{
	static const struct timeval soon;

	await(&more, &soon);
}

static void
send_files(int fd, short what, void *arg)
{
	int rc;

	(void)fd;
	(void)what;
	(void)arg;
	if (!walking || !peer_is_open(&reader->link) ||
	    (rc = files_next(&reader->link)) == -1)
		return; /* a NEXT message will go on */
	if (rc == 1)
		send_more();
	else {
		walking = 0;
		peer_send(&reader->link, IMSG_CONFIG_END, load_id, -1, NULL, 0);
	}
	role_expect(reader);
}

void
reload_init(struct role *r)
{
	reader = r;
	evtimer_set(&more, send_files, NULL);
}

void
reload_ask(uint32_t id)
{
	if (!peer_is_open(&reader->link))
		return;
	if (reader->loads) {
		again = id > again ? id : again;
		return;
	}
	reader->loads = walking = 1;
	load_id = id;
	again = -1;
	daemon_reloading();
	files_begin(settings.conf);
	send_more();
}

void
reload_for_next(void)
{
	files_end();
	reader->loads = walking = again = 0;
}

void
reload_go_on(void)
{
	if (again != -1)
		reload_ask(again);
}

int
reload_next(struct imsg *imsg)
{
	if (imsg_get_len(imsg) != 0 || !files_taken())
		return -1;
	if (walking)
		send_more();
	return 0;
}

int
reload_is_sent(void)
{
	return reader->loads && !walking;
}

void
reload_ended(void)
{
	reader->loads = 0;
}
