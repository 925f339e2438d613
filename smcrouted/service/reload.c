/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Passes the configuration files from the reader to the engine, one load at a
 * time.
 */
#include <errno.h>
#include <string.h>

#include "common/wire.h"
#include "daemon.h"
#include "reload.h"
#include "role.h"
#include "state.h"

static struct role *receiver; /* the engine */
/* The role is paused between two loads: then only its nursery runs. */
static struct role reader = { .name = "reader" };
static unsigned int ahead; /* files that the engine has not read yet */
static int walking;	   /* the reader has not sent all files yet */
static uint32_t load_id;
static int64_t again = -1; /* id of a load that is to follow; -1: none */

static void
reader_ended(struct role *r)
{
	(void)r;
	reload_go_on();
}

static void
pass_file(const struct wire_config *c, int fd)
{
	role_expect(receiver);
	peer_send(&receiver->link, IMSG_CONFIG, 0, fd, c, sizeof(*c));
	peer_pause(&reader.link, ++ahead >= FILE_CREDIT);
}

static void
pass_end(void)
{
	role_expect(receiver);
	peer_send(&receiver->link, IMSG_CONFIG_END, load_id, -1, NULL, 0);
	walking = 0;
	role_pause(&reader, reader_ended);
}

static int
reader_dispatch(struct role *r, struct imsg *imsg)
{
	struct wire_config c;

	switch (imsg_get_type(imsg)) {
	case IMSG_CONFIG:
		if (imsg_get_data(imsg, &c, sizeof(c)) == -1)
			return -1;
		pass_file(&c, imsg_get_fd(imsg));
		return 0;
	case IMSG_CONFIG_END:
		if (imsg_get_len(imsg) != 0)
			return -1;
		r->proven = 1;
		pass_end();
		return 0;
	}
	return -1;
}

/* The load fails, as if the first file could not be opened. */
static void
reader_failed(struct role *r)
{
	struct wire_config c = { .error = errno };

	(void)r;
	strlcpy(c.path, settings.conf, sizeof(c.path));
	pass_file(&c, -1);
	pass_end();
}

/* If the reader before it has died in the middle of a load, this one begins
 * with the first file again, and so does the engine. */
static void
reader_started(struct role *r)
{
	r->dispatch = reader_dispatch;
	imsgbuf_allow_fdpass(&r->link.ibuf);
	peer_pause(&r->link, ahead >= FILE_CREDIT);
}

void
reload_init(struct role *r, void (*lost)(int))
{
	receiver = r;
	reader.failed = reader_failed;
	role_open(&reader, state.fd[STATE_READER_NURSERY], state.reader_nursery,
	    reader_started, lost, settings.check);
	role_pause(&reader, reader_ended);
}

void
reload_ask(uint32_t id)
{
	if (!peer_is_open(&receiver->link))
		return;
	if (receiver->loads || !role_is_paused(&reader)) {
		again = id > again ? id : again;
		return;
	}
	receiver->loads = walking = 1;
	load_id = id;
	again = -1;
	daemon_reloading();
	role_resume(&reader);
}

void
reload_for_next(void)
{
	receiver->loads = walking = ahead = again = 0;
	role_pause(&reader, reader_ended);
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
	if (imsg_get_len(imsg) != 0 || ahead == 0)
		return -1;
	ahead--;
	peer_pause(&reader.link, 0);
	return 0;
}

int
reload_is_sent(void)
{
	return receiver->loads && !walking;
}

void
reload_ended(void)
{
	receiver->loads = 0;
}

void
reload_close(void)
{
	role_close(&reader);
}
