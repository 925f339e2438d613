/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Messages of an engine and of a reader to the parent, with any bytes.  What
 * reaches the kernel is allowed by the rules, each verb is answered once, no
 * more files are passed on than the engine may have, and a message that breaks
 * the rules is found.
 */
#define main parent_main
int parent_main(void);
#include "parent/parent.c"
#include "service/reload.c"
#undef main

#include <errno.h>

#include "common/sandbox.h"
#include "service/paths.h"

#include "fake_event.h"
#include "fuzz.h"
#include "hook_in.h"

#define MAXLEN 16384 /* of a payload */
#define READER 0x80  /* in the type: a message of the reader */

/* What the kernel has by now. */
static uint32_t vif[2][MAXVIF];
static int families[2];
static uint8_t refuse; /* one entry in so many */
static unsigned int nentries;
/* While a verb is done. */
static struct wire_failed refused[WIRE_BATCH];
static size_t nrefused, npassed, nanswers;
static int lawful; /* the message */
static uint32_t id_now;
static int have_hook;

int __wrap_daemon_ready(void);
void __wrap_daemon_reloading(void);
void __wrap_role_pause(struct role *, void (*)(struct role *));
int __wrap_role_is_paused(const struct role *);
void __wrap_role_resume(struct role *);

int
__wrap_daemon_ready(void)
{
	return 0;
}

void
__wrap_daemon_reloading(void)
{
}

void
kernel_use(int v6, int fd)
{
	(void)v6;
	(void)fd;
}

int
kernel_has_vif(int v6, int slot)
{
	return vif[v6][slot] != 0;
}

int
kernel_other(struct peer *p, struct imsg *imsg)
{
	(void)p;
	(void)imsg;
	return -1;
}

size_t
kernel_upcalls(int v6, struct wire_upcall *u, size_t max)
{
	(void)v6;
	(void)u;
	(void)max;
	return 0;
}

void
sandbox_install(void *filter, size_t len)
{
	(void)filter;
	(void)len;
}

void
paths_enter(int rules)
{
	(void)rules;
}

/* There is no process of a reader. */
static int reader_runs;
static unsigned int nfiles; /* passed on, and not read to their end */

void
__wrap_role_pause(struct role *r, void (*f)(struct role *))
{
	MUST(r == &reader);
	reader_runs = 0;
	f(r);
}

int
__wrap_role_is_paused(const struct role *r)
{
	MUST(r == &reader);
	return !reader_runs;
}

void
__wrap_role_resume(struct role *r)
{
	MUST(r == &reader && !reader_runs);
	reader_runs = 1;
}

/*
 * The rules, once more
 */
static int
vif_may(uint32_t verb, const struct wire_vif *v)
{
	if (v->v6 > 1 || !families[v->v6] || v->slot >= MAXVIF)
		return 0;
	if (verb == IMSG_VIF_DEL)
		return vif[v->v6][v->slot] != 0;
	return vif[v->v6][v->slot] == 0 && v->ttl > 0 && v->ifindex > 0 &&
	    v->ifindex < 0x80000000U;
}

/* Of one source or of any. */
static int
key_may(const struct wire_key *k)
{
	static const uint8_t v4[12] = { [10] = 0xff, [11] = 0xff };
	int src4 = memcmp(k->src.b, v4, sizeof(v4)) == 0;
	int grp4 = memcmp(k->grp.b, v4, sizeof(v4)) == 0;

	if (src4 != grp4 || !families[!grp4])
		return 0;
	if (grp4)
		return k->grp.b[12] >> 4 == 14 && k->src.b[12] >> 4 != 14;
	return k->grp.b[0] == 255 && k->src.b[0] != 255;
}

static int
mfc_may(const struct wire_mfc *m)
{
	int s, v6 = m->key.grp.b[0] == 255;

	if (!key_may(&m->key) || m->how > 2 || m->iif >= MAXVIF ||
	    vif[v6][m->iif] == 0)
		return 0;
	for (s = 0; s < MAXVIF; s++)
		if (m->ttls[s] != 0 && vif[v6][s] == 0)
			return 0;
	return 1;
}

static int
may(uint32_t verb, const void *entry)
{
	return verb == IMSG_MFC_ADD ? mfc_may(entry) :
	    verb == IMSG_MFC_DEL    ? key_may(entry) :
				      vif_may(verb, entry);
}

static size_t
size_of(uint32_t verb)
{
	switch (verb) {
	case IMSG_VIF_ADD:
	case IMSG_VIF_DEL:
		return 12;
	case IMSG_MFC_ADD:
		return 68;
	case IMSG_MFC_DEL:
		return 32;
	}
	return 0;
}

/* Checks all entries of a message: if one is bad, none may be done. */
static int
is_lawful(uint32_t verb, const uint8_t *data, size_t len)
{
	size_t i, size = size_of(verb);

	if (size == 0 || len == 0 || len % size != 0 || len / size > WIRE_BATCH)
		return 0;
	for (i = 0; i < len; i += size)
		if (!may(verb, data + i))
			return 0;
	return 1;
}

static int
refuse_it(int error)
{
	refused[nrefused].index = npassed - 1;
	refused[nrefused++].error = error;
	return error;
}

int
kernel_verb(struct gate *g, uint32_t verb, const union gate_entry *e)
{
	uint32_t *slot;

	MUST(lawful);
	npassed++;
	if (refuse != 0 && ++nentries % refuse == 0)
		return refuse_it(ENOBUFS);
	if (verb != IMSG_VIF_ADD && verb != IMSG_VIF_DEL)
		return 0;
	slot = &vif[e->vif.v6][e->vif.slot];
	/* by one before it in the message */
	if (verb == IMSG_VIF_ADD && *slot != 0)
		return refuse_it(EADDRINUSE);
	*slot = verb == IMSG_VIF_ADD ? e->vif.ifindex : 0;
	g->ifindex[e->vif.v6][e->vif.slot] = *slot;
	return 0;
}

/*
 * What the parent sends
 */
static void
check_result(const void *data, size_t len)
{
	struct wire_result r;

	nanswers++;
	MUST(len == sizeof(r) + nrefused * sizeof(*refused));
	memcpy(&r, data, sizeof(r));
	MUST(r.count == npassed);
	MUST(memcmp((const char *)data + sizeof(r), refused,
		 nrefused * sizeof(*refused)) == 0);
}

void
peer_send(struct peer *p, uint32_t type, uint32_t id, int fd, const void *data,
    size_t len)
{
	MUST(fd == -1 && len <= MAX_IMSGSIZE - IMSG_HEADER_SIZE);
	switch (type) {
	case IMSG_RESULT:
		MUST(p == &engine.link && id == id_now);
		check_result(data, len);
		return;
	case IMSG_CONFIG:
		MUST(p == &engine.link && reader_runs);
		MUST(len == sizeof(struct wire_config));
		MUST(++nfiles <= FILE_CREDIT);
		return;
	case IMSG_CONFIG_END:
		MUST(p == &engine.link && len == 0);
		return;
	case IMSG_VIFS:
		MUST(p == &engine.link && len == sizeof(vif));
		MUST(memcmp(data, vif, len) == 0);
		return;
	case IMSG_MRDISC:
		MUST(p == &engine.link && len == 0 && mrdisc_given == 0);
		return;
	case IMSG_HOOK:
		MUST(have_hook && len % sizeof(struct wire_key) == 0);
		MUST(len <= WIRE_BATCH * sizeof(struct wire_key));
		return;
	case IMSG_STOP:
		MUST(p == &control.nursery);
		return;
	}
	MUST(0);
}

int
peer_is_open(const struct peer *p)
{
	return p->ibuf.maxsize != 0;
}

size_t
peer_queue(struct peer *p)
{
	(void)p;
	return 0;
}

int
peer_try(struct peer *p, int fd)
{
	(void)p;
	(void)fd;
	return 0;
}

void
peer_open(struct peer *p, int fd)
{
	(void)p;
	(void)fd;
}

void
peer_close(struct peer *p)
{
	(void)p;
}

void
peer_wait(struct peer *p)
{
	(void)p;
}

void
peer_pause(struct peer *p, int pause)
{
	MUST(p == &reader.link && pause == (ahead == FILE_CREDIT));
	p->paused = pause;
}

static void
on_line(int priority, const char *line)
{
	MUST(priority >= LOG_ERR && priority <= LOG_DEBUG);
	MUST(strlen(line) <= LOG_LINE_MAX);
	for (; *line != '\0'; line++)
		MUST((unsigned char)*line >= ' ' && *line != 0x7f);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	log_init(LOG_TO_SINK, "verbs", NULL);
	log_setsink(on_line);
	log_setlevel(LOG_DEBUG);
	receiver = &engine;
	engine.link.ibuf.maxsize = control.nursery.ibuf.maxsize = MAX_IMSGSIZE;
	state.fd[STATE_MRDISC4] = state.fd[STATE_MRDISC6] = -1;
	return 0;
}

/* Each life of an engine begins with some slots bound. */
static void
prepare(struct input *in)
{
	uint8_t what = in_u8(in);
	int v6, s;

	memset(gate, 0, sizeof(*gate));
	memset(vif, 0, sizeof(vif));
	for (v6 = 0; v6 <= 1; v6++) {
		families[v6] = gate->have[v6] = !(what & 1 << v6);
		for (s = 0; s < MAXVIF && families[v6] && what & 4; s += 2 + v6)
			vif[v6][s] = gate->ifindex[v6][s] =
			    what & 8 && s == 6 ? VIF_LOST : 10U + s;
	}
	have_hook = what & 16;
	hook_pretend(have_hook);
	refuse = in_u8(in);
	nentries = 0;
	again = -1;
	engine.loads = walking = mrdisc_given = 0;
	ahead = nfiles = reader_runs = reader.link.paused = 0;
	upcalls->first = what;
	upcalls->n = UPCALL_CREDIT / 2;
}

static void
check_verb(int rc, uint32_t verb, size_t len)
{
	MUST(memcmp(vif, gate->ifindex, sizeof(vif)) == 0);
	MUST(rc == (lawful ? 0 : -1));
	if (lawful)
		MUST(npassed == len / size_of(verb) && nanswers == 1);
	else
		MUST(npassed == 0 && nanswers == 0);
}

/* What else an engine may say. */
static void
check_other(int rc, uint32_t type, size_t len)
{
	size_t key = sizeof(struct wire_key);

	MUST(npassed == 0 && nanswers == 0);
	switch (type) {
	case IMSG_LOG:
		MUST(rc == -1 || (len >= 4 && len <= 4 + LOG_LINE_MAX));
		break;
	case IMSG_RELOAD:
	case IMSG_EXPEL:
		MUST(rc == 0);
		break;
	case IMSG_STATUS:
		MUST(rc == (len == sizeof(struct wire_status) ? 0 : -1));
		break;
	case IMSG_READY:
		MUST(rc == -1 || len == sizeof(struct wire_ready));
		break;
	case IMSG_HOOK:
		MUST((rc == 0) ==
		    (have_hook && len > 0 && len % key == 0 &&
			len / key <= WIRE_BATCH));
		break;
	case IMSG_SLOTS:
	case IMSG_UNHOLD:
		MUST(rc == (len == 0 ? 0 : -1));
		break;
	case IMSG_NEXT:
		MUST((rc == 0) == (len == 0 && nfiles > 0));
		nfiles -= rc == 0;
		break;
	case IMSG_MRDISC:
		MUST(rc == -1 || len == 0);
		break;
	case IMSG_TAKEN:
		MUST(rc == -1 || len == sizeof(uint32_t));
		MUST(upcalls->n <= UPCALL_CREDIT / 2);
		break;
	default:
		MUST(rc == -1);
	}
}

/* Of a reader, which is not read while it is paused. */
static void
reader_says(struct imsg *m)
{
	uint32_t type = m->hdr.type;
	size_t len = m->len;

	if (!reader_runs || reader.link.paused)
		return;
	MUST((reader_dispatch(&reader, m) == 0) ==
	    ((type == IMSG_CONFIG && len == sizeof(struct wire_config)) ||
		(type == IMSG_CONFIG_END && len == 0)));
	if (type == IMSG_CONFIG_END && len == 0)
		MUST(!reader_runs && !walking);
}

/* Some bytes, a number of times, so that short inputs make long messages. */
static uint8_t *
make_payload(struct input *in, size_t *len)
{
	size_t n, i, times = in_u8(in) + 1;
	const uint8_t *p = in_bytes(in, in_u16(in), &n);
	uint8_t *payload;

	if (n > 0 && times > MAXLEN / n)
		times = MAXLEN / n;
	*len = n * times;
	payload = malloc(*len);
	MUST(payload != NULL || *len == 0);
	for (i = 0; i < times && n > 0; i++)
		memcpy(payload + i * n, p, n);
	return payload;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct imsg imsg = { .fd = -1 };
	uint8_t *payload;
	size_t len;
	int rc = 0;

	for (prepare(&in); rc == 0 && in.len > 0;) {
		imsg.hdr.type = in_u8(&in);
		imsg.hdr.peerid = id_now = in_u8(&in);
		payload = make_payload(&in, &len);
		imsg.data = payload;
		imsg.len = len;
		imsg.rpos = 0;
		npassed = nrefused = nanswers = 0;
		lawful = is_lawful(imsg.hdr.type, payload, len);
		/* the daemon ends, which is not for an engine to abuse */
		if (imsg.hdr.type & READER) {
			imsg.hdr.type ^= READER;
			reader_says(&imsg);
		} else if (imsg.hdr.type != IMSG_QUIT) {
			rc = imsg.hdr.type == IMSG_LOG ?
			    role_log(&imsg, &engine.rate) :
			    engine_dispatch(&engine, &imsg);
			if (size_of(imsg.hdr.type) != 0)
				check_verb(rc, imsg.hdr.type, len);
			else
				check_other(rc, imsg.hdr.type, len);
		}
		free(payload);
		reload_go_on();
	}
	return 0;
}
