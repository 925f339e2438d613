/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * An engine may die after any instruction.  Whatever the table of entries says
 * then, the next engine must not take for certain what is not so.  Here another
 * process works on the table one instruction at a time, and after each of them
 * the table is looked at.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <event.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "engine/have/entries.h"
#include "engine/have/work.h"
#include "engine/lib/hash.h"
#include "engine/out/verbs.h"
#include "check.h"
#include "rnd.h"

#define NENTRY 24
#define SIZE   (4096 + 4 * 1024 * sizeof(struct entry))
#define USED   (4096 + 64 * sizeof(struct entry)) /* of it */

static unsigned char *shared; /* with the process that is looked at */
static unsigned char copy[SIZE], last[USED];
static struct entry was[64]; /* what the kernel has at first */
static struct peer parent;
static int *is_answered; /* both processes see this, too */

static void
quiet(int priority, const char *line)
{
	(void)priority;
	(void)line;
}

static int
no_message(struct peer *p, struct imsg *imsg)
{
	(void)p;
	(void)imsg;
	return -1;
}

static void
gone(struct peer *p, const char *why)
{
	errx(1, "%s: %s", p->name, why);
}

static void
vif_result(const struct wire_vif *v, int error)
{
	(void)v;
	(void)error;
}

static void
answered(void)
{
}

/* Slots 0 to 7 are bound in both families. */
static void
bind_slots(void)
{
	struct wire_vif v;

	memset(slots, 0, sizeof(slots));
	memset(&v, 0, sizeof(v));
	for (v.slot = 0; v.slot < 8; v.slot++)
		for (v.v6 = 0; v.v6 <= 1; v.v6++) {
			v.ifindex = 100 + v.slot;
			slots_adopt(&v);
		}
}

static void
inherit(void)
{
	bind_slots();
	entries_init();
	if (entries_keep(shared, SIZE) == 0 || entries_inherit() == 0)
		entries_discard();
}

/* Runs f in another process, and look() after each instruction of it that has
 * changed the shared memory.  Returns how often. */
static unsigned int
step_through(void (*f)(void), void (*look)(void))
{
	unsigned int looks = 0;
	int status;
	pid_t pid;

	memcpy(last, shared, USED);
	if ((pid = fork()) == -1)
		err(1, "fork");
	if (pid == 0) {
		if (ptrace(PT_TRACE_ME, 0, NULL, 0) == -1)
			_exit(1);
		raise(SIGSTOP);
		check_failed = 0;
		f();
		_exit(check_end());
	}
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		if (memcmp(last, shared, USED) != 0) {
			memcpy(last, shared, USED);
			look();
			looks++;
		}
		if (ptrace(PT_STEP, pid, (void *)1, 0) == -1)
			err(1, "ptrace");
	}
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	return looks;
}

static int
is_certain(const struct entry *e)
{
	return e->unanswered == 0 && !(e->flags & ENTRY_REWRITE);
}

/*
 * Entries are inherited.
 */
static void
make_key(uint32_t n, struct addr *src, struct addr *grp)
{
	uint8_t s6[16] = { 0xfd, [15] = n }, g6[16] = { 0xff, 0x0e, [15] = 1 };
	uint8_t s4[4] = { 10, 0, 0, n }, g4[4] = { 225, 0, 0, 1 };

	if (n % 2) {
		addr_from_v6(src, s6);
		addr_from_v6(grp, g6);
	} else {
		addr_from_v4(src, s4);
		addr_from_v4(grp, g4);
	}
}

static void
make_entries(void)
{
	struct addr src, grp;
	struct entry *e;
	uint32_t n, i;

	for (n = 0; n < NENTRY; n++) {
		make_key(n, &src, &grp);
		i = entry_get(&src, &grp);
		CHECK(i != 0);
		e = entry_at(i);
		e->kind = ENTRY_FLOW;
		if (rnd(4) > 0) /* slots 8 and 9 are not bound */
			entry_set_have(e, rnd(8), rnd(0x400));
		else
			entry_set_have(e, NOSLOT, 0);
		if (e->have_iif == NOSLOT || rnd(3) == 0)
			e->unanswered = 1;
		was[i] = *e;
	}
}

/* The memory as it is now, as the next engine would take it over. */
static void
check_inherited(void)
{
	unsigned char *memory = shared;
	const struct entry *e;
	uint32_t i;

	memcpy(copy, shared, USED);
	shared = copy;
	inherit();
	shared = memory;
	CHECK(entries_top() == NENTRY + 1);
	for (i = 1; i < entries_top(); i++) {
		e = entry_at(i);
		CHECK(e->flags & ENTRY_USED &&
		    addr_cmp(&e->src, &was[i].src) == 0);
		CHECK(!is_certain(e) ||
		    (is_certain(&was[i]) && e->have_iif == was[i].have_iif &&
			e->have_oifs == was[i].have_oifs));
	}
}

static void
test_inherit(void)
{
	memset(shared, 0, SIZE);
	inherit();
	make_entries();
	CHECK(step_through(inherit, check_inherited) > NENTRY);
}

/*
 * A verb for an entry is sent and answered.
 */
static struct work_state from, to;
static int error; /* of the kernel */

static struct entry *
the_entry(void)
{
	struct addr src, grp;

	make_key(0, &src, &grp);
	return entry_at(entry_get(&src, &grp));
}

static void
send_verb(void)
{
	uint32_t result[3] = { 1, 0, error };
	struct imsg imsg;
	struct addr src, grp;

	make_key(0, &src, &grp);
	work_want(entry_get(&src, &grp), to.iif, to.oifs, WORK_OTHER);
	CHECK(work_run() == 1);
	*is_answered = 1;
	memset(&imsg, 0, sizeof(imsg));
	imsg.hdr.type = IMSG_RESULT;
	imsg.hdr.peerid = verbs_sent();
	imsg.data = (const void *)result;
	imsg.len = error != 0 ? sizeof(result) : sizeof(result[0]);
	imsg.fd = -1;
	CHECK(verbs_result(&imsg) == 0);
}

static void
check_verb(void)
{
	const struct entry *e = the_entry();

	if (!is_certain(e))
		return;
	if (!*is_answered)
		CHECK(e->have_iif == from.iif && e->have_oifs == from.oifs);
	else
		CHECK(error == 0 && e->have_iif == to.iif &&
		    e->have_oifs == to.oifs);
}

static void
test_verbs(void)
{
	static const struct work_state all[] = {
		{ 0, NOSLOT },
		{ 0, 1 },
		{ 5, 1 },
		{ 5, 2 },
	};
	unsigned int i;

	for (i = 0; i < 4 * 4 * 2; i++) {
		from = all[i % 4];
		to = all[i / 4 % 4];
		/* a deletion does not fail */
		error = i / 16 && to.iif != NOSLOT ? ENOBUFS : 0;
		if (from.iif == to.iif && from.oifs == to.oifs)
			continue;
		memset(shared, 0, SIZE);
		inherit();
		the_entry()->kind = ENTRY_STATIC;
		entry_set_have(the_entry(), from.iif, from.oifs);
		*is_answered = 0;
		CHECK(step_through(send_verb, check_verb) > 3);
	}
}

static void *
share(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANON,
	    -1, 0);

	if (p == MAP_FAILED)
		err(1, "mmap");
	return p;
}

int
main(void)
{
	static const struct verbs_handler h = { work_answered, vif_result,
		answered };
	int pair[2];

	rnd_init();
	hash_seed();
	event_init();
	log_init(LOG_TO_SINK, "torn_test", "torn_test");
	log_setsink(quiet);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		err(1, "socketpair");
	parent.name = "parent";
	parent.dispatch = no_message;
	parent.gone = gone;
	peer_open(&parent, pair[0]);
	verbs_init(&parent, &h);
	slots_init(1, 1);
	shared = share(SIZE);
	is_answered = share(sizeof(*is_answered));
	test_inherit();
	test_verbs();
	return rnd_end();
}
