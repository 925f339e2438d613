/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the proofs are made of.  Each has a prove() in place of main(), is
 * linked with the daemon's own .c files, and is never run: Frama-C works out
 * all that it could do.
 */
#ifndef PROOF_H
#define PROOF_H

#include <stdint.h>
#include <string.h>
#include <__fc_builtin.h>

static void
any(void *p, size_t len)
{
	Frama_C_make_unknown(p, len);
}

static uint8_t
byte(uint8_t min, uint8_t max)
{
	return Frama_C_unsigned_char_interval(min, max);
}

/* What is to be proven at each call. */

//@ requires yes: answer == 1;
static void
yes(int answer)
{
	(void)answer;
}

//@ requires no: answer == 0;
static void
no(int answer)
{
	(void)answer;
}

//@ requires either: answer == 0 || answer == 1;
static void
either(int answer)
{
	(void)answer;
}

#endif
