/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What any child and its nursery may say to the parent: messages of any type,
 * bytes and length, in any state of the role.
 *
 * Files:	common/imsg.c
 * Eva:	-eva-min-loop-unroll 8 -eva-slevel 100
 * Eva:	-eva-split-return-function imsg_get_buf:full,imsg_get_data:full
 * Whole:	link_dispatch nursery_dispatch role_log schedule
 * Whole:	imsg_get_buf imsg_get_data
 */
#include "service/role.c"
#include "proof.h"
#include "standin.h"

/* Between two looks at the clock may lie any time, as far as 32,000 years. */

//@ assigns \nothing; ensures never: \false;
void fatal(int, const char *, ...);

/*@ requires whole: \valid_read(line + (0 .. strlen(line))); */
void
log_line(int priority, const char *line)
{
	size_t i;

	yes(priority >= LOG_ERR);
	yes(priority <= LOG_DEBUG);
	for (i = 0; line[i] != '\0'; i++)
		yes(i < LOG_LINE_MAX);
}

int
event_pending(const struct event *ev, short what, struct timeval *tv)
{
	(void)ev;
	(void)what;
	(void)tv;
	return Frama_C_interval(0, 1);
}

uint32_t
clock_seconds(void)
{
	return Frama_C_unsigned_int_interval(0, UINT32_MAX);
}

static int
to_engine(struct role *r, struct imsg *m)
{
	(void)r;
	(void)m;
	return Frama_C_interval(-1, 0);
}

static void
is_lost(int code)
{
	yes(code >= 0);
}

static void
is_stopped(struct role *r)
{
	(void)r;
}

static struct role role;
static const uint32_t untaken = 1;

static void
any_role(void)
{
	any(&role, sizeof(role));
	role.name = "child";
	role.link.arg = role.nursery.arg = &role;
	role.dispatch = Frama_C_interval(0, 1) ? to_engine : NULL;
	role.stopped = Frama_C_interval(0, 1) ? is_stopped : NULL;
	role.failed = Frama_C_interval(0, 1) ? is_stopped : NULL;
	role.lost = is_lost;
	role.upcalls = Frama_C_interval(0, 1) ? &untaken : NULL;
	role.born = Frama_C_unsigned_int_interval(0, UINT32_MAX);
	role.delay = Frama_C_unsigned_int_interval(0, MAXDELAY);
	role.asked = Frama_C_interval(0, 1);
	role.watched = Frama_C_interval(0, 1);
}

/* One message, on either link. */
static void
any_message(uint32_t type)
{
	size_t len = Frama_C_size_t_interval(0, sizeof(data));
	struct imsg *m = message(type, len, sizeof(data));

	any_role();
	if (Frama_C_interval(0, 1))
		either(1 + link_dispatch(&role.link, m));
	else
		either(1 + nursery_dispatch(&role.nursery, m));
}

/* However many of them, in any order. */
void
prove(void)
{
	uint32_t type;

	while (Frama_C_interval(0, 1)) {
		for (type = IMSG_CONFINED; type <= IMSG_LOG; type++)
			any_message(type);
		any_message(Frama_C_unsigned_int_interval(0, UINT32_MAX));
	}
}
