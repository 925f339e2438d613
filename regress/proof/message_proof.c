/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the engine and the reader may say to the parent: messages of any type,
 * bytes and length, in any state of the parent.
 *
 * Files:	smcrouted/parent/gate.c common/addr.c common/imsg.c
 * Eva:	-eva-min-loop-unroll 202 -eva-slevel 100
 * Eva:	-eva-slevel-function obey:20,pass_upcalls:300
 * Eva:	-eva-split-return-function gate_verb:full,vif_ok:full
 * Eva:	-eva-split-return-function mfc_ok:full,key_ok:full
 * Eva:	-eva-split-return-function imsg_get_buf:full,imsg_get_data:full
 * Eva:	-eva-split-return-function kernel_upcalls:full
 * Whole:	engine_dispatch obey give_mrdisc pass_upcalls send_upcalls go_on
 * Whole:	reload_ask reload_next reload_go_on reload_for_next
 * Whole:	reader_dispatch reader_failed reader_started reader_ended
 * Whole:	reload_is_sent gate_taken gate_room gate_verb imsg_get_buf
 * Whole:	imsg_get_data
 */
#include <stdlib.h>

/* In place of exit(), and does return: the end of quit() is reached, too. */
static void ends(int);
#define exit	 ends
#define noreturn unused

#include "parent/parent.c"
#include "service/reload.c"
#include "proof.h"
#include "standin.h"

struct settings settings;
struct state state;

static int min_errno, max_errno; /* of what the kernel is asked for */

int
kernel_verb(struct gate *g, uint32_t verb, const union gate_entry *entry)
{
	(void)g;
	(void)entry;
	yes(verb >= IMSG_VIF_ADD);
	yes(verb <= IMSG_MFC_DEL);
	return Frama_C_interval(min_errno, max_errno);
}

int
kernel_other(struct peer *p, struct imsg *imsg)
{
	yes(p == &engine.link);
	either(gate_size(imsg_get_type(imsg)) != 0);
	return -1;
}

size_t
kernel_upcalls(int v6, struct wire_upcall *u, size_t max)
{
	either(v6);
	any(u, max * sizeof(*u));
	/* none, some, and all: what any number of them would do */
	if (Frama_C_interval(0, 1))
		return max;
	return Frama_C_interval(0, 1) ? max / 2 : 0;
}

int
kernel_has_vif(int v6, int slot)
{
	either(v6);
	yes(slot >= 0);
	yes(slot < MAXVIF);
	return Frama_C_interval(0, 1);
}

int
hold_message(struct imsg *m)
{
	(void)m;
	return Frama_C_interval(-1, 0);
}

void
hold_settled(void)
{
}

void
fatal(int code, const char *text, ...)
{
	(void)code;
	(void)text;
	exit(1);
}

void
role_ask(struct role *r)
{
	(void)r;
}

void
role_expect(struct role *r)
{
	(void)r;
}

int
hook_install(struct imsg *m)
{
	(void)m;
	return Frama_C_interval(-1, 0);
}

int
daemon_status(struct imsg *m)
{
	(void)m;
	return Frama_C_interval(-1, 0);
}

int
daemon_ready(void)
{
	return Frama_C_interval(-1, 0);
}

static void
ends(int code)
{
	yes(code >= 0);
	yes(code <= UINT8_MAX);
}

void
daemon_reloading(void)
{
}

void
daemon_end(void)
{
}

void
hook_reload(void)
{
}

int
handover_is_on(void)
{
	return Frama_C_interval(0, 1);
}

void
daemon_disown(void)
{
}

void
role_expel(struct role *r, const char *why)
{
	(void)why;
	(void)r;
	(void)why;
}

void
role_give(struct role *r, enum wire_socket which, int fd)
{
	(void)r;
	(void)fd;
	yes(which >= SOCK_MRDISC4);
	yes(which <= SOCK_MRDISC6);
}

void
role_close(struct role *r)
{
	(void)r;
}

void
event_set(struct event *ev, int fd, short what, void (*f)(int, short, void *),
    void *arg)
{
	(void)ev;
	(void)fd;
	(void)what;
	(void)f;
	(void)arg;
}

/* It calls what it was given later, as prove_reader() does. */
void
role_pause(struct role *r, void (*f)(struct role *))
{
	yes(r == &reader);
	yes(f == reader_ended);
}

int
role_is_paused(const struct role *r)
{
	yes(r == &reader);
	return Frama_C_interval(0, 1);
}

void
role_resume(struct role *r)
{
	yes(r == &reader);
}

static void
any_state(void)
{
	static struct gate bound;
	static struct upcalls ring;
	int v6;

	gate = &bound;
	upcalls = &ring;
	any(ring.u, sizeof(ring.u));
	ring.first = Frama_C_unsigned_int_interval(0, UPCALL_CREDIT - 1);
	ring.n = Frama_C_unsigned_int_interval(0, UPCALL_CREDIT);
	for (v6 = 0; v6 <= 1; v6++)
		bound.have[v6] = Frama_C_interval(0, 1);
	any(bound.ifindex, sizeof(bound.ifindex));
	any(&again, sizeof(again));
	engine.loads = Frama_C_interval(0, 1);
	walking = Frama_C_interval(0, 1);
	ahead = Frama_C_unsigned_int_interval(0, FILE_CREDIT);
	mrdisc_given = Frama_C_interval(0, 1);
	state.fd[STATE_MRDISC4] = Frama_C_interval(-1, 1);
	state.fd[STATE_MRDISC6] = Frama_C_interval(-1, 1);
	settings.check = Frama_C_interval(0, 1);
}

/* -1 for a violation, else 0. */
static void
from_engine(uint32_t type, size_t len, size_t room)
{
	any_state();
	either(1 + engine_dispatch(&engine, message(type, len, room)));
}

static void
refused(uint32_t type, size_t min, size_t max)
{
	size_t len = Frama_C_size_t_interval(min, max);

	any_state();
	no(1 + engine_dispatch(&engine, message(type, len, 0)));
}

/* As many whole entries as may be: no more is looked at than has come. */
static void
prove_verb(uint32_t verb)
{
	size_t n, size = gate_size(verb);

	for (n = 0; n <= WIRE_BATCH; n++)
		refused(verb, n * size + 1, n * size + size - 1);
	refused(verb, WIRE_BATCH * size + 1, sizeof(data));
	refused(verb, 0, 0);
	max_errno = 4095;
	for (n = 1; n <= 3; n++)
		from_engine(verb, n * size, n * size);
	n = Frama_C_size_t_interval(1, WIRE_BATCH);
	/* of that many the kernel refuses all or none: to follow any mixture
	 * takes too long */
	min_errno = 1;
	from_engine(verb, n * size, WIRE_BATCH * size);
	min_errno = max_errno = 0;
	from_engine(verb, n * size, WIRE_BATCH * size);
}

/* The engine's other messages: those that are obeyed, and those that are not
 * for it to send. */
static void
prove_engine(void)
{
	size_t len = Frama_C_size_t_interval(0, sizeof(data));
	size_t size = sizeof(struct wire_ready);
	uint32_t type;

	for (type = IMSG_RELOAD; type <= IMSG_MRDISC; type++)
		from_engine(type, len, sizeof(data));
	from_engine(IMSG_READY, size, size);
	from_engine(IMSG_TAKEN, sizeof(uint32_t), sizeof(uint32_t));
	refused(IMSG_READY, 0, size - 1);
	refused(IMSG_READY, size + 1, sizeof(data));
	no(gate_verb(gate, IMSG_MAX, NULL));
	refused(Frama_C_unsigned_int_interval(0, IMSG_VIF_ADD - 1), 0,
	    sizeof(data));
	refused(Frama_C_unsigned_int_interval(IMSG_MRDISC + 1, UINT32_MAX), 0,
	    sizeof(data));
}

static void
from_reader(uint32_t type, size_t len, size_t room)
{
	any_state();
	either(1 + reader_dispatch(&reader, message(type, len, room)));
}

static void
prove_reader(void)
{
	size_t size = sizeof(struct wire_config);
	static char conf[] = "/etc/smcroute.conf";

	settings.conf = conf;
	reader_started(&reader);
	from_reader(IMSG_CONFIG, size, size);
	from_reader(IMSG_CONFIG, Frama_C_size_t_interval(0, size - 1), 0);
	from_reader(IMSG_CONFIG,
	    Frama_C_size_t_interval(size + 1, sizeof(data)), 0);
	from_reader(IMSG_CONFIG_END, Frama_C_size_t_interval(0, sizeof(data)),
	    0);
	from_reader(Frama_C_unsigned_int_interval(0, UINT32_MAX),
	    Frama_C_size_t_interval(0, sizeof(data)), sizeof(data));
	any_state();
	reader_failed(&reader);
	any_state();
	reader_ended(&reader);
}

static void
prove_upcalls(int v6, uint32_t first, uint32_t n)
{
	any_state();
	upcalls->first = first;
	upcalls->n = n;
	pass_upcalls(0, 0, &upcall_ev[v6]);
}

void
prove(void)
{
	static const uint32_t corners[] = { 0, 1, UPCALL_CREDIT - 1,
		UPCALL_CREDIT };
	int i;
	uint32_t verb;
	int v6;

	receiver = &engine;
	prove_engine();
	for (verb = IMSG_VIF_ADD; verb <= IMSG_MFC_DEL; verb++)
		prove_verb(verb);
	for (v6 = 0; v6 <= 1; v6++)
		for (i = 0; i < 16; i++)
			prove_upcalls(v6, corners[i % 4] % UPCALL_CREDIT,
			    corners[i / 4]);
	prove_reader();
	reload_for_next();
	any_state();
	go_on(&engine.link);
}
