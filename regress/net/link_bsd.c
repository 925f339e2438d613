/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Raw access to interfaces by bpf(4), one descriptor for each.  A process that
 * has entered a vnet jail cannot leave it again, so a child enters the jail,
 * opens everything there and passes it on.
 */
#include <sys/param.h>
#include <sys/event.h>
#include <sys/ioctl.h>
#include <sys/jail.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <sys/wait.h>
#include <net/bpf.h>
#include <net/if.h>
#include <netinet/in.h>
#include <errno.h>
#include <fcntl.h>
#include <jail.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ether.h"
#include "link.h"

#define SETS  8	 /* calls of link_open() */
#define PORTS 64 /* interfaces of one namespace */
#define BUF   (256 << 10)

/* An interface that is open. */
struct port {
	int fd;
	int ifindex;
	u_int lost;
	uint8_t *buf; /* frames that were read */
	size_t len, at;
};

/* What link_open() has opened; its descriptor is the kqueue. */
static struct set {
	int kq;
	int sock; /* made in the namespace, to ask about its interfaces */
	size_t n, next;
	struct port ports[PORTS];
} sets[SETS];

static struct set *
set_of(int kq)
{
	struct set *s;

	for (s = sets; s < sets + SETS; s++)
		if (s->n != 0 && s->kq == kq)
			return s;
	return NULL;
}

/* Takes frames of one Ethernet type (0: all) that come in. */
static int
filter(int fd, int type)
{
	struct bpf_insn one[] = {
		BPF_STMT(BPF_LD + BPF_H + BPF_ABS, 12),
		BPF_JUMP(BPF_JMP + BPF_JEQ + BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET + BPF_K, (u_int)-1),
		BPF_STMT(BPF_RET + BPF_K, 0),
	};
	struct bpf_program p = { 4, one };

	one[1].k = (u_int)type;
	return type == 0 ? 0 : ioctl(fd, BIOCSETF, &p);
}

static int
port_open(const char *ifname, int type)
{
	u_int on = 1, in = BPF_D_IN, size = BUF;
	struct ifreq ifr;
	int fd;

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, ifname, sizeof(ifr.ifr_name));
	if ((fd = open("/dev/bpf", O_RDWR | O_CLOEXEC | O_NONBLOCK)) == -1)
		return -1;
	if (ioctl(fd, BIOCSBLEN, &size) == -1 || filter(fd, type) == -1 ||
	    ioctl(fd, BIOCSDIRECTION, &in) == -1 ||
	    ioctl(fd, BIOCIMMEDIATE, &on) == -1 ||
	    ioctl(fd, BIOCSHDRCMPLT, &on) == -1 ||
	    ioctl(fd, BIOCSETIF, &ifr) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

static int
fd_send(int to, int fd, int number)
{
	union {
		struct cmsghdr hdr;
		char buf[CMSG_SPACE(sizeof(int))];
	} c;
	struct iovec iov = { &number, sizeof(number) };
	struct msghdr m;

	memset(&m, 0, sizeof(m));
	memset(&c, 0, sizeof(c));
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	m.msg_control = &c;
	m.msg_controllen = sizeof(c.buf);
	c.hdr.cmsg_len = CMSG_LEN(sizeof(int));
	c.hdr.cmsg_level = SOL_SOCKET;
	c.hdr.cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(&c.hdr), &fd, sizeof(fd));
	return sendmsg(to, &m, 0) == -1 ? -1 : 0;
}

/* The descriptor and its number, or -1. */
static int
fd_receive(int from, int *number)
{
	union {
		struct cmsghdr hdr;
		char buf[CMSG_SPACE(sizeof(int))];
	} c;
	struct iovec iov = { number, sizeof(*number) };
	struct msghdr m;
	int fd;

	memset(&m, 0, sizeof(m));
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	m.msg_control = &c;
	m.msg_controllen = sizeof(c.buf);
	if (recvmsg(from, &m, MSG_CMSG_CLOEXEC) <= 0 ||
	    CMSG_FIRSTHDR(&m) == NULL)
		return -1;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	return fd;
}

/* In the child: a socket and every interface that is up. */
static void
pass_on(int to, const char *ns, int type)
{
	struct if_nameindex *all, *i;
	int fd, jid;

	if (ns != NULL &&
	    ((jid = jail_getid(ns)) == -1 || jail_attach(jid) == -1))
		_exit(1);
	if ((fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) == -1 ||
	    fd_send(to, fd, 0) == -1 || (all = if_nameindex()) == NULL)
		_exit(1);
	for (i = all; i->if_index != 0; i++)
		if (strncmp(i->if_name, "lo", 2) != 0 &&
		    (fd = port_open(i->if_name, type)) != -1) {
			if (fd_send(to, fd, (int)i->if_index) == -1)
				_exit(1);
			close(fd);
		}
	_exit(0);
}

static int
take(struct set *s, int from)
{
	struct kevent ev;
	struct port *p;
	int fd, number;

	if ((s->sock = fd_receive(from, &number)) == -1)
		return -1;
	while (s->n < PORTS && (fd = fd_receive(from, &number)) != -1) {
		p = &s->ports[s->n++];
		memset(p, 0, sizeof(*p));
		p->fd = fd;
		p->ifindex = number;
		EV_SET(&ev, fd, EVFILT_READ, EV_ADD, 0, 0, NULL);
		if ((p->buf = malloc(BUF)) == NULL ||
		    kevent(s->kq, &ev, 1, NULL, 0, NULL) == -1)
			return -1;
	}
	return 0;
}

int
link_open(const char *ns, int type)
{
	struct set *s;
	int pair[2], status;
	pid_t pid;

	for (s = sets; s < sets + SETS && s->n != 0; s++)
		;
	errno = EMFILE;
	if (s == sets + SETS ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == -1 ||
	    (s->kq = kqueue()) == -1 || (pid = fork()) == -1)
		return -1;
	if (pid == 0) {
		close(pair[0]);
		pass_on(pair[1], ns, type);
	}
	close(pair[1]);
	status = take(s, pair[0]);
	close(pair[0]);
	waitpid(pid, NULL, 0);
	errno = ENOENT;
	return status == -1 || s->n == 0 ? -1 : s->kq;
}

static int
ask(int kq, unsigned long what, struct ifreq *ifr)
{
	const struct set *s = set_of(kq);

	return s == NULL ? -1 : ioctl(s->sock, what, ifr);
}

int
link_index(int kq, const char *ifname)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, ifname, sizeof(ifr.ifr_name));
	return ask(kq, SIOCGIFINDEX, &ifr) == -1 ? 0 : ifr.ifr_index;
}

const char *
link_name(int kq, int ifindex, char *buf)
{
	const struct set *s = set_of(kq);
	struct ifreq ifr;
	size_t i;

	strlcpy(buf, "?", IF_NAMESIZE);
	for (i = 0; s != NULL && i < s->n; i++)
		if (s->ports[i].ifindex == ifindex &&
		    ioctl(s->ports[i].fd, BIOCGETIF, &ifr) == 0)
			strlcpy(buf, ifr.ifr_name, IF_NAMESIZE);
	return buf;
}

int
link_running(int kq, const char *ifname)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, ifname, sizeof(ifr.ifr_name));
	return ask(kq, SIOCGIFFLAGS, &ifr) != -1 && (ifr.ifr_flags & IFF_UP) &&
	    (ifr.ifr_flags & IFF_DRV_RUNNING);
}

int
link_send(int kq, int ifindex, const void *frame, size_t len)
{
	const struct set *s = set_of(kq);
	size_t i;

	errno = ENXIO;
	for (i = 0; s != NULL && i < s->n; i++) {
		if (s->ports[i].ifindex != ifindex)
			continue;
		while (write(s->ports[i].fd, frame, len) == -1) {
			if (errno != EAGAIN && errno != ENOBUFS &&
			    errno != EINTR)
				return -1;
			sched_yield();
		}
		return 0;
	}
	return -1;
}

/* The next frame of what was read of the interface, or 0. */
static size_t
next_frame(struct port *p, void *buf, size_t size)
{
	struct bpf_hdr h;
	size_t n;

	if (p->at + sizeof(h) > p->len)
		return 0;
	memcpy(&h, p->buf + p->at, sizeof(h));
	n = h.bh_caplen < size ? h.bh_caplen : size;
	memcpy(buf, p->buf + p->at + h.bh_hdrlen, n);
	p->at += BPF_WORDALIGN(h.bh_hdrlen + h.bh_caplen);
	return n;
}

ssize_t
link_recv(int kq, int *ifindex, void *buf, size_t size)
{
	struct set *s = set_of(kq);
	struct port *p;
	ssize_t n;
	size_t i, got;

	if (s == NULL)
		return -1;
	for (i = 0; i < s->n; i++) {
		p = &s->ports[(s->next + i) % s->n];
		if (p->at >= p->len) {
			p->at = p->len = 0;
			do
				n = read(p->fd, p->buf, BUF);
			while (n == -1 && errno == EINTR);
			if (n > 0)
				p->len = (size_t)n;
		}
		if ((got = next_frame(p, buf, size)) == 0)
			continue;
		s->next = (s->next + i) % s->n;
		*ifindex = p->ifindex;
		return (ssize_t)got;
	}
	return 0;
}

unsigned int
link_lost(int kq)
{
	struct set *s = set_of(kq);
	struct bpf_stat st;
	unsigned int lost = 0;
	size_t i;

	for (i = 0; s != NULL && i < s->n; i++)
		if (ioctl(s->ports[i].fd, BIOCGSTATS, &st) != -1)
			lost += st.bs_drop;
	return lost;
}

/* epair(4) does not tell. */
unsigned long
link_dropped(const char *ns, const char *ifname)
{
	(void)ns;
	(void)ifname;
	return 0;
}

/* epair(4) has one queue for each cable. */
unsigned int
cpu_count(void)
{
	return 1;
}

void
cpu_go(unsigned int n)
{
	(void)n;
}

void
cpu_anywhere(void)
{
}
