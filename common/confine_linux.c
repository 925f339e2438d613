/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Gives up rights on Linux: capabilities, no_new_privs.
 */
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <linux/keyctl.h>
#include <grp.h>
#include <sysexits.h>
#include <unistd.h>

#include "confine.h"
#include "log.h"

/* Empties the bounding set, so that no program gets a capability by exec. */
static void
drop_bounding(int keep)
{
	int c, set;

	for (c = 0; (set = cap_get_bound(c)) != -1; c++)
		if (set && c != keep && cap_drop_bound(c) == -1)
			fatal(EX_NOPERM, "capability bounding set");
}

static int
is_held(cap_value_t c)
{
	cap_flag_value_t v = CAP_CLEAR;
	cap_t now = cap_get_proc();

	if (now == NULL || cap_get_flag(now, c, CAP_PERMITTED, &v) == -1)
		fatal(EX_OSERR, "capabilities");
	cap_free(now);
	return v == CAP_SET;
}

const char *
confine_lacks(unsigned int steps)
{
	static const struct {
		unsigned int steps;
		cap_value_t cap;
		const char *text;
	} needs[] = {
		{ CONFINE_ROUTE, CAP_NET_RAW,
		    "no CAP_NET_RAW: needed to open multicast routing "
		    "sockets" },
		{ CONFINE_TABLE, CAP_NET_ADMIN,
		    "no CAP_NET_ADMIN: needed to use another routing table "
		    "(-t)" },
		{ CONFINE_CHILD, CAP_SYS_CHROOT,
		    "no CAP_SYS_CHROOT: needed to give engine and control an "
		    "empty root directory" },
		{ CONFINE_CHILD, CAP_SETUID,
		    "no CAP_SETUID: needed to run engine and control as user " SMCROUTE_USER },
		{ CONFINE_CHILD, CAP_SETGID,
		    "no CAP_SETGID: needed to run engine and control without "
		    "root's groups" },
		{ CONFINE_CHILD, CAP_SETPCAP,
		    "no CAP_SETPCAP: needed to give up all capabilities for "
		    "good" },
		{ CONFINE_CHOWN, CAP_CHOWN,
		    "no CAP_CHOWN: needed to give the control socket to the "
		    "user of -p" },
	};
	size_t i;

	if (geteuid() != 0)
		return "must be started by root";
	for (i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (steps & needs[i].steps && !is_held(needs[i].cap))
			return needs[i].text;
	return NULL;
}

/* Drops all capabilities but keep; -1: all of them. */
static void
drop_capabilities(cap_value_t keep)
{
	cap_t few, now;
	int differ;

	if (cap_reset_ambient() == -1)
		fatal(EX_OSERR, "ambient capabilities");
	if ((few = cap_init()) == NULL ||
	    (keep != -1 &&
		(cap_set_flag(few, CAP_PERMITTED, 1, &keep, CAP_SET) == -1 ||
		    cap_set_flag(few, CAP_EFFECTIVE, 1, &keep, CAP_SET) == -1 ||
		    cap_set_flag(few, CAP_INHERITABLE, 1, &keep, CAP_SET) ==
			-1)) ||
	    cap_set_proc(few) == -1)
		fatal(EX_OSERR, "capabilities");
	if ((now = cap_get_proc()) == NULL ||
	    (differ = cap_compare(now, few)) == -1)
		fatal(EX_OSERR, "capabilities");
	if (differ)
		fatalx(EX_OSERR, "capabilities are still held");
	cap_free(few);
	cap_free(now);
	if (keep != -1 && cap_set_ambient(keep, CAP_SET) == -1)
		fatal(EX_OSERR, "ambient capabilities");
}

void
confine_rights(uid_t uid, gid_t gid, int net_admin)
{
	cap_value_t keep =
	    net_admin && is_held(CAP_NET_ADMIN) ? CAP_NET_ADMIN : -1;

	confine_limits();
	/* leave the caller's keys; this fails on kernels without keyrings */
	(void)syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
	drop_bounding(keep);
	if (prctl(PR_SET_KEEPCAPS, keep != -1, 0, 0, 0) == -1)
		fatal(EX_OSERR, "keep capabilities");
	if (setgroups(0, NULL) == -1 || setresgid(gid, gid, gid) == -1 ||
	    setresuid(uid, uid, uid) == -1)
		fatal(EX_NOPERM, "cannot become user %u group %u", uid, gid);
	drop_capabilities(keep);
	confine_exec();
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		fatal(EX_OSERR, "dumpable");
}

void
confine_exec(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		fatal(EX_OSERR, "no_new_privs");
}
