/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#define STAILQ_HEAD(name, type)                                            \
	struct name {                                                      \
		struct type *head, **tail;                                 \
	}
#define STAILQ_HEAD_INITIALIZER(list) { NULL, &(list).head }
#define STAILQ_ENTRY(type)                                                 \
	struct {                                                           \
		struct type *after;                                        \
	}
#define STAILQ_FIRST(list) ((list)->head)
#define STAILQ_INSERT_TAIL(list, one, link)                                \
	((one)->link.after = NULL, *(list)->tail = (one),                  \
	    (list)->tail = &(one)->link.after)
#define STAILQ_REMOVE_HEAD(list, link)                                     \
	do {                                                               \
		if (((list)->head = (list)->head->link.after) == NULL)     \
			(list)->tail = &(list)->head;                      \
	} while (0)
