/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * imsg: queues larger than the socket, and rubbish.
 */
#include <sys/wait.h>
#include <errno.h>
#include <stdlib.h>

#include "imsg_ends.h"
#include "rnd.h"

#define NQUEUE	 3000
#define FUZZINGS 3000

static void
small_socket(void)
{
	int size = 2048; /* Linux has room for 4608 bytes at least */

	if (setsockopt(afd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) == -1)
		err(1, "SO_SNDBUF");
}

/* Writer and reader compute the same size from the number of the message. */
static size_t
size_of(unsigned int n)
{
	return (n * 2654435761U >> 7) % (n % 10 == 0 ? 5000 : 300);
}

static int
has_fd(unsigned int n)
{
	return n % 7 == 3 || n % 50 == 4;
}

/* Reads what is there, n is the next message; returns the next one. */
static unsigned int
read_queue(unsigned int n, const ino_t *ino)
{
	struct imsg imsg;
	int fd;

	CHECK(imsgbuf_read(&b) == 1);
	while (imsgbuf_get(&b, &imsg) == 1) {
		CHECK(is_message(&imsg, n, size_of(n)));
		fd = imsg_get_fd(&imsg);
		CHECK(has_fd(n) == (fd != -1));
		if (ino != NULL && fd != -1)
			CHECK(is_fd(fd, ino[n]));
		if (fd != -1)
			close(fd);
		imsg_free(&imsg);
		n++;
	}
	return n;
}

static void
test_queue(void)
{
	static ino_t ino[NQUEUE];
	unsigned int sent = 0, got = 0, partial = 0, fds = count_fds();
	unsigned int burst, left;
	int i;

	ends_open();
	small_socket();
	while (got < NQUEUE && !check_failed) {
		burst = rnd(rnd(4) ? 4 : 300);
		for (; burst > 0 && sent < NQUEUE; burst--, sent++)
			compose(sent, size_of(sent),
			    has_fd(sent) ? new_fd(&ino[sent]) : -1);
		if (rnd(2))
			CHECK(imsgbuf_write(&a) == 0);
		left = imsgbuf_queuelen(&a);
		partial += left > 0;
		for (i = rnd(20); i > 0; i--)
			got = read_queue(got, ino);
		CHECK(imsgbuf_queuelen(&a) == left);
		CHECK(b.rsize <= MAXREAD);
	}
	CHECK(sent == NQUEUE && imsgbuf_queuelen(&a) == 0);
	CHECK(partial > 10);
	ends_close();
	CHECK(count_fds() == fds);
}

/* flush waits for a reader of another process. */
static void
test_flush(void)
{
	unsigned int n, got = 0, fds = count_fds();
	int status;
	pid_t pid;

	ends_open();
	small_socket();
	if ((pid = fork()) == -1)
		err(1, "fork");
	if (pid == 0) {
		close(afd);
		check_failed = 0;
		while (got < NQUEUE && check_failed == 0) {
			if (got % 100 == 0)
				usleep(1000);
			got = read_queue(got, NULL);
		}
		CHECK(imsgbuf_read(&b) >= 0 && got == NQUEUE);
		_exit(check_failed != 0);
	}
	for (n = 0; n < NQUEUE / 2; n++)
		compose(n, size_of(n), has_fd(n) ? new_fd(NULL) : -1);
	CHECK(imsgbuf_queuelen(&a) > 200000);
	CHECK(imsgbuf_flush(&a) == 0 && imsgbuf_queuelen(&a) == 0);
	for (; n < NQUEUE; n++) {
		compose(n, size_of(n), has_fd(n) ? new_fd(NULL) : -1);
		CHECK(imsgbuf_flush(&a) == 0 && imsgbuf_queuelen(&a) == 0);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	ends_close();
	CHECK(count_fds() == fds);
}

/* Rubbish, much of which looks like messages at first. */
static size_t
rubbish(unsigned char *buf, size_t size)
{
	static const uint32_t lens[] = { 0, 15, 16, 17, 100, 256, 257,
		FD_MARK | 16, FD_MARK | 40, FD_MARK, UINT32_MAX };
	size_t n = 0, want = rnd(size);
	struct imsg_hdr hdr;

	rnd_bytes(buf, size);
	while (n + sizeof(hdr) < want && rnd(20) != 0) {
		rnd_bytes(&hdr, sizeof(hdr));
		if (rnd(10) == 0)
			hdr.len = lens[rnd(sizeof(lens) / sizeof(lens[0]))];
		else
			hdr.len = 16 + rnd(240);
		memcpy(buf + n, &hdr, sizeof(hdr));
		n += hdr.len & 0xff;
	}
	return want;
}

static void
test_fuzz(void)
{
	unsigned char buf[4000], copy[300];
	unsigned int fds = count_fds(), round, nfds, good = 0, bad = 0;
	size_t len, at, n;
	struct imsg imsg;
	int i, rc, fd[4];

	for (round = 0; round < FUZZINGS; round++) {
		ends_open();
		CHECK(imsgbuf_set_maxsize(&b, 240) == 0);
		len = rubbish(buf, sizeof(buf));
		rc = 0;
		for (at = 0; at < len && rc != -1; at += n) {
			n = 1 + rnd(len - at);
			nfds = rnd(10) ? 0 : rnd(5);
			for (i = 0; i < (int)nfds; i++)
				fd[i] = new_fd(NULL);
			send_raw(buf + at, n, fd, nfds);
			for (i = 0; i < (int)nfds; i++)
				close(fd[i]);
			CHECK(imsgbuf_read(&b) == 1);
			while ((rc = imsgbuf_get(&b, &imsg)) == 1) {
				good++;
				CHECK(imsg.len <= 240);
				CHECK(imsg_get_data(&imsg, copy, imsg.len) ==
				    (imsg.len ? 0 : -1));
				if (rnd(2))
					imsg_free(&imsg);
				else if ((i = imsg_get_fd(&imsg)) != -1)
					close(i);
			}
			CHECK(b.rsize <= MAXREAD && b.nrfds <= MAXFDS);
		}
		bad += rc == -1;
		ends_close();
	}
	CHECK(good > FUZZINGS && bad > FUZZINGS / 10 && bad < FUZZINGS);
	CHECK(count_fds() == fds);
}

int
main(void)
{
	rnd_init();
	alarm(60); /* rather than wait for ever */
	test_queue();
	test_flush();
	test_fuzz();
	return rnd_end();
}
