/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Random numbers that can be repeated: "SEED=n ./program", with the n that a
 * failed run prints.
 */
#ifndef RND_H
#define RND_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"

static uint64_t rnd_seed, rnd_state;

/* First thing in main. */
static inline void
rnd_init(void)
{
	const char *s = getenv("SEED");

	rnd_seed = s != NULL ? strtoull(s, NULL, 10) : arc4random();
	rnd_state = rnd_seed;
}

/* 0 to n - 1 (splitmix64). */
static inline uint32_t
rnd(uint32_t n)
{
	uint64_t z = rnd_state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return (uint32_t)((z ^ z >> 31) >> 32) % n;
}

static inline void
rnd_bytes(void *buf, size_t n)
{
	unsigned char *p = buf;

	while (n-- > 0)
		*p++ = rnd(256);
}

/* For main's return, instead of check_end(). */
static inline int
rnd_end(void)
{
	if (check_failed)
		fprintf(stderr, "SEED=%llu\n", (unsigned long long)rnd_seed);
	return check_end();
}

#endif
