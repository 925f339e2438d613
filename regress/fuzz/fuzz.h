/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What all harnesses are made of: libFuzzer's entry, checks whose failure is a
 * finding, and the input as a script of numbers and bytes.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *, char ***);
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(cond)                                                             \
	do {                                                                   \
		if (!(cond)) {                                                 \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__,     \
			    #cond);                                            \
			abort();                                               \
		}                                                              \
	} while (0)

/* Limits a loop of the harness that would only slow the fuzzer down. */
#define UNSEEN __attribute__((no_sanitize("coverage")))

struct input {
	const uint8_t *p;
	size_t len;
};

/* Up to max of the next bytes, of which there are *len. */
static inline const uint8_t *
in_bytes(struct input *in, size_t max, size_t *len)
{
	const uint8_t *p = in->p;

	*len = in->len < max ? in->len : max;
	in->p += *len;
	in->len -= *len;
	return p;
}

/* Zeros follow the end. */
static inline uint8_t
in_u8(struct input *in)
{
	size_t n;
	const uint8_t *p = in_bytes(in, 1, &n);

	return n == 1 ? *p : 0;
}

static inline uint16_t
in_u16(struct input *in)
{
	uint16_t low = in_u8(in);

	return low | in_u8(in) << 8;
}

/* The same on the heap, where a sanitizer sees a read beyond the end. */
static inline uint8_t *
in_copy(struct input *in, size_t max, size_t *len)
{
	const uint8_t *from = in_bytes(in, max, len);
	uint8_t *p = malloc(*len);

	MUST(p != NULL || *len == 0);
	if (*len > 0)
		memcpy(p, from, *len);
	return p;
}

#endif
