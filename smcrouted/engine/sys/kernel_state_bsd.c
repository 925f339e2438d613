/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The kernel's counters on the BSDs: only the owner of the multicast routing
 * socket may ask for them, so the parent is asked.
 */
#include <errno.h>
#include <string.h>

#include "common/imsg.h"
#include "common/peer.h"
#include "kernel_state.h"

/* Questions that the parent has not answered, in the order in which they were
 * asked. */
static STAILQ_HEAD(, counters) questions = STAILQ_HEAD_INITIALIZER(questions);
static struct peer *parent;

void
kernel_state_open(void)
{
}

void
kernel_state_table(uint32_t table)
{
	(void)table;
}

void
kernel_state_ask(struct peer *p)
{
	parent = p;
}

void
counters_ask(struct counters *c)
{
	c->is_asked = 1;
	STAILQ_INSERT_TAIL(&questions, c, next);
	peer_send(parent, IMSG_COUNT, 0, -1, c->keys,
	    c->n * sizeof(c->keys[0]));
}

int
kernel_state_counts(struct imsg *imsg)
{
	struct counters *c = STAILQ_FIRST(&questions);
	struct wire_count n;
	uint32_t i;

	if (c == NULL || imsg_get_len(imsg) != c->n * sizeof(n))
		return -1;
	for (i = 0; i < c->n; i++) {
		if (imsg_get_buf(imsg, &n, sizeof(n)) == -1)
			return -1;
		c->counts[i].packets = n.packets;
		c->counts[i].bytes = n.bytes;
		c->counts[i].wrong = n.wrong;
		c->found[i] = n.found != 0;
	}
	STAILQ_REMOVE_HEAD(&questions, next);
	c->is_asked = 0;
	c->answered(c);
	return 0;
}

/* The kernel does not tell. */
uint32_t
kernel_state_idle(const struct wire_key *k)
{
	(void)k;
	return IDLE_UNKNOWN;
}

int
kernel_state_is_quick(int v6)
{
	(void)v6;
	return 1;
}

int
kernel_state_dump(int v6, void (*f)(const struct kernel_entry *, void *),
    void *arg)
{
	(void)v6;
	(void)f;
	(void)arg;
	errno = EOPNOTSUPP;
	return -1;
}
