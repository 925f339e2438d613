/*
 * Giving up rights on Linux: capabilities, no_new_privs, chroot, limits.
 */
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <linux/keyctl.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sysexits.h>
#include <unistd.h>

#include "confine.h"
#include "log.h"

static void
limit(int what, rlim_t n)
{
	struct rlimit rl;

	rl.rlim_cur = rl.rlim_max = n;
	if (setrlimit(what, &rl) == -1)
		fatal(EX_OSERR, "setrlimit");
}

/* An executable can give nothing back that the bounding set has not. */
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

/* keep: -1, or the one to be left. */
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

/* As many descriptors as the system lets us have: group joins need them, and a
 * configuration of many files. */
static void
raise_nofile(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == -1)
		return;
	rl.rlim_cur = rl.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &rl);
}

void
confine_rights(uid_t uid, gid_t gid, int net_admin)
{
	cap_value_t keep =
	    net_admin && is_held(CAP_NET_ADMIN) ? CAP_NET_ADMIN : -1;

	raise_nofile();
	/* keys of whoever started us; fails where there are no keyrings */
	(void)syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
	drop_bounding(keep);
	if (prctl(PR_SET_KEEPCAPS, keep != -1, 0, 0, 0) == -1)
		fatal(EX_OSERR, "keep capabilities");
	if (setgroups(0, NULL) == -1 || setresgid(gid, gid, gid) == -1 ||
	    setresuid(uid, uid, uid) == -1)
		fatal(EX_NOPERM, "cannot become user %u group %u", uid, gid);
	drop_capabilities(keep);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		fatal(EX_OSERR, "no_new_privs");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		fatal(EX_OSERR, "dumpable");
	limit(RLIMIT_CORE, 0);
}

static void
enter_empty(const char *dir)
{
	struct stat st;

	if (mkdir(dir, 0555) == -1 && errno != EEXIST)
		fatal(EX_OSERR, "%s", dir);
	if (lstat(dir, &st) == -1)
		fatal(EX_OSERR, "%s", dir);
	if (!S_ISDIR(st.st_mode) || st.st_uid != 0 || st.st_mode & 022)
		fatalx(EX_OSERR,
		    "%s must be a directory that only root can write to", dir);
	if (chroot(dir) == -1 || chdir("/") == -1)
		fatal(EX_OSERR, "chroot %s", dir);
}

void
confine_child(const char *user, const char *dir)
{
	struct passwd *pw;

	errno = 0;
	if ((pw = getpwnam(user)) == NULL && errno == ENOMEM)
		fatal(EX_OSERR, "user %s", user);
	if (pw == NULL)
		fatalx(EX_NOUSER, "no user %s", user);
	if (pw->pw_uid == 0)
		fatalx(EX_NOUSER, "user %s must not be root", user);
	enter_empty(dir);
	confine_rights(pw->pw_uid, pw->pw_gid, 0);
	limit(RLIMIT_FSIZE, 0);
}

void
confine_unprivileged(void)
{
	raise_nofile();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		fatal(EX_OSERR, "no_new_privs");
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0);
}

void
confine_files(unsigned int n)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == -1 || rl.rlim_max > n)
		limit(RLIMIT_NOFILE, n);
}

void
confine_nofork(void)
{
	limit(RLIMIT_NPROC, 0);
}
