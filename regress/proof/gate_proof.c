/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The gate, for every input: messages and packets of any bytes, while any slots
 * are bound.  It looks at nothing that is not there, lets through all that the
 * rules allow, and nothing else.
 *
 * Files:	smcrouted/parent/gate.c common/addr.c
 * Eva:	-eva-min-loop-unroll 64
 * Whole:	gate_size gate_verb gate_upcall gate_taken gate_room vif_ok
 * key_ok mfc_ok addr_af Whole:	addr_is_any addr_is_multicast addr_is_source
 */
#include "parent/gate.h"
#include "proof.h"

enum kind { ANY, UNICAST, MULTICAST };

/*
 * All addresses: those of a row have lo to hi in byte k, before it zeros but
 * for b10 and b11, and behind it anything.
 */
static const struct row {
	int v6;
	enum kind kind;
	uint8_t b10, b11, k, lo, hi;
} rows[] = {
	{ 1, UNICAST, 0, 0, 0, 1, 254 },
	{ 1, MULTICAST, 0, 0, 0, 255, 255 },
	{ 1, UNICAST, 0, 0, 1, 1, 255 },
	{ 1, UNICAST, 0, 0, 2, 1, 255 },
	{ 1, UNICAST, 0, 0, 3, 1, 255 },
	{ 1, UNICAST, 0, 0, 4, 1, 255 },
	{ 1, UNICAST, 0, 0, 5, 1, 255 },
	{ 1, UNICAST, 0, 0, 6, 1, 255 },
	{ 1, UNICAST, 0, 0, 7, 1, 255 },
	{ 1, UNICAST, 0, 0, 8, 1, 255 },
	{ 1, UNICAST, 0, 0, 9, 1, 255 },
	{ 1, UNICAST, 0, 0, 10, 1, 254 },
	{ 1, UNICAST, 255, 0, 11, 0, 254 },
	{ 1, UNICAST, 0, 0, 11, 1, 255 },
	{ 1, UNICAST, 0, 0, 12, 1, 255 },
	{ 1, UNICAST, 0, 0, 13, 1, 255 },
	{ 1, UNICAST, 0, 0, 14, 1, 255 },
	{ 1, UNICAST, 0, 0, 15, 1, 255 },
	{ 1, ANY, 0, 0, 15, 0, 0 },
	{ 0, UNICAST, 255, 255, 12, 1, 223 },
	{ 0, MULTICAST, 255, 255, 12, 224, 239 },
	{ 0, UNICAST, 255, 255, 12, 240, 255 },
	{ 0, UNICAST, 255, 255, 13, 1, 255 },
	{ 0, UNICAST, 255, 255, 14, 1, 255 },
	{ 0, UNICAST, 255, 255, 15, 1, 255 },
	{ 0, ANY, 255, 255, 15, 0, 0 },
};

/* Frama-C's libc says of the result only that it is a number. */
int
memcmp(const void *a, const void *b, size_t n)
{
	const uint8_t *p = a, *q = b;
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] != q[i])
			return p[i] < q[i] ? -1 : 1;
	return 0;
}

#define NROWS (sizeof(rows) / sizeof(rows[0]))

/* Rows of groups and of hosts, per family. */
static const struct row *const group[] = { &rows[20], &rows[1] };
static const struct row *const host[] = { &rows[19], &rows[0] };

static struct gate g;
static struct wire_vif vif;
static struct wire_key key;
static struct wire_mfc mfc;

/* All that the gate may be asked, whenever. */
static void
any_input(void)
{
	int v6;

	for (v6 = 0; v6 <= 1; v6++)
		g.have[v6] = Frama_C_interval(0, 1);
	any(g.ifindex, sizeof(g.ifindex));
	any(&vif, sizeof(vif));
	any(&key, sizeof(key));
	any(&mfc, sizeof(mfc));
}

static void
from_row(struct addr *a, const struct row *r)
{
	any(a, sizeof(*a));
	memset(a->b, 0, r->k);
	if (r->k > 10)
		a->b[10] = r->b10;
	if (r->k > 11)
		a->b[11] = r->b11;
	a->b[r->k] = byte(r->lo, r->hi);
}

static int
may_flow(const struct row *src, const struct row *grp)
{
	return src->v6 == grp->v6 && src->kind == UNICAST &&
	    grp->kind == MULTICAST;
}

/* An entry may be of any source. */
static int
may_enter(const struct row *src, const struct row *grp)
{
	return src->v6 == grp->v6 && src->kind != MULTICAST &&
	    grp->kind == MULTICAST;
}

/* Four verbs, one after the other. */
static void
prove_verbs(void)
{
	uint32_t below, above;

	any_input();
	yes(gate_size(IMSG_VIF_ADD) == sizeof(vif));
	yes(gate_size(IMSG_VIF_DEL) == sizeof(vif));
	yes(gate_size(IMSG_MFC_ADD) == sizeof(mfc));
	yes(gate_size(IMSG_MFC_DEL) == sizeof(key));
	either(gate_verb(&g, IMSG_VIF_ADD, &vif));
	either(gate_verb(&g, IMSG_VIF_DEL, &vif));
	either(gate_verb(&g, IMSG_MFC_ADD, &mfc));
	either(gate_verb(&g, IMSG_MFC_DEL, &key));
	yes(IMSG_MFC_DEL == IMSG_VIF_ADD + 3);
	below = Frama_C_unsigned_int_interval(0, IMSG_VIF_ADD - 1);
	above = Frama_C_unsigned_int_interval(IMSG_MFC_DEL + 1, UINT32_MAX);
	no(gate_size(below) != 0);
	no(gate_size(above) != 0);
	no(gate_verb(&g, below, NULL));
	no(gate_verb(&g, above, NULL));
}

static void
prove_vif_fields(void)
{
	any_input();
	vif.v6 = byte(2, UINT8_MAX);
	no(gate_verb(&g, IMSG_VIF_ADD, &vif));
	no(gate_verb(&g, IMSG_VIF_DEL, &vif));
	any_input();
	vif.slot = byte(MAXVIF, UINT8_MAX);
	no(gate_verb(&g, IMSG_VIF_ADD, &vif));
	no(gate_verb(&g, IMSG_VIF_DEL, &vif));
	any_input();
	vif.ttl = 0;
	no(gate_verb(&g, IMSG_VIF_ADD, &vif));
	any_input();
	vif.ifindex = 0;
	no(gate_verb(&g, IMSG_VIF_ADD, &vif));
	vif.ifindex = Frama_C_unsigned_int_interval(0x80000000U, UINT32_MAX);
	no(gate_verb(&g, IMSG_VIF_ADD, &vif));
}

static void
prove_vif_slot(int v6, int slot)
{
	any_input();
	vif.v6 = v6;
	vif.slot = slot;
	g.have[v6] = 0;
	no(gate_verb(&g, IMSG_VIF_ADD, &vif));
	no(gate_verb(&g, IMSG_VIF_DEL, &vif));
	g.have[v6] = 1;
	g.ifindex[v6][slot] = 0;
	no(gate_verb(&g, IMSG_VIF_DEL, &vif));
	vif.ttl = byte(1, UINT8_MAX);
	vif.ifindex = Frama_C_unsigned_int_interval(1, INT32_MAX);
	yes(gate_verb(&g, IMSG_VIF_ADD, &vif));
	any(&vif.ttl, sizeof(vif.ttl));
	any(&vif.ifindex, sizeof(vif.ifindex));
	g.ifindex[v6][slot] = Frama_C_unsigned_int_interval(1, UINT32_MAX);
	no(gate_verb(&g, IMSG_VIF_ADD, &vif));
	yes(gate_verb(&g, IMSG_VIF_DEL, &vif));
}

static void
any_key(const struct row *src, const struct row *grp)
{
	from_row(&key.src, src);
	from_row(&key.grp, grp);
}

static void
prove_key(int entry, int v6)
{
	g.have[0] = Frama_C_interval(0, 1);
	g.have[1] = Frama_C_interval(0, 1);
	mfc.key = key;
	if (entry) {
		g.have[v6] = 1;
		yes(gate_verb(&g, IMSG_MFC_DEL, &key));
		g.have[v6] = 0;
	}
	no(gate_verb(&g, IMSG_MFC_DEL, &key));
	no(gate_verb(&g, IMSG_MFC_ADD, &mfc));
}

/* An entry that is right but for what the caller changes, in a kernel that has
 * the family. */
static void
any_entry(int v6)
{
	any_input();
	any_key(host[v6], group[v6]);
	mfc.key = key;
	mfc.how = byte(0, MFC_UNMAKE);
	g.have[v6] = 1;
}

static void
bind_all(int v6)
{
	int i;

	for (i = 0; i < MAXVIF; i++)
		g.ifindex[v6][i] = Frama_C_unsigned_int_interval(1, UINT32_MAX);
}

static void
prove_mfc_slot(int v6, int slot)
{
	any_entry(v6);
	mfc.iif = slot;
	g.ifindex[v6][slot] = 0;
	no(gate_verb(&g, IMSG_MFC_ADD, &mfc));
	any_entry(v6);
	mfc.ttls[slot] = byte(1, UINT8_MAX);
	g.ifindex[v6][slot] = 0;
	no(gate_verb(&g, IMSG_MFC_ADD, &mfc));
	/* a slot that is not bound and not used does no harm */
	any_entry(v6);
	bind_all(v6);
	mfc.iif = (slot + 1) % MAXVIF;
	mfc.ttls[slot] = 0;
	g.ifindex[v6][slot] = 0;
	yes(gate_verb(&g, IMSG_MFC_ADD, &mfc));
}

static void
prove_mfc(int v6)
{
	int slot;

	any_entry(v6);
	mfc.iif = byte(MAXVIF, UINT8_MAX);
	no(gate_verb(&g, IMSG_MFC_ADD, &mfc));
	any_entry(v6);
	mfc.how = byte(MFC_UNMAKE + 1, UINT8_MAX);
	no(gate_verb(&g, IMSG_MFC_ADD, &mfc));
	any_entry(v6);
	bind_all(v6);
	mfc.iif = byte(0, MAXVIF - 1);
	yes(gate_verb(&g, IMSG_MFC_ADD, &mfc));
	for (slot = 0; slot < MAXVIF; slot++) {
		prove_vif_slot(v6, slot);
		prove_mfc_slot(v6, slot);
	}
}

/*
 * Upcalls
 */

static const size_t sizes[] = { 20, 40 }; /* what is looked at, per family */

static uint8_t packet[40];
static struct wire_upcall u;

/* Packets end where the array does: to look further is an alarm. */
static uint8_t *
any_packet(size_t len)
{
	any(packet, sizeof(packet));
	any(&u, sizeof(u));
	return packet + sizeof(packet) - len;
}

/* An upcall for the key, that is right but for what the caller changes. */
static uint8_t *
any_upcall(int v6)
{
	uint8_t *b = any_packet(sizes[v6]);
	size_t first = v6 ? 0 : 12, len = sizeof(struct addr) - first;
	uint16_t slot = Frama_C_unsigned_short_interval(0, MAXVIF - 1);

	b[v6 ? 0 : 9] = 0;
	b[v6 ? 1 : 8] = byte(UPCALL_NOCACHE, UPCALL_WRONGVIF);
	memcpy(b + (v6 ? 2 : 10), &slot, sizeof(slot));
	if (!v6)
		b[11] = 0;
	memcpy(b + sizes[v6] - 2 * len, key.src.b + first, len);
	memcpy(b + sizes[v6] - len, key.grp.b + first, len);
	return b;
}

static void
prove_upcall(int v6)
{
	size_t len;
	uint16_t slot;
	uint8_t *b;

	for (len = 0; len < sizes[v6]; len++)
		no(gate_upcall(v6, 0xff, any_packet(len), len, &u));
	len = Frama_C_size_t_interval(sizes[v6], SIZE_MAX);
	either(gate_upcall(v6, 0xff, any_packet(sizes[v6]), len, &u));

	any_key(host[v6], group[v6]);
	b = any_upcall(v6);
	yes(gate_upcall(v6, 0xff, b, len, &u));
	either(u.kind - UPCALL_NOCACHE);
	yes(u.slot < MAXVIF);
	yes(addr_af(&u.key.grp) == (v6 ? AF_INET6 : AF_INET));
	yes(addr_is_multicast(&u.key.grp));

	b[v6 ? 0 : 9] = byte(1, UINT8_MAX); /* a packet of somebody else */
	no(gate_upcall(v6, 0xff, b, len, &u));
	b = any_upcall(v6);
	b[v6 ? 1 : 8] = 0;
	no(gate_upcall(v6, 0xff, b, len, &u));
	b[v6 ? 1 : 8] = byte(UPCALL_WRONGVIF + 1, UINT8_MAX);
	no(gate_upcall(v6, 0xff, b, len, &u));
	b = any_upcall(v6);
	slot = Frama_C_unsigned_short_interval(MAXVIF, UINT16_MAX);
	if (v6)
		memcpy(b + 2, &slot, sizeof(slot));
	else
		b[10] = byte(MAXVIF, UINT8_MAX);
	no(gate_upcall(v6, 0xff, b, len, &u));
	if (!v6) {
		b[10] = byte(0, UINT8_MAX);
		b[11] = byte(1, UINT8_MAX);
		no(gate_upcall(v6, 0xff, b, len, &u));
		/* where it is of a checksum */
		b[10] = byte(0, MAXVIF - 1);
		yes(gate_upcall(v6, 0, b, len, &u));
		yes(u.slot < MAXVIF);
		b[10] = byte(MAXVIF, UINT8_MAX);
		no(gate_upcall(v6, 0, b, len, &u));
	}
}

/* Addresses of the two rows, wherever there are any. */
static void
prove_addresses(const struct row *src, const struct row *grp)
{
	int flow = may_flow(src, grp), v6 = grp->v6;

	any_key(src, grp);
	prove_key(may_enter(src, grp), v6);
	yes(gate_upcall(1, 0xff, any_upcall(1), sizes[1], &u) == (flow && v6));
	/* those of IPv4 have no room for others */
	if (!src->v6 && !v6)
		yes(gate_upcall(0, 0xff, any_upcall(0), sizes[0], &u) == flow);
}

/* Nobody takes more than there is in the ring, and what is free lies within. */
static void
prove_ring(uint32_t first, uint32_t n)
{
	static struct upcalls r;
	size_t at, room;

	r.first = first;
	r.n = n;
	room = gate_room(&r, &at);
	yes(at < UPCALL_CREDIT);
	yes(room <= UPCALL_CREDIT - n);
	yes(at + room <= UPCALL_CREDIT);
	no(gate_taken(&r, 0));
	no(gate_taken(&r, Frama_C_unsigned_int_interval(n + 1, UINT32_MAX)));
	yes(r.n == n);
	if (n == 0)
		return;
	yes(gate_taken(&r, Frama_C_unsigned_int_interval(1, n)));
	yes(r.n < n);
	yes(r.first < UPCALL_CREDIT);
}

void
prove(void)
{
	static const uint32_t corners[] = { 0, 1, UPCALL_CREDIT - 1,
		UPCALL_CREDIT };
	size_t src, grp;
	int v6, i;

	prove_verbs();
	for (i = 0; i < 16; i++)
		prove_ring(corners[i % 4] % UPCALL_CREDIT, corners[i / 4]);
	prove_vif_fields();
	for (v6 = 0; v6 <= 1; v6++) {
		prove_mfc(v6);
		prove_upcall(v6);
	}
	any_input();
	for (src = 0; src < NROWS; src++)
		for (grp = 0; grp < NROWS; grp++)
			prove_addresses(&rows[src], &rows[grp]);
}
