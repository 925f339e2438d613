/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Control messages of sendmsg(2) and recvmsg(2).
 */
#ifndef CMSG_H
#define CMSG_H

#include <sys/socket.h>
#include <stddef.h>

/* Makes the only control message of a packet to send, in msg_control, which has
 * room. */
void cmsg_put(struct msghdr *, int level, int type, const void *, size_t);

/* Copies the value of a control message, which must have exactly this size.  0,
 * or -1: there is no such message. */
int cmsg_get(struct msghdr *, int level, int type, void *, size_t);

#endif
