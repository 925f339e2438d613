/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the files *_abi.c say: a number, the size of a type, the place and the
 * size of a member of a structure.
 */
#ifndef ABI_H
#define ABI_H

#include <stddef.h>

#define IS(what, number) _Static_assert((what) == (number), #what)
#define SIZE(type, size) _Static_assert(sizeof(type) == (size), #type)
#define AT(name, member, offset, size)                                     \
	_Static_assert(offsetof(struct name, member) == (offset) &&        \
		sizeof(((struct name *)0)->member) == (size),              \
	    #name "." #member)

#endif
