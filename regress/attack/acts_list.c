/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The acts.  Each is harmless when it works.  Only a missing right or the
 * filter counts as an obstacle; an act that fails with any other error counts
 * as done.
 */
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <net/if.h>
#include <netinet/in.h>
#include <linux/mroute.h>
#include <linux/mroute6.h>
#include <linux/perf_event.h>
#include <linux/rtnetlink.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "acts.h"

/* On 32-bit machines musl calls it so. */
#ifndef SYS_settimeofday
#define SYS_settimeofday SYS_settimeofday_time32
#endif

int held[32], netlink_fd = -1, pair[2];
int counters[2] = { -1, -1 };
size_t nheld;
const char *conf_path, *run_path, *stream_path, *datagram_path, *below_path;
unsigned int link_index;
pid_t victims[2];
volatile int *caught;

static int
call(const struct act *a)
{
	const long *v = a->args;

	return syscall(a->nr, v[0], v[1], v[2], v[3], v[4], v[5]) == -1 ? -1 :
									  0;
}

/* --- files -----------------------------------------------------------------
 */

static int
try_open(const char *path, int flags)
{
	return open(path, flags, 0600) == -1 ? -1 : 0;
}

/* Other processes share this file description. */
static int
shut_down(const struct act *a)
{
	(void)a;
	return nheld == 0 ? shutdown(pair[0], SHUT_RDWR) :
			    shutdown(held[0], SHUT_RDWR);
}

/* Changes the times of a file of its own user. */
static int
touch_outside(const struct act *a)
{
	struct timespec ts[2] = { { 1, 0 }, { 1, 0 } };

	(void)a;
	return utimensat(AT_FDCWD, stream_path, ts, 0);
}

static int
stat_shadow(const struct act *a)
{
	struct stat st;

	(void)a;
	return stat("/etc/shadow", &st);
}

static int
read_passwd(const struct act *a)
{
	(void)a;
	return try_open("/etc/passwd", O_RDONLY);
}

static int
read_conf(const struct act *a)
{
	(void)a;
	return try_open(conf_path, O_RDONLY);
}

static int
write_conf(const struct act *a)
{
	(void)a;
	return try_open(conf_path, O_WRONLY);
}

static int
beside(char *path, size_t size, const char *of, const char *name)
{
	const char *slash = strrchr(of, '/');

	return snprintf(path, size, "%.*s/%s", (int)(slash - of), of, name);
}

static int
create_beside_conf(const struct act *a)
{
	char path[1024];

	(void)a;
	beside(path, sizeof(path), conf_path, "new");
	return try_open(path, O_WRONLY | O_CREAT);
}

static int
create_in_run(const struct act *a)
{
	char path[1024];

	(void)a;
	beside(path, sizeof(path), run_path, "acts.new");
	if (try_open(path, O_WRONLY | O_CREAT) == -1)
		return -1;
	(void)unlink(path);
	return 0;
}

static int
below(char *path, size_t size, const char *name)
{
	return snprintf(path, size, "%s/%s", below_path, name);
}

static int
create_below(const struct act *a)
{
	char path[1024];
	int fd, reason, rc;

	(void)a;
	below(path, sizeof(path), "new");
	if ((fd = open(path, O_WRONLY | O_CREAT, 0600)) == -1)
		rc = -1;
	else
		rc = write(fd, "x", 1) == 1 ? 0 : -1;
	reason = errno;
	(void)unlink(path);
	errno = reason;
	return rc;
}

/* Opens a file neither for reading nor for writing; musl's O_ACCMODE includes
 * O_PATH. */
#define NEITHER (O_WRONLY | O_RDWR)

/* It may be there although nothing has been opened. */
static int
create_empty_below(const struct act *a)
{
	char path[1024];
	int reason;

	(void)a;
	below(path, sizeof(path), "new");
	if (try_open(path, O_WRONLY | O_CREAT) == -1)
		(void)try_open(path, NEITHER | O_CREAT);
	reason = errno;
	if (unlink(path) == 0)
		return 0;
	errno = reason;
	return -1;
}

static int
write_below(const struct act *a)
{
	char path[1024];
	int fd;

	(void)a;
	below(path, sizeof(path), "other");
	if ((fd = open(path, O_WRONLY)) == -1)
		return -1;
	return write(fd, "x", 1) == 1 ? 0 : -1;
}

/* Such a descriptor needs fewer rights. */
static int
truncate_below(const struct act *a)
{
	char path[1024];

	(void)a;
	below(path, sizeof(path), "other");
	return try_open(path, NEITHER | O_TRUNC);
}

static int
remove_below(const struct act *a)
{
	char path[1024];

	(void)a;
	below(path, sizeof(path), "other");
	return unlink(path);
}

static int
rename_below(const struct act *a)
{
	char path[1024], to[1024];

	(void)a;
	below(path, sizeof(path), "victim");
	below(to, sizeof(to), "renamed");
	return rename(path, to);
}

static int
create_in_root(const struct act *a)
{
	(void)a;
	if (try_open("/acts.new", O_WRONLY | O_CREAT) == -1)
		return -1;
	(void)unlink("/acts.new");
	return 0;
}

static int
make_dir_in_run(const struct act *a)
{
	char path[1024];

	(void)a;
	beside(path, sizeof(path), run_path, "acts.dir");
	if (mkdir(path, 0700) == -1)
		return -1;
	(void)rmdir(path);
	return 0;
}

static int
make_link_in_run(const struct act *a)
{
	char path[1024];

	(void)a;
	beside(path, sizeof(path), run_path, "acts.link");
	if (symlink("/etc/passwd", path) == -1)
		return -1;
	(void)unlink(path);
	return 0;
}

static int
remove_stream(const struct act *a)
{
	(void)a;
	return unlink(stream_path);
}

static int
change_mode(const struct act *a)
{
	(void)a;
	return chmod(conf_path, 0600);
}

static int
open_by_handle(const struct act *a)
{
	struct {
		unsigned int bytes;
		int type;
		unsigned char handle[8];
	} h = { .bytes = 8, .type = 1 };

	return syscall(a->nr, AT_FDCWD, &h, O_RDONLY) == -1 ? -1 : 0;
}

static int
own_memory(const struct act *a)
{
	(void)a;
	return try_open("/proc/self/mem", O_RDWR);
}

static int
execute(const struct act *a)
{
	char *const argv[] = { "true", NULL };

	(void)a;
	return execve("/bin/true", argv, argv + 1);
}

/* --- the network -----------------------------------------------------------
 */

static int
connect_unix(const char *path, int type)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd;

	strcpy(sun.sun_path, path);
	if ((fd = socket(AF_UNIX, type, 0)) == -1)
		return -1;
	return connect(fd, (struct sockaddr *)&sun, sizeof(sun));
}

static int
connect_stream(const struct act *a)
{
	(void)a;
	return connect_unix(stream_path, SOCK_STREAM);
}

static int
connect_datagram(const struct act *a)
{
	(void)a;
	return connect_unix(datagram_path, SOCK_DGRAM);
}

static int
connect_tcp(const struct act *a)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd;

	(void)a;
	if ((fd = socket(AF_INET, SOCK_STREAM, 0)) == -1)
		return -1;
	return connect(fd, (struct sockaddr *)&sin, sizeof(sin)) == -1 &&
		errno != ECONNREFUSED ?
	    -1 :
	    0;
}

static int
send_udp(const struct act *a)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd;

	(void)a;
	if ((fd = socket(AF_INET, SOCK_DGRAM, 0)) == -1)
		return -1;
	return sendto(fd, "x", 1, 0, (struct sockaddr *)&sin, sizeof(sin)) ==
		1 ?
	    0 :
	    -1;
}

static int
bind_port(const struct act *a)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_port = htons(67) };
	int fd;

	(void)a;
	if ((fd = socket(AF_INET, SOCK_DGRAM, 0)) == -1)
		return -1;
	return bind(fd, (struct sockaddr *)&sin, sizeof(sin));
}

/* Sends one of the daemon's descriptors to another process. */
static int
give_away(const struct act *a)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	union {
		struct cmsghdr hdr;
		char buf[CMSG_SPACE(sizeof(int))];
	} ctl;
	struct iovec iov = { "x", 1 };
	struct msghdr m = { .msg_name = &sun,
		.msg_namelen = sizeof(sun),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &ctl,
		.msg_controllen = sizeof(ctl) };
	int fd;

	(void)a;
	strcpy(sun.sun_path, datagram_path);
	memset(&ctl, 0, sizeof(ctl));
	ctl.hdr.cmsg_level = SOL_SOCKET;
	ctl.hdr.cmsg_type = SCM_RIGHTS;
	ctl.hdr.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&ctl.hdr), &pair[0], sizeof(int));
	if ((fd = socket(AF_UNIX, SOCK_DGRAM, 0)) == -1)
		return -1;
	return sendmsg(fd, &m, MSG_NOSIGNAL) == -1 ? -1 : 0;
}

/* 0, or -1 with the kernel's answer; a socket of its own where none is held. */
static int
ask_netlink(int type, void *body, size_t len)
{
	struct {
		struct nlmsghdr h;
		char body[64];
	} q;
	struct {
		struct nlmsghdr h;
		struct nlmsgerr e;
		char rest[256];
	} r;
	int fd = netlink_fd;

	if (fd == -1 &&
	    (fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)) == -1)
		return -1;
	memset(&q, 0, sizeof(q));
	q.h.nlmsg_type = type;
	q.h.nlmsg_len = NLMSG_LENGTH(len);
	q.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE;
	memcpy(q.body, body, len);
	if (sendto(fd, &q, q.h.nlmsg_len, 0, NULL, 0) == -1 ||
	    recv(fd, &r, sizeof(r), 0) == -1)
		return -1;
	errno = -r.e.error;
	return errno == 0 ? 0 : -1;
}

static int
change_route(const struct act *a)
{
	struct rtmsg rt = { .rtm_family = AF_INET,
		.rtm_table = 99,
		.rtm_type = RTN_BLACKHOLE };

	(void)a;
	return ask_netlink(RTM_NEWROUTE, &rt, sizeof(rt));
}

static int
change_link(const struct act *a)
{
	struct ifinfomsg ifi = { .ifi_index = 1, .ifi_change = IFF_DEBUG };

	(void)a;
	return ask_netlink(RTM_NEWLINK, &ifi, sizeof(ifi));
}

/* Sets an option on each descriptor that the process holds; a process without
 * one tries to open a socket. */
static int
option_everywhere(int level, int name, const void *value, socklen_t len)
{
	int fd, reason = EPERM;
	size_t i;

	if (nheld == 0) {
		fd = level == SOL_SOCKET ?
		    socket(AF_INET, SOCK_DGRAM, 0) :
		    socket(AF_INET, SOCK_RAW, IPPROTO_IGMP);
		return fd == -1 ? -1 : setsockopt(fd, level, name, value, len);
	}
	for (i = 0; i < nheld; i++) {
		if (setsockopt(held[i], level, name, value, len) == 0)
			return 0;
		if (errno != ENOTSOCK && errno != ENOPROTOOPT &&
		    errno != EOPNOTSUPP)
			reason = errno;
	}
	errno = reason;
	return -1;
}

static int
option_device(const struct act *a)
{
	(void)a;
	return option_everywhere(SOL_SOCKET, SO_BINDTODEVICE, "lo", 3);
}

/* nr: the option; args: its level and value. */
static int
option(const struct act *a)
{
	int value = a->args[1];

	return option_everywhere(a->args[0], a->nr, &value, sizeof(value));
}

static int
add_vif(const struct act *a)
{
	struct vifctl v = { .vifc_vifi = 7,
		.vifc_threshold = 1,
		.vifc_flags = VIFF_USE_IFINDEX,
		.vifc_lcl_ifindex = 1 };

	(void)a;
	return option_everywhere(IPPROTO_IP, MRT_ADD_VIF, &v, sizeof(v));
}

static int
interface_down(const struct act *a)
{
	struct ifreq ifr;
	int fd = nheld > 0 ? held[0] : socket(AF_INET, SOCK_DGRAM, 0);

	(void)a;
	memset(&ifr, 0, sizeof(ifr));
	strcpy(ifr.ifr_name, "lo");
	ifr.ifr_flags = IFF_UP;
	return ioctl(fd, SIOCSIFFLAGS, &ifr);
}

/* --- other processes -------------------------------------------------------
 */

static int
signal_roots(const struct act *a)
{
	(void)a;
	return kill(victims[0], SIGUSR1);
}

static int
signal_users(const struct act *a)
{
	(void)a;
	return kill(victims[1], SIGUSR1);
}

/* A socket that is ready tells its owner, by a signal of one's choice. */
static int
signal_by_socket(pid_t pid)
{
	int n = *caught;

	if (fcntl(pair[0], F_SETOWN, pid) == -1 ||
	    fcntl(pair[0], F_SETSIG, SIGUSR1) == -1 ||
	    fcntl(pair[0], F_SETFL, O_ASYNC | O_NONBLOCK) == -1 ||
	    write(pair[1], "x", 1) == -1)
		return -1;
	(void)poll(NULL, 0, 200);
	errno = EPERM;
	return *caught != n ? 0 : -1;
}

static int
signal_roots_by_socket(const struct act *a)
{
	(void)a;
	return signal_by_socket(victims[0]);
}

static int
signal_users_by_socket(const struct act *a)
{
	(void)a;
	return signal_by_socket(victims[1]);
}

static int
trace(const struct act *a)
{
	(void)a;
	return ptrace(PTRACE_SEIZE, victims[1], NULL, NULL) == -1 ? -1 : 0;
}

static int
write_memory(const struct act *a)
{
	int n = 0;
	struct iovec iov = { &n, sizeof(n) }, remote = iov;

	(void)a;
	return process_vm_writev(victims[1], &iov, 1, &remote, 1, 0) == -1 ?
	    -1 :
	    0;
}

/* Calls whose first argument is a process. */
static int
to_another(const struct act *a)
{
	return syscall(a->nr, victims[1], a->args[0], a->args[1]) == -1 ? -1 :
									  0;
}

static int
limit_other(const struct act *a)
{
	struct rlimit rl = { 64, 64 };

	(void)a;
	return prlimit(victims[1], RLIMIT_NOFILE, &rl, NULL);
}

static int
fork_one(const struct act *a)
{
	pid_t pid = fork();

	(void)a;
	if (pid == 0)
		_exit(0);
	return pid == -1 ? -1 : 0;
}

static int
thread(const struct act *a)
{
	(void)a;
	/* musl's clone(3) makes none; the kernel would say EINVAL to this */
	return syscall(SYS_clone, CLONE_THREAD, NULL, NULL, NULL, NULL);
}

static int
count_events(const struct act *a)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE,
		.size = PERF_ATTR_SIZE_VER0 };

	return syscall(a->nr, &attr, -1, 0, -1, 0) == -1 ? -1 : 0;
}

/* --- oneself -----------------------------------------------------------------
 */

static int
no_groups(const struct act *a)
{
	gid_t g = 0;

	(void)a;
	return setgroups(1, &g);
}

static int
raise_capabilities(const struct act *a)
{
	uint32_t hdr[2] = { 0x20080522, 0 };
	uint32_t data[6] = { 1 << 21, 1 << 21, 0, 0, 0, 0 }; /* SYS_ADMIN */

	(void)a;
	return syscall(SYS_capset, hdr, data);
}

/* args: the limit; nr is not used. */
static int
raise_limit(const struct act *a)
{
	struct rlimit rl = { RLIM_INFINITY, RLIM_INFINITY };

	return setrlimit(a->args[0], &rl);
}

static int
lower_limit(const struct act *a)
{
	struct rlimit rl;

	(void)a;
	if (getrlimit(RLIMIT_NOFILE, &rl) == -1)
		return -1;
	rl.rlim_cur = rl.rlim_cur > 64 ? rl.rlim_cur - 1 : rl.rlim_cur;
	return setrlimit(RLIMIT_NOFILE, &rl);
}

static int
read_limit(const struct act *a)
{
	struct rlimit rl;

	(void)a;
	return getrlimit(RLIMIT_NOFILE, &rl);
}

static int
executable_memory(const struct act *a)
{
	(void)a;
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ?
	    -1 :
	    0;
}

static int
memory_to_code(const struct act *a)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)a;
	return p == MAP_FAILED ? -1 : mprotect(p, 4096, PROT_READ | PROT_EXEC);
}

#ifdef __x86_64__
/* getpid(2) by the numbers of 32-bit programs. */
static int
call_32_bit(const struct act *a)
{
	int n;

	(void)a;
	__asm__ volatile("int $0x80"
			 : "=a"(n)
			 : "a"(20)
			 : "memory", "r8", "r9", "r10", "r11");
	errno = ENOSYS;
	return n < 0 ? -1 : 0;
}
#endif

/* --- what follows on a call that is forbidden ------------------------------
 */

static sigjmp_buf back;

static void
do_not_return(int priority, const char *line)
{
	(void)priority;
	(void)line;
	siglongjmp(back, 1);
}

/* Makes the call, and goes on after the filter has ended it: the log line of
 * the violation jumps back here. */
static int
outlive_by_log(const struct act *a)
{
	log_setsink(do_not_return);
	return sigsetjmp(back, 1) == 0 ? call(a) : 0;
}

static int
outlive_by_mask(const struct act *a)
{
	sigset_t set;

	sigfillset(&set);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		return -1;
	return call(a);
}

#define CALL(number) call, SYS_##number

/* Roles that common/sandbox_linux.c gives more when there is a sanitizer. */
#ifdef SANITIZED
#define SANITIZERS (ENGINE | CONTROL | NURSERY | PARENT | READER)
#else
#define SANITIZERS 0
#endif

/*
 * The roles that may do an act, and why:
 *
 * The reader reads the directory of the configuration, as more may be included
 * at the next reload, and can look at the attributes of any file.
 *
 * The parent removes files beside its pid file and its socket.  It works its
 * own mroute sockets: MRT_ADD_VIF is a verb.  It reaches datagram
 * sockets of this machine, because syslogd may be started anew, and so it can
 * send a descriptor there.  What Landlock lets it remove beside those it can
 * remove below them, too.
 *
 * The engine joins groups on sockets that could send a datagram as well.
 *
 * The parent's raw sockets would send any message of IGMP and ICMPv6.  (So
 * could the engine when it has those of router discovery.)
 *
 * The nursery forks, and kills, by the kernel's rules only processes of its own
 * user; it needs what its children need before they have a filter of their
 * own: netlink sockets, setrlimit, prctl.  It reads nothing that is not the
 * parent's.
 *
 * The hook executes the administrator's command as root with CAP_NET_ADMIN,
 * which may need anything that it was written to do.  It has no filter, holds
 * nothing of ours, and reads nothing but addresses.
 *
 * What passes the filter is the kernel's to refuse: which file it is that the
 * reader opens (Landlock), and whether it is a question or an order that the
 * engine has for netlink (capabilities); which limit the nursery raises, and
 * whom it kills (both).  Limits that were infinite are no more than before. Who
 * holds no raw socket, or none of that protocol, may make the call that sends,
 * and has nothing to send from.
 */
#define HOLD_NONE PASSES(CONTROL | NURSERY | ENGINE | READER)

const struct act acts[] = {
	{ "read /etc/passwd", HOOK | PASSES(READER), read_passwd, 0, { 0 } },
	{ "read the configuration", READER | HOOK, read_conf, 0, { 0 } },
	{ "write to the configuration", HOOK, write_conf, 0, { 0 } },
	{ "create a file beside it", HOOK, create_beside_conf, 0, { 0 } },
	{ "change its mode", HOOK, change_mode, 0, { 0 } },
	{ "create a file in RUNDIR", HOOK, create_in_run, 0, { 0 } },
	{ "create a directory there", HOOK, make_dir_in_run, 0, { 0 } },
	{ "create a link there", HOOK, make_link_in_run, 0, { 0 } },
	{ "create a file below RUNDIR", HOOK, create_below, 0, { 0 } },
	{ "create an empty one", HOOK, create_empty_below, 0, { 0 } },
	{ "overwrite one", HOOK, write_below, 0, { 0 } },
	{ "truncate one", HOOK, truncate_below, 0, { 0 } },
	{ "remove one", PARENT | HOOK, remove_below, 0, { 0 } },
	{ "rename one", HOOK, rename_below, 0, { 0 } },
	{ "create a file in /", HOOK, create_in_root, 0, { 0 } },
	{ "open one's memory as a file", HOOK, own_memory, 0, { 0 } },
	{ "open a file by its handle", 0, open_by_handle, SYS_open_by_handle_at,
	    { 0 } },

	{ "look at /etc/shadow", READER | HOOK | PASSES(ENGINE | NURSERY),
	    stat_shadow, 0, { 0 } },
	{ "set the times of a file", HOOK, touch_outside, 0, { 0 } },
	{ "shut a shared socket down", HOOK, shut_down, 0, { 0 } },
	{ "connect to a stream socket", HOOK | PASSES(PARENT), connect_stream,
	    0, { 0 } },
	{ "connect to a datagram socket", PARENT | HOOK, connect_datagram, 0,
	    { 0 } },
	{ "send a descriptor there", PARENT | HOOK, give_away, 0, { 0 } },
	{ "remove another's socket", HOOK | PASSES(PARENT), remove_stream, 0,
	    { 0 } },
	{ "connect by TCP", HOOK, connect_tcp, 0, { 0 } },
	{ "send a datagram by UDP", ENGINE | NURSERY | HOOK, send_udp, 0,
	    { 0 } },
	{ "bind to port 67", PASSES(NURSERY), bind_port, 0, { 0 } },
	{ "raw socket", 0, CALL(socket), { AF_INET, SOCK_RAW, IPPROTO_IGMP } },
	{ "raw socket, IPv6", 0, CALL(socket),
	    { AF_INET6, SOCK_RAW, IPPROTO_ICMPV6 } },
	{ "send a router advertisement", PARENT | HOLD_NONE,
	    send_router_advertisement, 0, { 0 } },
	{ "send an IGMP query", PARENT | HOLD_NONE, send_igmp_query, 0, { 0 } },
	{ "ping socket", HOOK, CALL(socket),
	    { AF_INET, SOCK_DGRAM, IPPROTO_ICMP } },
	{ "ping socket, IPv6", HOOK, CALL(socket),
	    { AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6 } },
	{ "UDP-Lite socket", HOOK, CALL(socket),
	    { AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE } },
	{ "UDP-Lite socket, IPv6", HOOK, CALL(socket),
	    { AF_INET6, SOCK_DGRAM, IPPROTO_UDPLITE } },
	{ "packet socket", 0, CALL(socket), { AF_PACKET, SOCK_DGRAM, 0 } },
	{ "netlink socket", NURSERY | HOOK, CALL(socket),
	    { AF_NETLINK, SOCK_RAW, NETLINK_ROUTE } },
	{ "add a route", HOOK | PASSES(ENGINE | NURSERY), change_route, 0,
	    { 0 } },
	{ "change a link", HOOK | PASSES(ENGINE | NURSERY), change_link, 0,
	    { 0 } },
	{ "set an interface down", HOOK, interface_down, 0, { 0 } },
	{ "bind to a device", HOOK, option_device, 0, { 0 } },
	{ "mark packets", HOOK, option, SO_MARK, { SOL_SOCKET, 1 } },
	{ "write IP headers", 0, option, IP_HDRINCL, { IPPROTO_IP, 1 } },
	{ "MRT_INIT", 0, option, MRT_INIT, { IPPROTO_IP, 1 } },
	{ "MRT_DONE", 0, option, MRT_DONE, { IPPROTO_IP, 1 } },
	{ "MRT_TABLE", 0, option, MRT_TABLE, { IPPROTO_IP, 7 } },
	{ "MRT_FLUSH", 0, option, MRT_FLUSH, { IPPROTO_IP, MRT_FLUSH_MFC } },
	{ "MRT_ADD_VIF", PARENT, add_vif, 0, { 0 } },
	{ "MRT6_INIT", 0, option, MRT6_INIT, { IPPROTO_IPV6, 1 } },
	{ "MRT6_DONE", 0, option, MRT6_DONE, { IPPROTO_IPV6, 1 } },
	{ "MRT6_TABLE", 0, option, MRT6_TABLE, { IPPROTO_IPV6, 7 } },

	{ "signal a process of root", HOOK | PASSES(NURSERY), signal_roots, 0,
	    { 0 } },
	{ "signal an engine or control", NURSERY, signal_users, 0, { 0 } },
	{ "signal root's by a socket", HOOK, signal_roots_by_socket, 0, { 0 } },
	{ "signal an engine by a socket", HOOK, signal_users_by_socket, 0,
	    { 0 } },
	{ "ptrace another", 0, trace, 0, { 0 } },
	{ "write another's memory", 0, write_memory, 0, { 0 } },
	{ "get hold of another", HOOK, to_another, SYS_pidfd_open, { 0 } },
	{ "signal its thread", 0, to_another, SYS_tkill, { SIGUSR1 } },
	{ "stop it by its priority", 0, to_another, SYS_sched_setscheduler,
	    { SCHED_FIFO, (long)(uintptr_t) "\1\0\0" } },
	{ "limit another", 0, limit_other, 0, { 0 } },
	{ "fork", NURSERY | HOOK, fork_one, 0, { 0 } },
	{ "thread", HOOK, thread, 0, { 0 } },
	{ "execve", HOOK, execute, 0, { 0 } },
	{ "file to execute in memory", HOOK, CALL(memfd_create),
	    { (long)(uintptr_t) "x", 0 } },

	{ "clone into a new user namespace", HOOK, CALL(clone),
	    { CLONE_NEWUSER | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0 } },
	{ "new user namespace", HOOK, CALL(unshare), { CLONE_NEWUSER } },
	{ "new network namespace", 0, CALL(unshare), { CLONE_NEWNET } },
	{ "new mount namespace", 0, CALL(unshare), { CLONE_NEWNS } },
	{ "chroot", 0, CALL(chroot), { (long)(uintptr_t) "/" } },
	{ "mount", 0, CALL(mount),
	    { (long)(uintptr_t) "none", (long)(uintptr_t) "/",
		(long)(uintptr_t) "tmpfs", MS_RDONLY, 0 } },
	{ "umount", 0, CALL(umount2), { (long)(uintptr_t) "/", 0 } },

	{ "setuid(1)", 0, CALL(setuid), { 1 } },
	{ "setresuid(1, 1, 1)", 0, CALL(setresuid), { 1, 1, 1 } },
	{ "setgid(1)", 0, CALL(setgid), { 1 } },
	{ "setgroups", 0, no_groups, 0, { 0 } },
	{ "capset", 0, raise_capabilities, 0, { 0 } },
	{ "dumpable", NURSERY | HOOK, CALL(prctl), { PR_SET_DUMPABLE, 1 } },
	{ "core dumps", PASSES(NURSERY), raise_limit, 0, { RLIMIT_CORE } },
	{ "more processes", NURSERY | HOOK | PASSES(NURSERY), raise_limit, 0,
	    { RLIMIT_NPROC } },
	{ "larger files", HOOK | PASSES(NURSERY), raise_limit, 0,
	    { RLIMIT_FSIZE } },
	{ "more descriptors", PASSES(NURSERY), raise_limit, 0,
	    { RLIMIT_NOFILE } },
	{ "lower one's limits", NURSERY | HOOK, lower_limit, 0, { 0 } },
	{ "read them", ENGINE | CONTROL | NURSERY | PARENT | HOOK, read_limit,
	    0, { 0 } },
	{ "personality", HOOK | SANITIZERS, CALL(personality), { 0 } },

	{ "memory to execute", HOOK, executable_memory, 0, { 0 } },
	{ "memory made executable", HOOK, memory_to_code, 0, { 0 } },
	{ "... by a key", HOOK, CALL(pkey_mprotect), { 0, 0, 4, -1 } },
#ifdef __x86_64__
	{ "call of a 32-bit program", HOOK, call_32_bit, 0, { 0 } },
	{ "call by an x32 number", 0, call, 0x40000000 | SYS_getpid, { 0 } },
#endif
	{ "bpf", HOOK, CALL(bpf), { 5, 0, 0 } },
	{ "perf_event_open", HOOK, count_events, SYS_perf_event_open, { 0 } },
	{ "keyctl", HOOK, CALL(keyctl), { 0, -3, 0 } },
	{ "io_uring_setup", HOOK, CALL(io_uring_setup), { 1, 0 } },
	{ "userfaultfd", HOOK, CALL(userfaultfd), { 1 } },
	{ "fanotify_init", 0, CALL(fanotify_init), { 0, 0 } },
	{ "init_module", 0, CALL(init_module), { 0, 0, 0 } },
	{ "kexec_load", 0, CALL(kexec_load), { 0, 0, 0, 0 } },
	{ "reboot", 0, CALL(reboot), { 0, 0, 0, 0 } },
	{ "settimeofday", 0, CALL(settimeofday), { 0, 0 } },
	{ "sethostname", 0, CALL(sethostname), { 0, -1 } },
	{ "read the kernel's log", 0, CALL(syslog), { 2, 0, 0 } },
	{ "swapon", 0, CALL(swapon), { 0, 0 } },
	{ "acct", 0, CALL(acct), { (long)(uintptr_t) "/nowhere" } },
	/* a call that is forbidden, and what could hide it */
	{ "outlive acct by another log", 0, outlive_by_log, SYS_acct,
	    { (long)(uintptr_t) "/nowhere" } },
	{ "outlive acct by a signal mask", 0, outlive_by_mask, SYS_acct,
	    { (long)(uintptr_t) "/nowhere" } },
};

const size_t nacts = sizeof(acts) / sizeof(acts[0]);
