/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Messages to smcroutectl, which the control process passes on.
 */
#include <string.h>

#include "common/log.h"
#include "reply.h"

struct peer control;

void
reply_text(uint32_t client, uint32_t type, uint32_t line, const char *text)
{
	char buf[sizeof(line) + LOG_LINE_MAX];
	size_t n = strlen(text);

	if (n > LOG_LINE_MAX)
		n = LOG_LINE_MAX;
	memcpy(buf, &line, sizeof(line));
	memcpy(buf + sizeof(line), text, n);
	peer_send(&control, type, client, -1, buf, sizeof(line) + n);
}
