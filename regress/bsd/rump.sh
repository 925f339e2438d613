#!/bin/sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Runs the daemon's files for NetBSD, unchanged, against NetBSD's kernel in a
# process, and sends packets through it.
#
#	rump.sh DIR FOLDER	DIR: see README; builds in FOLDER
#
# The files and the tests of rump/ are compiled with NetBSD's headers, and their
# system calls are renamed to those of the kernel in the process.  Only
# rump/process.c belongs to the system beneath.
#
# Prints a line for each check and at last "N passed, N failed".  Exit: 0 when
# none has failed.  CLANG, CC, OBJCOPY, LD, NM: the programs.

set -u
LC_ALL=C
export LC_ALL

rump=$(cd "$1" && pwd) && mkdir -p "$2" && out=$(cd "$2" && pwd) || exit 2
here=$(cd "$(dirname "$0")" && pwd) && cd "$here/../.." || exit 2

files='common/addr.c common/imsg.c common/prefix.c
    smcrouted/parent/gate.c smcrouted/parent/kernel.c
    smcrouted/parent/kernel_bsd.c smcrouted/start/mroute_bsd.c
    smcrouted/start/forwarding_none.c
    smcrouted/service/rawsock.c smcrouted/service/rawsock_v4_bsd.c
    smcrouted/service/rawsock_v6.c smcrouted/engine/have/group_sock.c
    smcrouted/engine/have/bus.c smcrouted/engine/have/entries.c
    smcrouted/engine/have/vifs.c smcrouted/engine/have/work.c
    smcrouted/engine/lib/list.c smcrouted/engine/lib/pool.c
    smcrouted/engine/lib/mrdisc_packet.c smcrouted/engine/out/verbs.c
    smcrouted/engine/sys/cmsg.c
    smcrouted/engine/sys/group_error_bsd.c
    smcrouted/engine/sys/group_member_mreq.c
    smcrouted/engine/sys/group_report_none.c smcrouted/engine/sys/ifaddr_bsd.c
    smcrouted/engine/sys/ifevent_route.c smcrouted/engine/sys/keys_source.c
    smcrouted/engine/sys/kernel_state_bsd.c smcrouted/engine/sys/link_list_bsd.c
    smcrouted/engine/sys/mrdisc_v4_bsd.c smcrouted/engine/sys/mrdisc_v6.c
    smcrouted/engine/sys/netconf_bsd.c smcrouted/engine/sys/vif_bsd.c'
# The functions that may come from the C library beneath: they make no system
# call and take no number that differs between systems.
libc='__errno_location arc4random calloc exit free inet_ntop inet_pton malloc
    memcmp memcpy memmove memset printf realloc reallocarray snprintf strchr
    strcmp strerror strlcpy strlen strncpy strtonum vprintf'
tests='forward lan libc outside release router sides standin'

compile() # FILE
{
	"${CLANG:-clang}" -target x86_64-unknown-netbsd -c -O1 -g -fPIE \
	    -std=gnu11 -Wall -Wextra -Werror -D_OPENBSD_SOURCE -nostdlibinc \
	    -isystem "$rump/include" -idirafter "$here/include/common" \
	    -iquote . -iquote smcrouted -iquote regress/bsd/rump \
	    -o "$out/obj/$(basename "$1" .c).o" "$1" || exit 2
}

# Prints "OLD NEW" for each function that is called and must not be that of the
# system beneath.
renamed()
{
	for f in "$rump"/lib/*.so; do
		"${NM:-nm}" -D --defined-only "$f"
	done | sed -n 's/.* rump___sysimpl_//p' >"$out/calls"
	"${NM:-nm}" --defined-only "$out/all.o" | sed -n 's/.* bsd_//p' \
	    >"$out/ours"
	# shellcheck disable=SC2086	# words
	printf '%s\n' $libc rump_init >"$out/libc"
	sed -n 's/^\(process_[a-z]*\)(.*/\1/p' regress/bsd/rump/process.c \
	    >>"$out/libc"
	"${NM:-nm}" -u "$out/all.o" | sed 's/^ *U //' | while read -r s; do
		if grep -qx -- "$s" "$out/ours"; then
			echo "$s bsd_$s"
		elif grep -qx -- "$s" "$out/calls"; then
			echo "$s rump___sysimpl_$s"
		elif grep -qx -- "${s#__}" "$out/calls"; then
			echo "$s rump___sysimpl_${s#__}"
		elif ! grep -qx -- "$s" "$out/libc"; then
			echo "no function for $s" >&2
			return 1
		fi
	done
}

build()
{
	rm -rf "$out/obj" && mkdir "$out/obj" || exit 2
	"${CLANG:-clang}" -target x86_64-unknown-netbsd -fsyntax-only \
	    -std=gnu11 -nostdlibinc -isystem "$rump/include" \
	    "$here/netbsd_abi.c" || exit 2
	for f in $files; do
		compile "$f"
	done
	for f in $tests; do
		compile "regress/bsd/rump/$f.c"
	done
	"${LD:-ld}" -r -o "$out/all.o" "$out"/obj/*.o &&
	    renamed >"$out/renamed" &&
	    "${OBJCOPY:-objcopy}" --redefine-syms="$out/renamed" \
		"$out/all.o" &&
	    ${CC:-cc} -Wall -Wextra -iquote . -iquote regress/bsd/rump \
		-o "$out/rump" regress/bsd/rump/process.c "$out/all.o" \
		-L"$rump/lib" -Wl,-rpath,"$rump/lib" -Wl,--no-as-needed \
		-lrumpnet_shmif -lrumpnet_netinet6 -lrumpnet_netinet \
		-lrumpnet_net -lrumpnet -lrump -lrumpuser -lbsd -lpthread -ldl
}

build || exit 2
rm -f "$out"/lan?
timeout "${RUMP_TIMEOUT:-300}" "$out/rump" "$out"
