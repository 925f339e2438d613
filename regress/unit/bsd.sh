#!/bin/sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# How OpenBSD and FreeBSD confine the processes, as far as another system can
# test it: their files are compiled against declarations of their system calls,
# and a stand-in (bsd_calls.c) prints the calls.

here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$(dirname "$here")")
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
failed=0
LC_ALL=C
export LC_ALL

fail() {
	echo "bsd: $*" >&2
	failed=1
}

headers() {
	mkdir -p "$tmp/OpenBSD" "$tmp/FreeBSD/sys"
	cat >"$tmp/OpenBSD/unistd.h" <<-'END'
	#include_next <unistd.h>
	int pledge(const char *, const char *);
	int unveil(const char *, const char *);
	END
	cat >"$tmp/FreeBSD/sys/capsicum.h" <<-'END'
	#include <stdint.h>
	#define CAP_READ UINT64_C(1)
	#define CAP_WRITE UINT64_C(2)
	#define CAP_FSTAT UINT64_C(4)
	#define CAP_FCNTL UINT64_C(8)
	#define CAP_IOCTL UINT64_C(16)
	#define CAP_EVENT UINT64_C(32)
	#define CAP_SEEK UINT64_C(64)
	#define CAP_CONNECT UINT64_C(128)
	#define CAP_LOOKUP UINT64_C(256)
	#define CAP_FSTATFS UINT64_C(512)
	#define CAP_FSTATAT UINT64_C(1024)
	typedef struct {
		uint64_t bits;
	} cap_rights_t;
	static inline void
	add_rights(cap_rights_t *r, const uint64_t *more)
	{
		for (r->bits = 0; *more != 0; more++)
			r->bits |= *more;
	}
	#define cap_rights_init(r, ...) \
	    add_rights(r, (const uint64_t[]){ __VA_ARGS__ __VA_OPT__(, ) 0 })
	int cap_enter(void);
	int cap_getmode(unsigned int *);
	int cap_rights_limit(int, const cap_rights_t *);
	END
	cat >"$tmp/FreeBSD/sys/procctl.h" <<-'END'
	#include <sys/wait.h>
	#define PROC_TRAPCAP_CTL 9
	#define PROC_TRAPCAP_CTL_ENABLE 1
	#define PROC_TRAPCAP_CTL_DISABLE 2
	int procctl(idtype_t, id_t, int, void *);
	END
}

# chosen SYSTEM PROGRAM: what its Makefile takes of common/ and service/ there
chosen() {
	# shellcheck disable=SC2016	# for make
	(cd "$top/smcrouted/$2" && ${MAKE:-bmake} -V '${SRCS}' OPSYS="$1") |
	    tr ' ' '\n' | grep -E '^(confine|folders|sandbox|paths)' | sort
}

# chooses SYSTEM PROGRAM FILE ...
chooses() {
	system=$1 program=$2
	shift 2
	chosen "$system" "$program" >"$tmp/chosen"
	printf '%s\n' "$@" | cmp -s - "$tmp/chosen" ||
	    fail "$program on $system: $(tr '\n' ' ' <"$tmp/chosen")"
}

# compile SYSTEM FILE FLAG ...: into $tmp/SYSTEM.d
compile() {
	o=$tmp/$1.d/$(basename "$2" .c).o f=$2
	shift 2
	${CC:-cc} -std=gnu11 -Wall -Wextra -Werror "$@" -D_GNU_SOURCE \
	    -iquote "$top" -iquote "$top/smcrouted" \
	    -isystem /usr/include/bsd -DLIBBSD_OVERLAY -c -o "$o" "$f" && return
	fail "$f does not compile"
	exit 1
}

# build SYSTEM: $tmp/SYSTEM.calls
build() {
	mkdir "$tmp/$1.d"
	for f in $(chosen "$1" start) log.c; do
		case $f in
		folders* | paths*) f=$top/smcrouted/service/$f ;;
		*) f=$top/common/$f ;;
		esac
		compile "$1" "$f" -I"$tmp/$1"
	done
	compile "$1" "$here/bsd_calls.c" -I"$tmp/OpenBSD" -I"$tmp/FreeBSD"
	wrap=
	for f in chdir chroot getegid geteuid getgid getpwnam getuid setegid \
	    seteuid setgid setgroups setrlimit setuid; do
		wrap=$wrap,--wrap=$f
	done
	${CC:-cc} -Wl"$wrap" -o "$tmp/$1.calls" "$tmp/$1.d"/*.o -lbsd && return
	fail "what is for $1 does not link"
	exit 1
}

# calls CODE SYSTEM ARGUMENTS: into $tmp/out
calls() {
	want=$1 calls=$tmp/$2.calls
	shift 2
	"$calls" "$@" >"$tmp/out" 2>"$tmp/err"
	got=$?
	[ $got -eq "$want" ] || fail \
	    "$(basename "$calls") $*: exit $got, not $want: $(cat "$tmp/err")"
}

# is: standard input is what was called
is() {
	cat >"$tmp/ok"
	cmp -s "$tmp/ok" "$tmp/out" && return
	fail "not as expected:"
	diff -u "$tmp/ok" "$tmp/out" >&2
}

# given VARIABLE=VALUE COMMAND: what bsd_calls.c reads
given() {
	export "${1?}"
	shift
	"$@"
	unset FAIL ERROR KEEP SAVED
}

# breaks CODE SYSTEM CALL ARGUMENTS: when that call fails, nothing comes after
breaks() {
	code=$1 system=$2 call=$3
	shift 3
	given FAIL="$call" calls "$code" "$system" "$@"
	case $(tail -n 1 "$tmp/out") in
	"$call"*) ;;
	*) fail "$call fails, and then: $(tail -n 1 "$tmp/out")" ;;
	esac
}

# pledges PROCESS PROMISE ...: these and no others
pledges() {
	process=$1
	shift
	calls 0 OpenBSD sandbox "$process"
	[ "$(wc -l <"$tmp/out")" -eq 1 ] ||
	    fail "$process: $(cat "$tmp/out")"
	sed -n 's/^pledge //p' "$tmp/out" | tr ' ' '\n' | sort >"$tmp/promises"
	printf '%s\n' "$@" | sort | cmp -s - "$tmp/promises" ||
	    fail "$process pledges $(tr '\n' ' ' <"$tmp/promises")"
}

promises() {
	pledges nursery stdio proc recvfd sendfd inet mcast route unix
	pledges engine stdio recvfd sendfd inet mcast route
	pledges control stdio recvfd unix
	pledges readers stdio proc recvfd sendfd rpath
	pledges reader stdio sendfd rpath
	# the parent sets options of multicast routing, which no promise allows
	calls 0 OpenBSD sandbox parent
	is </dev/null
	# a promise that was given up does not come back
	calls 0 OpenBSD sandbox nursery engine
	calls 0 OpenBSD sandbox nursery control
	calls 0 OpenBSD sandbox readers reader
	calls 71 OpenBSD sandbox engine nursery
	for p in nursery engine control readers reader; do
		breaks 71 OpenBSD pledge sandbox $p
	done
}

files() {
	d=$(cd "$tmp" && pwd -P)
	mkdir "$d/etc" "$d/etc/more" "$d/run" "$d/ctl"
	: >"$d/etc/a.conf"
	: >"$d/etc/b.conf"
	: >"$d/etc/more/c.conf"
	: >"$d/run/d.conf"
	ln -s more/c.conf "$d/etc/link.conf"
	# no unveil takes effect before all paths are known; each is named once
	calls 0 OpenBSD paths "$d/etc/a.conf" "$d/etc/more/c.conf" \
	    "$d/etc/b.conf" "$d/gone/e.conf" "$d/gone/away/f.conf" \
	    -- "$d/run/pid" "$d/run/sock"
	is <<-END
	confine
	unveil / 
	unveil $d/etc r
	unveil $d/etc/more r
	unveil $d/run c
	unveil locked
	END
	# a place for several
	calls 0 OpenBSD paths "$d/run/d.conf" "$d/etc/a.conf" -- "$d/run/sock"
	is <<-END
	confine
	unveil / 
	unveil $d/run rc
	unveil $d/etc r
	unveil locked
	END
	# the pid file elsewhere
	calls 0 OpenBSD paths -- "$d/run/pid" "$d/ctl/sock"
	is <<-END
	confine
	unveil / 
	unveil $d/run c
	unveil $d/ctl c
	unveil locked
	END
	# where a link leads
	calls 0 OpenBSD paths "$d/etc/link.conf" -- /pid
	is <<-END
	confine
	unveil / 
	unveil $d/etc r
	unveil $d/etc/more r
	unveil / c
	unveil locked
	END
	set -- paths "$d/etc/a.conf" -- "$d/run/pid" "$d/ctl/sock"
	for call in "$d/etc" "$d/run" "$d/ctl" locked; do
		breaks 71 OpenBSD "unveil $call" "$@"
	done
	# the files to be removed are so by descriptors that the parent has
	calls 0 FreeBSD "$@"
	is <<-'END'
	cap_rights_limit 3 read fstat fcntl seek lookup fstatfs fstatat
	confine
	cap_enter
	END
	breaks 71 FreeBSD cap_rights_limit "$@"
}

capsicum() {
	for p in nursery engine control; do
		calls 0 FreeBSD sandbox $p
		is <<-'END'
		cap_rights_limit 0 write fstat
		cap_rights_limit 1 write fstat
		cap_rights_limit 2 write fstat
		procctl trap
		cap_enter
		END
		for call in cap_enter "cap_rights_limit 0" \
		    "cap_rights_limit 1" "cap_rights_limit 2"; do
			breaks 71 FreeBSD "$call" sandbox $p
		done
		# the system may forbid the trap to all, which is only an
		# addition
		given FAIL=procctl calls 0 FreeBSD sandbox $p
		grep -q '^cap_enter$' "$tmp/out" || fail "$p without a trap"
	done
	# paths_enter() is for the readers and the parent
	calls 0 FreeBSD sandbox readers
	is <<-'END'
	cap_rights_limit 0 write fstat
	cap_rights_limit 1 write fstat
	cap_rights_limit 2 write fstat
	END
	# a child is in the mode of its nursery
	calls 0 FreeBSD sandbox nursery engine
	[ "$(grep -c cap_enter "$tmp/out")" -eq 1 ] || fail "entered twice"
	# what the parent may do with each descriptor is decided before
	calls 0 FreeBSD sandbox parent
	echo cap_enter | is
	breaks 71 FreeBSD cap_enter sandbox parent
	# a kernel without it
	given FAIL=cap_enter given ERROR=ENOSYS calls 0 FreeBSD sandbox engine
	grep -q 'a kernel without Capsicum' "$tmp/err" || fail "no notice"
}

# rights SYSTEM
rights() {
	calls 0 "$1" rights 701 702
	is <<-'END'
	setrlimit core 0
	setrlimit nofile many
	setgroups 702
	setgid 702
	setuid 701
	END
	for call in "setrlimit core" setgroups setgid setuid; do
		code=77
		[ "$call" != "setrlimit core" ] || code=71
		breaks $code "$1" "$call" rights 701 702
	done
	# as it is: the parent
	calls 0 "$1" rights 0 0
	grep -q '^setuid 0$' "$tmp/out" || fail "$1: root is not root alone"
	calls 0 "$1" rights 0 5
	given KEEP=setgid calls 77 "$1" rights 0 5
	# group 0 is one of many
	calls 0 "$1" rights 701 0
	for call in setuid setgid; do
		given KEEP="$call" calls 77 "$1" rights 701 702
		given KEEP="$call" given SAVED=1 calls 77 "$1" rights 701 702
	done
}

# child SYSTEM
child() {
	mkdir "$tmp/$1.ours"
	chmod 777 "$tmp/$1.ours"
	ln -s / "$tmp/$1.link"
	calls 71 "$1" child _smcroute "$tmp/$1.ours"
	is </dev/null
	calls 71 "$1" child _smcroute "$tmp/$1.link"
	is </dev/null
	calls 67 "$1" child nobody-there /
	is </dev/null
	calls 67 "$1" child root /
	is </dev/null
	calls 0 "$1" child _smcroute /
	is <<-'END'
	chroot /
	chdir /
	setrlimit core 0
	setrlimit nofile many
	setgroups 702
	setgid 702
	setuid 701
	setrlimit fsize 0
	END
	breaks 71 "$1" chroot child _smcroute /
	breaks 71 "$1" chdir child _smcroute /
	breaks 71 "$1" "setrlimit fsize" child _smcroute /
	calls 0 "$1" unprivileged
	is <<-'END'
	setrlimit core 0
	setrlimit nofile many
	setrlimit fsize 0
	END
	calls 0 "$1" nofork
	echo 'setrlimit nproc 0' | is
	breaks 71 "$1" "setrlimit nproc" nofork
	calls 0 "$1" files 128
	echo 'setrlimit nofile 128' | is
	breaks 71 "$1" "setrlimit nofile" files 128
}

headers
for p in engine control; do
	chooses OpenBSD $p confine.c confine_bsd.c sandbox_openbsd.c
	chooses FreeBSD $p confine.c confine_bsd.c sandbox_freebsd.c
done
for p in start reader; do
	chooses OpenBSD $p confine.c confine_bsd.c folders.c paths_openbsd.c \
	    sandbox_openbsd.c
	chooses FreeBSD $p confine.c confine_bsd.c folders.c paths_freebsd.c \
	    sandbox_freebsd.c
done
chooses OpenBSD parent folders.c paths_openbsd.c sandbox_openbsd.c
chooses FreeBSD parent folders.c paths_freebsd.c sandbox_freebsd.c
build OpenBSD
build FreeBSD
promises
files
capsicum
for s in OpenBSD FreeBSD; do
	rights $s
	child $s
done
exit $failed
