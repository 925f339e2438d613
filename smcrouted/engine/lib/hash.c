/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * SipHash-1-3 (Aumasson, Bernstein): one round for each word, three at the end.
 */
#include <stdlib.h>
#include <unistd.h>

#include "hash.h"

#define ROTL(x, n) ((x) << (n) | (x) >> (64 - (n)))

struct sip {
	uint64_t a, b, c, d;
};

static uint64_t seed[2];

static inline void
sip_round(struct sip *s)
{
	s->a += s->b;
	s->b = ROTL(s->b, 13) ^ s->a;
	s->a = ROTL(s->a, 32);
	s->c += s->d;
	s->d = ROTL(s->d, 16) ^ s->c;
	s->a += s->d;
	s->d = ROTL(s->d, 21) ^ s->a;
	s->c += s->b;
	s->b = ROTL(s->b, 17) ^ s->c;
	s->c = ROTL(s->c, 32);
}

/* Little-endian.  Compilers turn this into one load instruction. */
static inline uint64_t
load64(const uint8_t *p)
{
	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 |
	    (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 |
	    (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

uint64_t
hash_keyed(uint64_t k0, uint64_t k1, const void *data, size_t len)
{
	const uint8_t *p = data;
	struct sip s;
	uint64_t w, last;
	size_t i, left;

	s.a = k0 ^ 0x736f6d6570736575ULL;
	s.b = k1 ^ 0x646f72616e646f6dULL;
	s.c = k0 ^ 0x6c7967656e657261ULL;
	s.d = k1 ^ 0x7465646279746573ULL;
	for (left = len; left >= 8; left -= 8, p += 8) {
		w = load64(p);
		s.d ^= w;
		sip_round(&s);
		s.a ^= w;
	}
	last = (uint64_t)len << 56;
	for (i = 0; i < left; i++)
		last |= (uint64_t)p[i] << (8 * i);
	s.d ^= last;
	sip_round(&s);
	s.a ^= last;
	s.c ^= 0xff;
	sip_round(&s);
	sip_round(&s);
	sip_round(&s);
	return s.a ^ s.b ^ s.c ^ s.d;
}

void
hash_seed(void)
{
	if (getentropy(seed, sizeof(seed)) == -1)
		abort(); /* getentropy(2) never fails for 16 bytes */
}

uint64_t
hash_bytes(const void *data, size_t len)
{
	return hash_keyed(seed[0], seed[1], data, len);
}
