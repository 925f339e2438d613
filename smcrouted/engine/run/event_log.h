/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Writes events to the log.
 */
#ifndef EVENT_LOG_H
#define EVENT_LOG_H

void event_log_init(void);

#endif
