/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * rogue: stands in for the engine or the control process.
 *
 *	rogue -l ROLE [GROUP]	lists the attacks of a role: NAME OUTCOME
 *	rogue -t SOCKET NAME	tells a stand-in for control what to do
 *	rogue -m BYTES COMMAND	runs it on a machine that has no more memory
 *
 * Otherwise the parent runs it by the name "engine" or "control", confined and
 * filtered as those are.  It behaves well until it is told what to do: the
 * engine by a reload of a configuration whose first line is "# attack NAME",
 * or, at once in each life, by "# always NAME".  It then waits to be ended.
 */
#include <sys/socket.h>
#include <sys/un.h>
#include <net/if.h>
#include <netinet/in.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "common/nursery.h"
#include "common/sandbox.h"
#include "rogue.h"

struct imsgbuf parent, engine = { .fd = -1 };
struct wire_setup setup;
uint32_t ifindex[3];
int odd[ODD_MAX];

static const char *role;
static uint32_t slots[2][MAXVIF];
static char order[64]; /* "attack NAME" */
static int loads, ready, attacked, lfd = -1;

void
put_on(int fd, const void *data, size_t len, const int *fds, size_t nfds)
{
	union {
		struct cmsghdr hdr;
		char buf[CMSG_SPACE(sizeof(int) * 64)];
	} ctl;
	struct iovec iov = { (void *)(uintptr_t)data, len };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	if (nfds > 0) {
		memset(&ctl, 0, sizeof(ctl));
		ctl.hdr.cmsg_level = SOL_SOCKET;
		ctl.hdr.cmsg_type = SCM_RIGHTS;
		ctl.hdr.cmsg_len = CMSG_LEN(nfds * sizeof(int));
		memcpy(CMSG_DATA(&ctl.hdr), fds, nfds * sizeof(int));
		m.msg_control = &ctl;
		m.msg_controllen = CMSG_SPACE(nfds * sizeof(int));
	}
	while (iov.iov_len > 0) {
		n = sendmsg(fd, &m, MSG_NOSIGNAL);
		if (n == -1 && errno == ETOOMANYREFS) {
			/* wait until the parent has read more */
			(void)poll(NULL, 0, 10);
			continue;
		}
		if (n == -1)
			return; /* the parent has hung up, as it should */
		iov.iov_base = (char *)iov.iov_base + n;
		iov.iov_len -= n;
		m.msg_control = NULL;
		m.msg_controllen = 0;
	}
}

void
put(const void *data, size_t len, const int *fds, size_t nfds)
{
	put_on(parent.fd, data, len, fds, nfds);
}

void
put_message(uint32_t type, uint32_t id, int fd, const void *data, size_t len)
{
	static unsigned char buf[2 * MAX_IMSGSIZE];
	struct imsg_hdr h = { .type = type, .peerid = id };

	if (sizeof(h) + len > sizeof(buf))
		fatalx(EX_SOFTWARE, "too much");
	h.len = (sizeof(h) + len) | (fd != -1 ? FD_MARK : 0);
	memcpy(buf, &h, sizeof(h));
	if (len > 0)
		memcpy(buf + sizeof(h), data, len);
	put(buf, sizeof(h) + len, &fd, fd != -1);
}

size_t
put_some(int fd, const void *data, size_t len)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	struct iovec iov = { (void *)(uintptr_t)data, len };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	if (poll(&pfd, 1, 300) < 1)
		return 0;
	/* control's filter does not allow send(2) */
	n = sendmsg(fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
	return n < 0 ? 0 : n;
}

void
put_log(const char *fmt, ...)
{
	char buf[sizeof(int32_t) + LOG_LINE_MAX];
	int32_t priority = LOG_NOTICE;
	va_list ap;
	int n;

	memcpy(buf, &priority, sizeof(priority));
	va_start(ap, fmt);
	n = vsnprintf(buf + sizeof(priority), LOG_LINE_MAX, fmt, ap);
	va_end(ap);
	put_message(IMSG_LOG, 0, -1, buf, sizeof(priority) + n);
}

/* For common/log.c: the last message before the filter ends the process. */
static void
say_log(int priority, const char *line)
{
	(void)priority;
	put_log("%s", line);
}

size_t
count_read(uint32_t type)
{
	struct pollfd pfd = { .fd = parent.fd, .events = POLLIN };
	struct imsg imsg;
	size_t n = 0;

	while (poll(&pfd, 1, 0) == 1 && imsgbuf_read(&parent) == 1)
		while (imsgbuf_get(&parent, &imsg) == 1) {
			n += imsg_get_type(&imsg) == type;
			imsg_free(&imsg);
		}
	return n;
}

int
read_results(size_t n, int *error)
{
	struct pollfd pfd = { .fd = parent.fd, .events = POLLIN };
	struct wire_failed f;
	struct wire_result r;
	struct imsg imsg;
	int failed = 0;

	while (n > 0) {
		if (imsgbuf_get(&parent, &imsg) != 1) {
			if (poll(&pfd, 1, PATIENCE) != 1 ||
			    imsgbuf_read(&parent) != 1)
				return -1;
			continue;
		}
		if (imsg_get_type(&imsg) == IMSG_RESULT &&
		    imsg_get_buf(&imsg, &r, sizeof(r)) == 0) {
			for (; imsg_get_buf(&imsg, &f, sizeof(f)) == 0;
			     failed++)
				if (error != NULL)
					*error = f.error;
			n--;
		}
		imsg_free(&imsg);
	}
	return failed;
}

/* A stand-in that has attacked should be killed; a daemon that ends takes the
 * other processes with it. */
static void __attribute__((noreturn)) parent_gone(void)
{
	while (attacked)
		(void)poll(NULL, 0, -1);
	_exit(0);
}

static int
is_harmless(const struct attack *a)
{
	static const char *const outcomes[] = { LIVES, OK, REFUSED, DENIED };
	size_t i;

	for (i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		if (strcmp(a->outcome, outcomes[i]) == 0)
			return 1;
	return 0;
}

/* A harmless attack ends like a reload. */
static void
attack(const char *name)
{
	const struct wire_ready r = { 0, 0 };
	const struct attack *a;

	if ((a = attack_find(role, name)) == NULL)
		fatalx(EX_SOFTWARE, "no attack %s", name);
	attacked = 1;
	a->f(a);
	if (is_harmless(a)) {
		attacked = 0;
		if (strcmp(role, "engine") == 0)
			put_message(IMSG_READY, 0, -1, &r, sizeof(r));
	}
	put_log("rogue: %s is done", name);
}

/* --- the engine -------------------------------------------------------- */

static void
make_key(struct wire_key *k, int v6)
{
	static const uint8_t s4[] = { 10, 1, 1, 1 }, g4[] = { 225, 1, 1, 1 };
	static const uint8_t s6[16] = { 0x20, 1, 0xd, 0xb8, 0, 1, 0, 1, 0, 0, 0,
		0, 0, 0, 0, 1 };
	static const uint8_t g6[16] = { 0xff, 0xe, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 1, 0, 1 };

	if (v6) {
		addr_from_v6(&k->src, s6);
		addr_from_v6(&k->grp, g6);
	} else {
		addr_from_v4(&k->src, s4);
		addr_from_v4(&k->grp, g4);
	}
}

/* Two slots where they are free, and an entry from the first to the second, of
 * each family. */
static void
work(void)
{
	struct wire_vif v = { .ttl = 1 };
	struct wire_mfc m;
	int v6, i;

	for (v6 = 0; v6 <= 1; v6++) {
		if (!(setup.flags & (v6 ? SETUP_V6 : SETUP_V4)))
			continue;
		for (i = 0; i < 2; i++) {
			v.v6 = v6;
			v.slot = i;
			v.ifindex = ifindex[i];
			if (slots[v6][i] == 0)
				put_message(IMSG_VIF_ADD, 0, -1, &v, sizeof(v));
			slots[v6][i] = v.ifindex;
		}
		memset(&m, 0, sizeof(m));
		make_key(&m.key, v6);
		m.ttls[1] = 1;
		put_message(IMSG_MFC_ADD, 1 + v6, -1, &m, sizeof(m));
	}
}

/* Logs the slots that the parent says are bound. */
static void
say_slots(void)
{
	char text[256];
	size_t n = 0;
	int v6, i;

	text[0] = '\0';
	for (v6 = 0; v6 <= 1; v6++)
		for (i = 0; i < MAXVIF && n < sizeof(text) - 32; i++)
			if (slots[v6][i] != 0)
				n += snprintf(text + n, sizeof(text) - n,
				    " %s%d", v6 ? "v6." : "v4.", i);
	put_log("rogue: %d at your service, slots:%s", getpid(), text);
}

static void
engine_result(struct imsg *imsg)
{
	struct wire_ready r = { 0, 0 };

	if (ready)
		return;
	if (imsg_get_len(imsg) != sizeof(struct wire_result))
		fatalx(EX_SOFTWARE, "an honest verb has failed");
	/* wait for the result of the last verb */
	if (imsg_get_id(imsg) != (setup.flags & SETUP_V6 ? 2 : 1))
		return;
	ready = 1;
	put_message(IMSG_READY, 0, -1, &r, sizeof(r));
	say_slots();
}

static void
engine_config(struct imsg *imsg)
{
	char line[256];
	ssize_t n;
	int fd;

	if ((fd = imsg_get_fd(imsg)) == -1)
		return;
	n = pread(fd, line, sizeof(line) - 1, 0);
	close(fd);
	line[n < 0 ? 0 : n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	snprintf(order, sizeof(order), "%.63s",
	    strncmp(line, "# ", 2) == 0 ? line + 2 : "");
	put_message(IMSG_NEXT, 0, -1, NULL, 0);
}

static void
engine_config_end(void)
{
	struct wire_ready r = { 0, 0 };

	if (strncmp(order, "always ", 7) == 0)
		attack(order + 7);
	else if (loads++ == 0)
		work();
	else if (strncmp(order, "attack ", 7) == 0)
		attack(order + 7);
	else
		put_message(IMSG_READY, 0, -1, &r, sizeof(r));
}

static void
engine_message(struct imsg *imsg)
{
	switch (imsg_get_type(imsg)) {
	case IMSG_VIFS:
		if (imsg_get_data(imsg, slots, sizeof(slots)) == -1)
			fatalx(EX_SOFTWARE, "bad VIFS");
		break;
	case IMSG_CONFIG:
		engine_config(imsg);
		break;
	case IMSG_CONFIG_END:
		engine_config_end();
		break;
	case IMSG_RESULT:
		engine_result(imsg);
		break;
	}
}

/* --- control ----------------------------------------------------------- */

static void
control_socket(struct imsg *imsg)
{
	uint32_t which;
	int fd;

	if (imsg_get_data(imsg, &which, sizeof(which)) == -1 ||
	    (fd = imsg_get_fd(imsg)) == -1)
		return;
	if (which == SOCK_PIPE) {
		if (engine.fd != -1)
			close(engine.fd);
		imsgbuf_clear(&engine);
		engine.fd = fd;
		return;
	}
	lfd = fd;
	put_log("rogue: %d at your service", getpid());
}

/* The test tells it what to do. */
static void
control_accept(void)
{
	char name[64];
	ssize_t n;
	int fd;

	if ((fd = accept4(lfd, NULL, NULL, SOCK_CLOEXEC)) == -1)
		return;
	n = read(fd, name, sizeof(name) - 1);
	close(fd);
	if (n < 1)
		return;
	name[n] = '\0';
	attack(name);
}

/* --- a life ------------------------------------------------------------- */

static void
message(struct imsg *imsg)
{
	switch (imsg_get_type(imsg)) {
	case IMSG_SETUP:
		if (imsg_get_data(imsg, &setup, sizeof(setup)) == -1)
			fatalx(EX_SOFTWARE, "bad SETUP");
		break;
	case IMSG_ALIVE:
		if (!attacked)
			put_message(IMSG_ALIVE, 0, -1, NULL, 0);
		break;
	case IMSG_SOCKET:
		if (strcmp(role, "control") == 0)
			control_socket(imsg);
		break;
	default:
		if (strcmp(role, "engine") == 0)
			engine_message(imsg);
	}
}

static void __attribute__((noreturn)) live(void)
{
	struct pollfd pfd[2] = { { .fd = parent.fd, .events = POLLIN },
		{ .fd = -1, .events = POLLIN } };
	struct imsg imsg;
	int n;

	for (;;) {
		while ((n = imsgbuf_get(&parent, &imsg)) == 1) {
			message(&imsg);
			imsg_free(&imsg);
		}
		pfd[1].fd = lfd;
		if (poll(pfd, 2, -1) == -1)
			continue;
		if (pfd[0].revents && imsgbuf_read(&parent) != 1)
			parent_gone();
		/* first read what the parent sends */
		if (pfd[1].revents && !pfd[0].revents)
			control_accept();
	}
}

/* while it is root and not confined */
static void
collect(void)
{
	int pair[2];

	ifindex[0] = if_nametoindex("r0");
	ifindex[1] = if_nametoindex("r1");
	ifindex[2] = if_nametoindex("r2");
	odd[ODD_UDP] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	odd[ODD_UDP6] = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	odd[ODD_TCP] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	odd[ODD_UNIX_DGRAM] = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	odd[ODD_NETLINK] = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
	odd[ODD_PACKET] = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	odd[ODD_RAW] = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_IGMP);
	odd[ODD_NULL] = open("/dev/null", O_RDWR | O_CLOEXEC);
	odd[ODD_DIR] = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	odd[ODD_UNIX] = odd[ODD_PIPE] = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0)
		odd[ODD_UNIX] = pair[0];
	if (pipe2(pair, O_CLOEXEC) == 0)
		odd[ODD_PIPE] = pair[0];
}

static int
tell(const char *path, const char *name)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(sun.sun_path))
		errx(EX_USAGE, "%s: too long", path);
	strcpy(sun.sun_path, path);
	if ((fd = socket(AF_UNIX, SOCK_STREAM, 0)) == -1 ||
	    connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1 ||
	    write(fd, name, strlen(name)) == -1)
		err(EX_UNAVAILABLE, "%s", path);
	return 0;
}

int
main(int argc, char **argv)
{
	int fd;

	if (argc > 2 && strcmp(argv[1], "-l") == 0) {
		attacks_make();
		attacks_list(argv[2], argv[3]);
		return 0;
	}
	if (argc == 4 && strcmp(argv[1], "-t") == 0)
		return tell(argv[2], argv[3]);
	if (argc > 3 && strcmp(argv[1], "-m") == 0)
		return small_machine(strtoul(argv[2], NULL, 10), argv + 3);
	role = argv[0];
	collect();
	attacks_make();
	fd = nursery(role, argc, argv);
	if (imsgbuf_init(&parent, fd) == -1)
		_exit(EX_OSERR);
	imsgbuf_allow_fdpass(&parent);
	log_init(LOG_TO_SINK, "smcrouted", role);
	log_setsink(say_log);
	sandbox_enter(
	    strcmp(role, "engine") == 0 ? SANDBOX_ENGINE : SANDBOX_CONTROL);
	live();
}
