/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A message, and stand-ins for what the parent calls when it has believed one.
 */
#ifndef STANDIN_H
#define STANDIN_H

/* The longest payload of a message. */
static uint8_t data[MAX_IMSGSIZE - IMSG_HEADER_SIZE];
static struct imsg imsg;

/* A message as imsgbuf_get() makes them: of any bytes, of which room are there;
 * to look behind them is an alarm. */
static struct imsg *
message(uint32_t type, size_t len, size_t room)
{
	any(data, sizeof(data));
	any(&imsg, sizeof(imsg));
	imsg.hdr.type = type;
	imsg.data = data + sizeof(data) - room;
	imsg.len = len;
	imsg.rpos = 0;
	imsg.fd = Frama_C_interval(-1, 1023);
	return &imsg;
}

/*@ requires there: len == 0 || \valid_read((char *)p + (0 .. len - 1)); */
void
peer_send(struct peer *to, uint32_t type, uint32_t id, int fd, const void *p,
    size_t len)
{
	(void)to;
	(void)type;
	(void)id;
	(void)fd;
	(void)p;
	(void)len;
}

int
peer_is_open(const struct peer *p)
{
	(void)p;
	return Frama_C_interval(0, 1);
}

size_t
peer_queue(struct peer *p)
{
	(void)p;
	return Frama_C_size_t_interval(0, SIZE_MAX);
}

void
peer_pause(struct peer *p, int pause)
{
	(void)p;
	either(pause);
}

void
peer_close(struct peer *p)
{
	(void)p;
}

int
event_add(struct event *ev, const struct timeval *tv)
{
	(void)ev;
	(void)tv;
	return Frama_C_interval(-1, 0);
}

int
event_del(struct event *ev)
{
	(void)ev;
	return Frama_C_interval(-1, 0);
}

void
log_notice(const char *fmt, ...)
{
	(void)fmt;
}

void
log_warnx(const char *fmt, ...)
{
	(void)fmt;
}

void
log_errx(const char *fmt, ...)
{
	(void)fmt;
}

#endif
