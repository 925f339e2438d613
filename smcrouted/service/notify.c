/*
 * What a service manager is told.
 */
#include <sys/socket.h>
#include <sys/un.h>
#include <event.h>
#include <stddef.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../common/log.h"
#include "notify.h"
#include "role.h"

static int manager = -1;
static struct event watchdog;
static struct timeval interval;

/* What is overdue we see to ourselves; if that is of no use, the manager does.
 */
static void
bark(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	if (role_is_well(arg))
		notify("WATCHDOG=1");
	role_expect(arg);
	evtimer_add(&watchdog, &interval);
}

/* Twice in the time that the manager gives us, if it means this process. */
static void
watchdog_start(struct role *engine)
{
	const char *usec = getenv("WATCHDOG_USEC"), *errstr;
	const char *pid = getenv("WATCHDOG_PID");
	long long n;

	if (usec == NULL ||
	    (pid != NULL && strtonum(pid, 1, INT32_MAX, &errstr) != getpid()))
		return;
	n = strtonum(usec, 2, INT64_MAX, &errstr) / 2;
	if (n == 0)
		return;
	interval.tv_sec = n / 1000000;
	interval.tv_usec = n % 1000000;
	evtimer_set(&watchdog, bark, engine);
	evtimer_add(&watchdog, &interval);
}

void
notify_open(struct role *engine)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	size_t len = path != NULL ? strlen(path) : 0;

	if (len == 0)
		return;
	/* '@': a name that is in no file system */
	if (len >= sizeof(sun.sun_path) || strchr("/@", path[0]) == NULL) {
		log_warnx("NOTIFY_SOCKET=%s: not understood", path);
		return;
	}
	memcpy(sun.sun_path, path, len);
	if (path[0] == '@')
		sun.sun_path[0] = '\0';
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (manager == -1 ||
	    connect(manager, (struct sockaddr *)&sun,
		offsetof(struct sockaddr_un, sun_path) + len) == -1) {
		log_warn("NOTIFY_SOCKET=%s", path);
		return;
	}
	watchdog_start(engine);
}

void
notify(const char *fmt, ...)
{
	char text[512];
	va_list ap;
	int n;

	if (manager == -1)
		return;
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0 || n >= (int)sizeof(text) ||
	    send(manager, text, n, MSG_NOSIGNAL) == -1)
		log_debug("the service manager was not told: %s", text);
}
