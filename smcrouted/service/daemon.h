/*
 * How a daemon appears to the system: paths, detaching, pid file, socket.
 */
#ifndef DAEMON_H
#define DAEMON_H

#include <sys/types.h>

/*
 * An absolute path of name: as it is, or in dir when it has no slash (with the
 * ending), else from the working directory.  dir NULL: always from there.
 * Allocated; exits on error.
 */
char *daemon_path(const char *dir, const char *name, const char *ending);

/*
 * The first to call: closes descriptors that came from who knows where, and
 * exits with 64 when ident is not good as a part of file names.
 * Log lines go to stderr in the foreground, to syslog with the tag ident when
 * syslog is set, to both in the background (until ready).  Exits with 64 when
 * there is no such level; NULL: notice.
 */
void daemon_log(int foreground, int syslog, const char *ident,
    const char *level);

/* USER[:GROUP] to ids (or NULL); exits with 67 when there is no such. */
void daemon_user(const char *, uid_t *, gid_t *);

/* Calls f for SIGHUP, SIGINT and SIGTERM, and after seconds, if not 0, with 0;
 * other signals are ignored. */
void daemon_signals(void (*f)(int), unsigned int seconds);

/* A listening unix socket at path, of mode 0660.  Exits with 69 when another
 * daemon listens there. */
int daemon_listen(const char *path, uid_t, gid_t);

/*
 * Goes to the background unless foreground; the process that was started waits
 * for daemon_ready() and exits with the daemon's code otherwise.  pidfile will
 * belong to uid; when that is not ours, a child waits and writes it as root.
 */
void daemon_start(int foreground, const char *pidfile, uid_t);

/* Writes the pid file at the first call, renews its time stamp later.  -1:
 * there is no writing it. */
int daemon_ready(void);

/* Removes the pid file, if it is ours. */
void daemon_end(void);

#endif
