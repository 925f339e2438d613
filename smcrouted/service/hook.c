/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The command of -e: the parent's end of the link to the process that runs it.
 */
#include "common/log.h"
#include "common/peer.h"
#include "common/wire.h"
#include "hook.h"
#include "role.h"
#include "state.h"

#define MAXQUEUE 65536 /* bytes on the way to the process */

static struct peer process;
static int beyond; /* flows were not passed on */

static int
process_dispatch(struct peer *p, struct imsg *imsg)
{
	static struct log_rate rate;

	(void)p;
	return imsg_get_type(imsg) == IMSG_LOG ? role_log(imsg, &rate) : -1;
}

static void
process_gone(struct peer *p, const char *why)
{
	(void)p;
	log_errx("hook: %s: the -e command is not run any more", why);
}

void
hook_begin(void)
{
	if (state.fd[STATE_HOOK] == -1)
		return;
	process.name = "hook";
	process.dispatch = process_dispatch;
	process.gone = process_gone;
	peer_open(&process, state.fd[STATE_HOOK]);
}

/* A reload stands for what could not be passed on. */
static int
has_room(void)
{
	if (!peer_is_open(&process))
		return 0;
	if (peer_queue(&process) >= MAXQUEUE) {
		beyond = 1;
		return 0;
	}
	return 1;
}

int
hook_install(struct imsg *imsg)
{
	struct wire_key keys[WIRE_BATCH];
	size_t len = imsg_get_len(imsg);

	if (settings.hook == NULL || len > sizeof(keys) || len == 0 ||
	    len % sizeof(*keys) != 0)
		return -1;
	imsg_get_data(imsg, keys, len);
	if (has_room())
		peer_send(&process, IMSG_HOOK, 0, -1, keys, len);
	if (beyond)
		hook_reload();
	return 0;
}

void
hook_reload(void)
{
	if (!has_room())
		return;
	beyond = 0;
	peer_send(&process, IMSG_HOOK, 0, -1, NULL, 0);
}
