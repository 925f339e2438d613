/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * work.c: verbs change any present state into any wanted state, and leave alone
 * what is right already.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <err.h>
#include <errno.h>
#include <event.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "common/peer.h"
#include "engine/run/mrdisc.h"
#include "engine/have/groups.h"
#include "engine/lib/hash.h"
#include "engine/have/work.h"
#include "engine/have/slots.h"
#include "engine/out/verbs.h"
#include "check.h"
#include "model_kernel.h"
#include "rnd.h"

#define NKEY	1500
#define ROUNDS	60
#define MAXWAIT 4 /* messages that may wait for a RESULT */

/* Slots that are bound in both families. */
static const int bound[] = { 0, 1, 2, 3, 7, 15, 30, 31 };

#define NBOUND (sizeof(bound) / sizeof(bound[0]))

/* Half of the keys are of each family. */
static struct {
	struct wire_key key;
	struct work_state want;
	int fails; /* to be installed */
} keys[NKEY];

static struct peer pipe_end;
static unsigned int nfailed, most_waiting, nagain;
static int rewant;

static void want(uint32_t);

static void
mfc_answered(uint32_t i, int error)
{
	CHECK(error == 0 || error == ENOBUFS);
	nfailed += error != 0;
	work_answered(i, error);
}

static void
vif_result(const struct wire_vif *v, int error)
{
	(void)v;
	(void)error;
	CHECK(0);
}

/* Wants other states of some entries meanwhile, as an update does that waited
 * for this answer. */
static void
answered(void)
{
	unsigned int i;

	for (i = 0; i < NKEY && rewant; i++)
		if (rnd(4) == 0)
			want(i);
	(void)work_run();
}

static int
dispatch(struct peer *p, struct imsg *imsg)
{
	(void)p;
	CHECK(imsg_get_type(imsg) == IMSG_RESULT);
	return verbs_result(imsg);
}

static void
gone(struct peer *p, const char *why)
{
	errx(1, "%s: %s", p->name, why);
}

static void
quiet(int priority, const char *line)
{
	(void)priority;
	(void)line;
}

static void
start(void)
{
	static const struct verbs_handler h = { mfc_answered, vif_result,
		answered };
	struct wire_vif v;
	int pair[2];
	size_t i;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1 ||
	    fcntl(pair[1], F_SETFL, O_NONBLOCK) == -1)
		err(1, "socketpair");
	event_init();
	log_init(LOG_TO_SINK, "work_test", "work_test");
	log_setsink(quiet);
	hash_seed();
	entries_init();
	pipe_end.name = "pipe";
	pipe_end.dispatch = dispatch;
	pipe_end.gone = gone;
	peer_open(&pipe_end, pair[0]);
	verbs_init(&pipe_end, &h);
	model_open(pair[1]);
	model.gate.have[0] = model.gate.have[1] = 1;
	memset(&v, 0, sizeof(v));
	for (i = 0; i < 2 * NBOUND; i++) {
		v.v6 = i / NBOUND;
		v.slot = bound[i % NBOUND];
		v.ifindex = 100 + v.slot;
		v.ttl = 1;
		slots_adopt(&v);
		slots[v.slot].ttl = 1;
		model_bind(v.v6, v.slot, v.ifindex);
	}
}

/*
 * All states of one entry
 */
static int
same(const struct work_state *a, const struct work_state *b)
{
	return a->iif == b->iif && (a->iif == NOSLOT || a->oifs == b->oifs);
}

static void
test_compare(void)
{
	static const uint32_t oifs[] = { 0, 1, 2, 3, 0x80000000, UINT32_MAX };
	struct work_state want, have, next;
	enum work_action a;
	unsigned int i, n = sizeof(oifs) / sizeof(oifs[0]);
	int stale;

	for (i = 0; i < 33 * 33 * n * n * 2; i++) {
		want.iif = i % 33 == 32 ? NOSLOT : i % 33;
		have.iif = i / 33 % 33 == 32 ? NOSLOT : i / 33 % 33;
		want.oifs = oifs[i / 33 / 33 % n];
		have.oifs = oifs[i / 33 / 33 / n % n];
		stale = i / 33 / 33 / n / n;
		a = work_compare(&want, &have, stale);
		next = have;
		if (a == WORK_INSTALL) {
			CHECK(want.iif != NOSLOT);
			next = want;
		} else if (a == WORK_DELETE)
			next.iif = NOSLOT;
		CHECK(same(&next, &want));
		/* rewrite: what the kernel has is not trusted */
		CHECK((a == WORK_KEEP) == (same(&want, &have) && !stale));
	}
}

/*
 * Many
 */
static void
random_state(struct work_state *s)
{
	size_t i;

	s->iif = bound[rnd(NBOUND)];
	s->oifs = 0;
	for (i = 0; i < NBOUND; i++)
		if (rnd(3) == 0)
			s->oifs |= 1U << bound[i];
	if (rnd(4) == 0)
		s->iif = NOSLOT;
}

static void
make_keys(void)
{
	uint8_t v4[4] = { 10, 0, 0, 0 }, v6[16] = { 0xfd };
	uint32_t i;

	for (i = 0; i < NKEY; i++) {
		v4[2] = v6[14] = i >> 8;
		v4[3] = v6[15] = i & 0xff;
		v4[0] = 10;
		v6[0] = 0xfd;
		if (i % 2)
			addr_from_v6(&keys[i].key.src, v6);
		else
			addr_from_v4(&keys[i].key.src, v4);
		v4[0] = 225;
		v6[0] = 0xff;
		if (i % 2)
			addr_from_v6(&keys[i].key.grp, v6);
		else
			addr_from_v4(&keys[i].key.grp, v4);
		keys[i].want.iif = NOSLOT;
	}
}

/* As routes.c does with a static entry, in either queue. */
static void
want(uint32_t n)
{
	const struct work_state *s = &keys[n].want;
	uint32_t i;

	if (s->iif == NOSLOT)
		i = entry_find(&keys[n].key.src, &keys[n].key.grp);
	else
		i = entry_get(&keys[n].key.src, &keys[n].key.grp);
	if (i == 0)
		return;
	entry_at(i)->kind = s->iif == NOSLOT ? ENTRY_NONE : ENTRY_STATIC;
	work_want(i, s->iif, s->oifs, rnd(2) ? WORK_ANSWER : WORK_OTHER);
}

static struct work_state
actual(uint32_t n)
{
	const struct model_entry *e = model_find(&keys[n].key);
	struct work_state s = { 0, NOSLOT };

	if (e != NULL) {
		s.iif = e->iif;
		s.oifs = model_oifs(e);
	}
	return s;
}

static void
step(void)
{
	unsigned int i;

	event_loop(EVLOOP_NONBLOCK);
	for (i = rnd(4); i > 0; i--)
		(void)model_step();
	if (verbs_sent() - verbs_answered() > most_waiting)
		most_waiting = verbs_sent() - verbs_answered();
}

/* Until there is no work and no answer to wait for. */
static void
settle(void)
{
	unsigned int n;

	for (n = 0; n < 100000; n++) {
		if (work_run() && verbs_sent() == verbs_answered())
			break;
		step();
	}
	CHECK(n < 100000 && model.nbroken == 0);
}

/* Both sides know the same. */
static void
check_books(void)
{
	struct wire_key k;
	struct model_entry *e;
	const struct entry *m;
	uint32_t i, used = 0, installed = 0;
	int s;

	for (i = 1; i < entries_top(); i++) {
		m = entry_at(i);
		if (!(m->flags & ENTRY_USED))
			continue;
		used++;
		CHECK(
		    !(m->flags & (ENTRY_ANSWER | ENTRY_WORK | ENTRY_REWRITE)));
		CHECK(m->unanswered == 0);
		CHECK(entry_find(&m->src, &m->grp) == i);
		k.src = m->src;
		k.grp = m->grp;
		e = model_find(&k);
		CHECK((m->have_iif != NOSLOT) == (e != NULL));
		if (e == NULL)
			continue;
		installed++;
		CHECK(m->have_iif == e->iif && m->have_oifs == model_oifs(e));
	}
	RB_FOREACH(e, model_entries, &model.entries)
		installed--;
	CHECK(installed == 0 && used <= NKEY);
	for (s = 0; s < MAXVIF; s++)
		CHECK(slots[s].named[0] == model.named[0][s] &&
		    slots[s].named[1] == model.named[1][s]);
}

/* Adopts some entries that an earlier engine left. */
static void
adopt_some(void)
{
	struct work_state s;
	uint32_t n, i;

	for (n = 0; n < NKEY; n++) {
		if (rnd(3) > 0 ||
		    entry_find(&keys[n].key.src, &keys[n].key.grp))
			continue;
		random_state(&s);
		if (s.iif == NOSLOT)
			continue;
		model_put(&keys[n].key, s.iif, s.oifs);
		i = entry_get(&keys[n].key.src, &keys[n].key.grp);
		entry_set_have(entry_at(i), s.iif, s.oifs);
		entry_at(i)->kind = ENTRY_STATIC;
		keys[n].want = s;
	}
}

/* Changes what is wanted of some entries.  Returns how many differ from what
 * there is. */
static unsigned int
change(unsigned int part)
{
	struct work_state now;
	unsigned int n, differ = 0;

	for (n = 0; n < NKEY; n++) {
		if (rnd(part) == 0)
			random_state(&keys[n].want);
		now = actual(n);
		differ += !same(&keys[n].want, &now);
	}
	return differ;
}

static void
check_wanted(void)
{
	struct work_state now;
	unsigned int n;

	for (n = 0; n < NKEY; n++) {
		now = actual(n);
		CHECK(same(&now, &keys[n].want));
		CHECK((now.iif != NOSLOT) ==
		    (entry_find(&keys[n].key.src, &keys[n].key.grp) != 0));
	}
	check_books();
}

/* One verb for each that is wrong, in full messages. */
static void
test_once(void)
{
	static const unsigned int parts[] = { 1, 2, 10, 100, 10000 };
	unsigned int round, n, differ, verbs, messages;

	for (round = 0; round < ROUNDS; round++) {
		adopt_some();
		differ = change(parts[rnd(5)]);
		verbs = model.nverbs;
		messages = model.nmessages;
		for (n = 0; n < NKEY; n++)
			want(n);
		settle();
		CHECK(model.nverbs == verbs + differ);
		CHECK(model.nmessages <= messages + differ);
		check_wanted();
		/* said again: nothing to do */
		for (n = 0; n < NKEY; n++)
			want(n);
		settle();
		CHECK(model.nverbs == verbs + differ);
		check_wanted();
	}
}

static void
rewrite(uint32_t i)
{
	work_rewrite(i, rnd(2) ? WORK_ANSWER : WORK_OTHER);
}

static int
count_again(uint32_t verb, const void *e)
{
	if (verb == IMSG_MFC_ADD && ((const struct wire_mfc *)e)->how)
		nagain++;
	return 0;
}

/* An entry that the kernel lacks although it was written is made anew, not
 * twice in a row, and no other one. */
static void
test_missing(void)
{
	static const struct {
		void (*what)(uint32_t);
		unsigned int again;
	} steps[] = {
		{ work_answer, 1 },
		{ rewrite, 0 },
		{ work_answer, 0 },
		{ rewrite, 0 },
		{ work_answer, 1 },
		{ NULL, 0 },
		{ work_answer, 0 },
	};
	unsigned int n, i, verbs;
	uint32_t m;

	n = rnd(NKEY);
	keys[n].want.iif = bound[0];
	keys[n].want.oifs = 1U << bound[1];
	want(n);
	settle();
	model.fail = count_again;
	m = entry_find(&keys[n].key.src, &keys[n].key.grp);
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		nagain = 0;
		verbs = model.nverbs;
		if (steps[i].what != NULL)
			steps[i].what(m);
		else {
			keys[n].want.oifs ^= 1U << bound[2];
			want(n);
		}
		settle();
		CHECK(model.nverbs == verbs + 1);
		CHECK(nagain == steps[i].again);
		check_wanted();
	}
	/* not known to the kernel: the first answer frees what it queued */
	keys[n].want.iif = NOSLOT;
	want(n);
	settle();
	keys[n].want.iif = bound[0];
	want(n);
	m = entry_find(&keys[n].key.src, &keys[n].key.grp);
	work_answer(m);
	nagain = 0;
	settle();
	CHECK(nagain == 0);
	model.fail = NULL;
}

/* What is wanted changes while verbs are on their way. */
static void
test_changing(void)
{
	unsigned int round, i, n;

	for (round = 0; round < ROUNDS; round++) {
		adopt_some();
		for (i = rnd(2000); i > 0; i--) {
			n = rnd(NKEY);
			random_state(&keys[n].want);
			want(n);
			if (rnd(20) == 0 && keys[n].want.iif != NOSLOT)
				rewrite(entry_find(&keys[n].key.src,
				    &keys[n].key.grp));
			if (rnd(10) == 0)
				(void)work_run();
			if (rnd(10) == 0)
				step();
		}
		for (n = 0; n < NKEY; n++)
			want(n);
		settle();
		check_wanted();
	}
}

static void
test_stale(void)
{
	unsigned int n, verbs = model.nverbs, stale = 0;
	uint32_t i;

	for (n = 0; n < NKEY; n += 3) {
		i = entry_find(&keys[n].key.src, &keys[n].key.grp);
		if (i == 0)
			continue;
		rewrite(i);
		stale++;
	}
	settle();
	CHECK(stale > 100 && model.nverbs == verbs + stale);
	check_wanted();
}

static int
fail(uint32_t verb, const void *entry)
{
	unsigned int n;

	for (n = 0; n < NKEY && verb == IMSG_MFC_ADD; n++)
		if (keys[n].fails &&
		    memcmp(&keys[n].key, entry, sizeof(keys[n].key)) == 0)
			return ENOBUFS;
	return 0;
}

/* What the kernel refuses is not there, until it is wanted again. */
static void
test_failures(int changing)
{
	struct work_state now, before[NKEY];
	unsigned int round, n, i, expected;

	for (round = 0; round < ROUNDS / 4; round++) {
		adopt_some();
		change(2);
		model.fail = fail;
		nfailed = expected = 0;
		for (n = 0; n < NKEY; n++) {
			keys[n].fails = rnd(4) == 0;
			before[n] = actual(n);
			expected += keys[n].fails &&
			    keys[n].want.iif != NOSLOT &&
			    !same(&before[n], &keys[n].want);
			want(n);
		}
		rewant = changing;
		for (i = changing ? 500 : 0; i > 0; i--) {
			n = rnd(NKEY);
			random_state(&keys[n].want);
			want(n);
			(void)work_run();
			step();
		}
		rewant = 0;
		settle();
		check_books();
		for (n = 0; n < NKEY; n++) {
			now = actual(n);
			if (changing)
				CHECK(same(&now, &keys[n].want) ||
				    (keys[n].fails && now.iif == NOSLOT));
			else if (keys[n].fails &&
			    !same(&before[n], &keys[n].want))
				CHECK(now.iif == NOSLOT);
			else
				CHECK(same(&now, &keys[n].want));
		}
		CHECK(expected > 50 && (changing || nfailed == expected));
		model.fail = NULL;
		for (n = 0; n < NKEY; n++) {
			keys[n].fails = 0;
			want(n);
		}
		settle();
		check_wanted();
	}
}

static int
fail_del(uint32_t verb, const void *entry)
{
	(void)entry;
	return verb == IMSG_MFC_DEL ? ENOBUFS : 0;
}

/* If a kernel refused a deletion, the engine must not ask for ever. */
static void
test_failing_del(void)
{
	unsigned int verbs;

	keys[0].want.iif = 0;
	want(0);
	settle();
	verbs = model.nverbs;
	model.fail = fail_del;
	keys[0].want.iif = NOSLOT;
	want(0);
	settle();
	CHECK(model.nverbs > verbs && model.nverbs <= verbs + 2);
	model.fail = NULL;
	keys[0].want.iif = 1;
	want(0);
	settle();
	check_wanted();
}

static uint32_t seen[3], nseen;

static int
see(uint32_t verb, const void *entry)
{
	const struct wire_mfc *m = entry;

	(void)verb;
	if (nseen < 3)
		seen[nseen] = m->key.src.b[15];
	nseen++;
	return 0;
}

static void
want_all(uint8_t iif)
{
	unsigned int n;

	for (n = 0; n < NKEY; n++) {
		keys[n].want.iif = iif;
		keys[n].want.oifs = 0;
		want(n);
	}
	settle();
	check_wanted();
}

static void
want_in(unsigned int n, enum work_queue q)
{
	uint32_t i = entry_get(&keys[n].key.src, &keys[n].key.grp);

	keys[n].want.iif = 0;
	entry_at(i)->kind = ENTRY_STATIC;
	work_want(i, 0, 0, q);
}

/* Answers are given newest first, all else is done oldest first, and messages
 * are full ones. */
static void
test_order(void)
{
	unsigned int messages, n;
	uint32_t i;

	want_all(NOSLOT);
	for (i = 1; i < entries_top(); i++)
		CHECK(!(entry_at(i)->flags & ENTRY_USED));
	CHECK(RB_EMPTY(&model.entries));
	model.fail = see;
	for (n = 10; n <= 14; n += 2)
		want_in(n, WORK_ANSWER);
	settle();
	CHECK(nseen == 3 && seen[0] == 14 && seen[1] == 12 && seen[2] == 10);
	for (n = 20, nseen = 0; n <= 24; n += 2)
		want_in(n, WORK_OTHER);
	settle();
	CHECK(nseen == 3 && seen[0] == 20 && seen[1] == 22 && seen[2] == 24);
	model.fail = NULL;
	messages = model.nmessages;
	want_all(1);
	CHECK(model.nmessages - messages <= NKEY / WIRE_BATCH + 1);
	messages = model.nmessages;
	want_all(NOSLOT);
	CHECK(model.nmessages - messages <= NKEY / WIRE_BATCH + 1);
}

static unsigned int nverb, ndone[2]; /* of the queues */

static int
see_queue(uint32_t verb, const void *entry)
{
	const struct wire_mfc *m = entry;
	unsigned int n = m->key.src.b[14] << 8 | m->key.src.b[15];

	(void)verb;
	if (nverb++ < 600)
		ndone[n % 2]++;
	return 0;
}

/* Neither queue waits for the other to be empty. */
static void
test_fair(void)
{
	unsigned int n;

	want_all(NOSLOT);
	model.fail = see_queue;
	for (n = 0; n < NKEY; n++)
		want_in(n, n % 2 ? WORK_OTHER : WORK_ANSWER);
	settle();
	model.fail = NULL;
	CHECK(ndone[0] >= WIRE_BATCH && ndone[1] >= WIRE_BATCH);
	CHECK(work_queued() == work_done() && work_is_answered());
	want_all(NOSLOT);
}

/*
 * Results that do not fit
 */
static int
result(uint32_t id, const void *data, size_t len)
{
	struct imsg imsg;

	memset(&imsg, 0, sizeof(imsg));
	imsg.hdr.type = IMSG_RESULT;
	imsg.hdr.peerid = id;
	imsg.data = data;
	imsg.len = len;
	imsg.fd = -1;
	return verbs_result(&imsg);
}

static void
test_results(void)
{
	uint32_t r[] = { 3, 1, ENOBUFS, 1, ENOBUFS };
	uint32_t id = verbs_sent() + 1, n;

	CHECK(verbs_sent() == verbs_answered());
	CHECK(result(id - 1, r, 4) == -1);
	CHECK(result(id, r, 4) == -1); /* a result without a message */
	/* two messages of three each */
	for (n = 0; n < 6; n++) {
		want_in(n, WORK_OTHER);
		if (n % 3 == 2)
			CHECK(work_run() == 1);
	}
	CHECK(verbs_sent() == id + 1);
	CHECK(result(id - 1, r, 4) == -1);
	CHECK(result(id + 1, r, 4) == -1);
	CHECK(result(0, r, 4) == -1);
	CHECK(result(id, r, 0) == -1);
	CHECK(result(id, r, 3) == -1);
	CHECK(result(id, r, 5) == -1); /* half a failure */
	CHECK(result(id, r, 11) == -1);
	CHECK(result(id, r, 20) == -1); /* the same one twice */
	r[3] = 0;
	CHECK(result(id, r, 20) == -1); /* not in order */
	r[1] = 3;
	CHECK(result(id, r, 12) == -1); /* not one of the three */
	r[1] = UINT32_MAX;
	CHECK(result(id, r, 12) == -1);
	r[0] = 2;
	CHECK(result(id, r, 4) == -1);
	r[0] = 4;
	CHECK(result(id, r, 4) == -1);
	CHECK(verbs_answered() == id - 1);
	r[0] = 3;
	CHECK(result(id, r, 4) == 0);
	CHECK(result(id, r, 4) == -1); /* again */
	CHECK(result(id + 1, r, 4) == 0);
}

static int
fail_add(uint32_t verb, const void *entry)
{
	const struct wire_mfc *m = entry;

	return verb == IMSG_MFC_ADD && m->how == 0 ? ENOBUFS : 0;
}

/*
 * A resident entry's slot is a part of its name: the kernel refuses the entry
 * when its deletion, and that of the VIF, are on their way already.
 */
static void
test_refused_late(void)
{
	struct wire_vif v = { .slot = bound[7], .ifindex = 100 + bound[7] };
	const struct addr *grp = &keys[0].key.grp;
	uint32_t i;

	want_all(bound[0]);
	model.fail = fail_add;
	i = entry_get_resident(grp, bound[7]);
	entry_at(i)->kind = ENTRY_RESIDENT;
	work_want(i, bound[7], 1U << bound[1], WORK_OTHER);
	(void)work_run();
	entry_at(i)->kind = ENTRY_NONE;
	work_want(i, NOSLOT, 0, WORK_OTHER);
	(void)work_run();
	verbs_vif_del(&v);
	verbs_flush();
	settle();
	CHECK(entry_find_resident(grp, bound[7]) == 0);
	model.fail = NULL;
	model_bind(0, v.slot, v.ifindex);
}

/* An entry stays until the last of its verbs is answered, so that an engine
 * after this one knows of it. */
static void
test_deleted_twice(void)
{
	const struct wire_key *k = &keys[0].key;
	unsigned int i;

	keys[0].want.iif = NOSLOT;
	want(0);
	settle();
	for (i = 0; i < 4; i++) {
		keys[0].want.iif = i % 2 ? NOSLOT : bound[0];
		want(0);
		(void)work_run();
	}
	event_loop(EVLOOP_NONBLOCK);
	for (i = 0; i < 4; i++) {
		CHECK(entry_find(&k->src, &k->grp) != 0);
		CHECK(model_step() == 1);
		event_loop(EVLOOP_NONBLOCK);
	}
	CHECK(entry_find(&k->src, &k->grp) == 0);
	settle();
	check_wanted();
}

int
main(void)
{
	rnd_init();
	alarm(120);
	start();
	make_keys();
	test_compare();
	test_once();
	test_changing();
	test_stale();
	test_missing();
	test_failures(0);
	test_failures(1);
	test_failing_del();
	test_refused_late();
	test_deleted_twice();
	test_order();
	test_fair();
	/* one more may have been begun */
	CHECK(most_waiting > 2 && most_waiting <= MAXWAIT + 1);
	test_results();
	return rnd_end();
}
