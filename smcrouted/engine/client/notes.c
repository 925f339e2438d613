/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Sends what somebody should act on, after the rows of each show and after each
 * addition of a route.
 */
#include <stdio.h>

#include "common/ctl.h"
#include "common/log.h"
#include "engine/decide/checks.h"
#include "engine/decide/warnings.h"
#include "engine/have/flows.h"
#include "engine/run/reconcile.h"
#include "engine/want/current.h"
#include "notes.h"
#include "reply.h"

void
notes_send(uint32_t client)
{
	const char *s;
	char text[128];
	size_t i;
	unsigned int n = 0;

	if (config->errors != 0) {
		snprintf(text, sizeof(text),
		    "%u line%s of the configuration in error: skipped",
		    config->errors, config->errors == 1 ? "" : "s");
		reply_text(client, CTL_NOTE, 0, text);
	}
	if (flows_given_up() != 0) {
		snprintf(text, sizeof(text),
		    "%llu learned flows had to make room for others, limit %u",
		    (unsigned long long)flows_given_up(), config->limits.flows);
		reply_text(client, CTL_NOTE, 0, text);
	}
	for (i = 0; i < config->nwarnings; i++)
		reply_text(client, CTL_NOTE, 0, config->warnings[i]);
	if (config->unshown != 0) {
		snprintf(text, sizeof(text),
		    "%u more warnings about lines are not shown",
		    config->unshown);
		reply_text(client, CTL_NOTE, 0, text);
	}
	if (!reconcile_is_updating())
		checks_look(config); /* meanwhile interfaces seem to lack */
	while ((s = warnings_next(&n)) != NULL)
		reply_text(client, CTL_NOTE, 0, s);
}

void
notes_route(uint32_t client, const struct directive *d, uint32_t line)
{
	const char *what = conf_unrouted(&d->grp);
	char text[128], grp[ADDRSTRLEN];
	size_t i;

	if (what != NULL) {
		snprintf(text, sizeof(text), "%s is %s: no kernel routes it",
		    prefix_print(&d->grp, grp), what);
		reply_text(client, CTL_NOTE, line, text);
		log_warnx("%s", text);
		config_warn(config, text);
	}
	for (i = 0; i < d->noifs; i++) {
		if (!conf_is_loop(d->iif, d->oifs[i]))
			continue;
		snprintf(text, sizeof(text),
		    "%s is inbound and outbound: packets may loop", d->oifs[i]);
		reply_text(client, CTL_NOTE, line, text);
		log_warnx("%s", text);
		config_warn(config, text);
	}
}
