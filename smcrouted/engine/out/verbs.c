/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Verbs to the parent.  They are collected into messages, and only a few
 * messages may wait for their RESULT at a time.
 */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/log.h"
#include "verbs.h"

#define MAXWAIT	 4 /* messages of MFC verbs that may wait for a RESULT */
#define MAXBATCH VERB_CREDIT /* messages of all kinds; VIF verbs are few */

/* A message of verbs, kept until its RESULT says which of them failed. */
struct batch {
	uint32_t type;
	uint32_t count;
	size_t size; /* of one verb */
	uint8_t hook[WIRE_BATCH];
	uint32_t entry[WIRE_BATCH]; /* indices, of MFC verbs */
	unsigned char verbs[];
};

static struct peer *parent;
static const struct verbs_handler *handler;
static struct batch *filling;	     /* not sent yet, or NULL */
static struct batch *ring[MAXBATCH]; /* wait for a RESULT, by id */
static uint32_t sent, answered;
static struct wire_key hooks[WIRE_BATCH]; /* flows to run the hook for */
static size_t nhooks;

void
verbs_init(struct peer *p, const struct verbs_handler *h)
{
	parent = p;
	handler = h;
}

uint32_t
verbs_sent(void)
{
	return sent;
}

uint32_t
verbs_answered(void)
{
	return answered;
}

int
verbs_room(void)
{
	return sent - answered < MAXWAIT;
}

void
verbs_ask_vifs(void)
{
	peer_send(parent, IMSG_SLOTS, 0, -1, NULL, 0);
}

void
verbs_hold(uint32_t id, int fd)
{
	peer_send(parent, IMSG_HOLD, id, fd, NULL, 0);
}

void
verbs_unhold(uint32_t id)
{
	peer_send(parent, IMSG_UNHOLD, id, -1, NULL, 0);
}

void
verbs_reload(uint32_t id)
{
	peer_send(parent, IMSG_RELOAD, id, -1, NULL, 0);
}

void
verbs_ready(uint32_t id, uint32_t errors)
{
	struct wire_ready r = { id, errors };

	peer_send(parent, IMSG_READY, 0, -1, &r, sizeof(r));
}

void
verbs_status(const struct wire_status *s)
{
	peer_send(parent, IMSG_STATUS, 0, -1, s, sizeof(*s));
}

void
verbs_taken(uint32_t count)
{
	verbs_flush();
	peer_send(parent, IMSG_TAKEN, 0, -1, &count, sizeof(count));
}

void
verbs_ask_mrdisc(void)
{
	peer_send(parent, IMSG_MRDISC, 0, -1, NULL, 0);
}

void
verbs_quit(void)
{
	peer_send(parent, IMSG_QUIT, 0, -1, NULL, 0);
}

void
verbs_expel(void)
{
	peer_send(parent, IMSG_EXPEL, 0, -1, NULL, 0);
}

static void
send_hooks(void)
{
	if (nhooks > 0)
		peer_send(parent, IMSG_HOOK, 0, -1, hooks,
		    nhooks * sizeof(*hooks));
	nhooks = 0;
}

void
verbs_flush(void)
{
	struct batch *b = filling;

	if (b == NULL)
		return;
	if (sent - answered >= MAXBATCH - 2)
		fatalx(EX_SOFTWARE, "the parent does not answer");
	filling = NULL;
	ring[++sent % MAXBATCH] = b;
	peer_send(parent, b->type, sent, -1, b->verbs, b->count * b->size);
}

static void
verb(uint32_t type, const void *data, size_t size, uint32_t entry, int hook)
{
	struct batch *b = filling;

	if (b != NULL && (b->type != type || b->count == WIRE_BATCH)) {
		verbs_flush();
		b = NULL;
	}
	if (b == NULL) {
		if ((b = malloc(sizeof(*b) + WIRE_BATCH * size)) == NULL)
			fatal(EX_OSERR, "verbs");
		b->type = type;
		b->count = 0;
		b->size = size;
		filling = b;
	}
	b->hook[b->count] = hook;
	b->entry[b->count] = entry;
	memcpy(b->verbs + b->count++ * size, data, size);
}

void
verbs_vif_add(const struct wire_vif *v)
{
	verb(IMSG_VIF_ADD, v, sizeof(*v), 0, 0);
}

void
verbs_vif_del(const struct wire_vif *v)
{
	verb(IMSG_VIF_DEL, v, sizeof(*v), 0, 0);
}

void
verbs_mfc_add(const struct wire_mfc *m, uint32_t entry, int hook)
{
	verb(IMSG_MFC_ADD, m, sizeof(*m), entry, hook);
}

void
verbs_mfc_del(const struct wire_key *k, uint32_t entry)
{
	verb(IMSG_MFC_DEL, k, sizeof(*k), entry, 0);
}

static void
added(const struct batch *b, uint32_t i, int error)
{
	struct wire_mfc m;

	memcpy(&m, b->verbs + i * b->size, sizeof(m));
	if (m.how == MFC_UNMAKE)
		error = 0;
	else if (error == 0 && b->hook[i])
		hooks[nhooks++] = m.key;
	handler->mfc_answered(b->entry[i], error);
}

static void
verb_done(const struct batch *b, uint32_t i, int error)
{
	struct wire_vif v;

	if (b->type == IMSG_VIF_ADD) {
		memcpy(&v, b->verbs + i * b->size, sizeof(v));
		handler->vif_result(&v, error);
	} else if (b->type == IMSG_MFC_DEL)
		handler->mfc_answered(b->entry[i], 0);
	else if (b->type == IMSG_MFC_ADD)
		added(b, i, error);
}

int
verbs_result(struct imsg *imsg)
{
	struct wire_result r;
	struct wire_failed f;
	struct batch *b;
	uint32_t i = 0;

	if (answered == sent || imsg_get_id(imsg) != answered + 1)
		return -1;
	b = ring[imsg_get_id(imsg) % MAXBATCH];
	if (imsg_get_buf(imsg, &r, sizeof(r)) == -1 || r.count != b->count)
		return -1;
	while (imsg_get_len(imsg) > 0) {
		if (imsg_get_buf(imsg, &f, sizeof(f)) == -1 ||
		    f.index >= b->count || f.index < i)
			return -1;
		for (; i < f.index; i++)
			verb_done(b, i, 0);
		verb_done(b, i++, f.error);
	}
	for (; i < b->count; i++)
		verb_done(b, i, 0);
	send_hooks();
	answered++;
	free(b);
	handler->answered();
	return 0;
}
