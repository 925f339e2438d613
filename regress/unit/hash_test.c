/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The keyed hash against a second, plain implementation, and whether it mixes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/lib/hash.h"
#include "check.h"

static uint64_t
rotate(uint64_t x, int n)
{
	return x * (1ULL << n) + x / (1ULL << (64 - n));
}

static void
rounds(uint64_t v[4], int n)
{
	while (n-- > 0) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13);
		v[3] = rotate(v[3], 16);
		v[1] ^= v[0];
		v[3] ^= v[2];
		v[0] = rotate(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = rotate(v[1], 17);
		v[3] = rotate(v[3], 21);
		v[1] ^= v[2];
		v[3] ^= v[0];
		v[2] = rotate(v[2], 32);
	}
}

/* SipHash-c-d with a byte at a time, as the paper has it. */
static uint64_t
naive(int c, int d, const uint8_t key[16], const uint8_t *p, size_t len)
{
	static const char init[] = "somepseudorandomlygeneratedbytes";
	uint64_t v[4] = { 0 }, k[2] = { 0 }, w;
	size_t i, j, words = len / 8 + 1;
	uint8_t byte;

	for (i = 0; i < 16; i++)
		k[i / 8] += (uint64_t)key[i] << 8 * (i % 8);
	for (i = 0; i < 32; i++)
		v[i / 8] = v[i / 8] * 256 + (uint8_t)init[i];
	for (i = 0; i < 4; i++)
		v[i] ^= k[i % 2];
	for (i = 0; i < words; i++) {
		for (w = 0, j = 0; j < 8; j++) {
			byte = i * 8 + j < len ? p[i * 8 + j] : 0;
			if (i == words - 1 && j == 7)
				byte = len;
			w += (uint64_t)byte << 8 * j;
		}
		v[3] ^= w;
		rounds(v, c);
		v[0] ^= w;
	}
	v[2] ^= 0xff;
	rounds(v, d);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static uint64_t
load(const uint8_t *p)
{
	uint64_t w = 0;
	int i;

	for (i = 7; i >= 0; i--)
		w = w * 256 + p[i];
	return w;
}

/* The plain one is right: the vector of the paper's appendix is for 2-4. */
static void
test_naive(void)
{
	uint8_t key[16], in[15];
	unsigned int i;

	for (i = 0; i < sizeof(key); i++)
		key[i] = i;
	for (i = 0; i < sizeof(in); i++)
		in[i] = i;
	CHECK(naive(2, 4, key, in, sizeof(in)) == 0xa129ca6149be45e5ULL);
}

/* Every length, at every alignment. */
static void
test_same(void)
{
	uint8_t key[16], buf[8 + 300];
	size_t len, off;

	arc4random_buf(key, sizeof(key));
	arc4random_buf(buf, sizeof(buf));
	for (len = 0; len <= 300; len++)
		for (off = 0; off < 8; off++)
			CHECK(hash_keyed(load(key), load(key + 8), buf + off,
				  len) == naive(1, 3, key, buf + off, len));
}

/* One bit of input changes half of the bits, each in half of the cases. */
static void
test_avalanche(void)
{
	static unsigned int flips[64];
	uint8_t in[36];
	uint64_t diff, h;
	unsigned int bit, i, round, total = 0, cases = 0;

	for (round = 0; round < 200; round++) {
		arc4random_buf(in, sizeof(in));
		h = hash_bytes(in, sizeof(in));
		for (bit = 0; bit < 8 * sizeof(in); bit++) {
			in[bit / 8] ^= 1 << bit % 8;
			diff = h ^ hash_bytes(in, sizeof(in));
			in[bit / 8] ^= 1 << bit % 8;
			total += __builtin_popcountll(diff);
			for (i = 0; i < 64; i++)
				flips[i] += diff >> i & 1;
			cases++;
		}
	}
	CHECK(total > 31.8 * cases && total < 32.2 * cases);
	for (i = 0; i < 64; i++)
		CHECK(flips[i] > 0.47 * cases && flips[i] < 0.53 * cases);
}

/* Keys that count up fill a table as evenly as chance does. */
static void
test_buckets(void)
{
	static unsigned int n[4096];
	uint32_t key[9] = { 0 };
	double chi = 0, mean = 65536 / 4096.0;
	unsigned int i;

	for (i = 0; i < 65536; i++) {
		key[8] = i;
		n[hash_bytes(key, sizeof(key)) % 4096]++;
	}
	for (i = 0; i < 4096; i++)
		chi += (n[i] - mean) * (n[i] - mean) / mean;
	/* 4095 degrees of freedom: six standard deviations are 543 */
	CHECK(chi > 4095 - 543 && chi < 4095 + 543);
}

static void
test_seed(void)
{
	uint64_t before = hash_bytes("abc", 3);

	hash_seed();
	CHECK(hash_bytes("abc", 3) != before);
	CHECK(hash_bytes("abc", 3) == hash_bytes("abc", 3));
	CHECK(hash_bytes("abc", 3) != hash_bytes("abc", 2));
	CHECK(hash_bytes("\0", 1) != hash_bytes("\0", 0));
}

int
main(void)
{
	test_naive();
	test_same();
	test_seed();
	test_avalanche();
	test_buckets();
	return check_end();
}
