/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Waits for the answer of another process without sleeping.
 */
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <time.h>

#include "awake.h"

/* Microseconds: how long awake() polls, how long sched_yield(2) may take, and
 * how long it is not called after it took longer. */
#define AWAKE	150
#define SLOW	1000
#define A_WHILE 10000000

static uint64_t
microseconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * UINT64_C(1000000) + ts.tv_nsec / 1000;
}

/*
 * Gives up the CPU once, because the process that is to answer may need it.
 * Other processes may get it, too, and keep it for milliseconds.  After that
 * has happened, the CPU is not given up for a while.
 */
static uint64_t
yield(uint64_t now)
{
	static uint64_t not_before;
	uint64_t then = now;

	if (now >= not_before) {
		(void)sched_yield();
		then = microseconds();
		if (then - now > SLOW)
			not_before = then + A_WHILE;
	}
	return then;
}

int
awake(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	uint64_t now = microseconds(), end = now + AWAKE;

	while (poll(&pfd, 1, 0) == 0) {
		if (now >= end)
			return 0;
		now = yield(microseconds());
	}
	return 1;
}
