/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A keyed hash for tables whose keys come from the network.  Somebody who does
 * not know the key cannot choose addresses that collide.
 */
#ifndef HASH_H
#define HASH_H

#include <stddef.h>
#include <stdint.h>

/* Chooses a random key for this process.  Call it before hash_bytes(). */
void hash_seed(void);
/* SipHash-1-3 with that key. */
uint64_t hash_bytes(const void *, size_t);
/* The same with a given key, for tests. */
uint64_t hash_keyed(uint64_t k0, uint64_t k1, const void *, size_t);

#endif
