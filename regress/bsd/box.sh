#!/bin/sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Runs tests on a BSD machine.
#
#	box.sh build DIR		for the other three
#	box.sh net DIR [PROGRAM [CASE ...]]	all programs of net/, or one
#	box.sh unit DIR
#	box.sh demo DIR
#	box.sh make DIR			builds for this machine, in DIR/box
#
# In the environment: BSDBOX, BSDCC, BSDOS and BSDFLAGS; see README here.
#
# Exit: 0 when all is well; the last line of output tells how many passed.

set -u
LC_ALL=C
export LC_ALL

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
BSDCC=${BSDCC-} BSDFLAGS=${BSDFLAGS-}
# The programs contain this path of the other machine.
there=/tmp/smcrouted-box

[ $# -ge 2 ] || { sed -n 's/^#	//p' "$0" >&2; exit 64; }
do=$1 dir=$2
shift 2

# A cross compiler makes static programs, which cannot be moved in memory.
run_make() # ARG ...
{
	if [ -n "$BSDCC" ]; then
		set -- OPSYS="${BSDOS:-FreeBSD}" CC="$BSDCC" LOCALBASE=$there \
		    HARDEN=-fstack-protector-strong \
		    HARDENLD=-Wl,--gc-sections "$@"
	fi
	case $(uname -s) in
	Linux)	make='bmake' ;;
	*)	make='make' ;;
	esac
	# shellcheck disable=SC2086
	$make PREFIX=$there LIBEXECDIR=$there/libexec SYSCONFDIR=$there/etc \
	    RUNDIR=$there/run $BSDFLAGS "$@"
}

make_in() # DIR ARG ...
{
	part=$1
	shift
	(cd "$dir/src/$part" && run_make "$@") >"$dir/make.log" 2>&1 && return
	tail -n 40 "$dir/make.log"
	exit 1
}

# A copy without objects, which are of another system.
copy_sources() # DIR
{
	(cd "$top" && tar cf - Makefile Makefile.inc common smcrouted \
	    smcroutectl etc regress/bsd regress/net regress/unit) |
	    (cd "$1" && tar xpf -) || exit 1
	find "$1" -type f \( -name '*.[od]' -o -name .depend \) \
	    -exec rm -f {} +
}

copy_programs() # DIR NAME ...: of regress/DIR to the folder of that name
{
	part=$1
	shift
	(cd "$dir/src/regress/$part" && cp -R "$@" "$box/$part/") || exit 1
}

make_box()
{
	box=$dir/box
	unset MAKEFLAGS MAKEOBJDIR MAKEOBJDIRPREFIX DESTDIR
	rm -rf "$dir"
	mkdir -p "$dir/src" "$box/net" "$box/unit" "$box/etc" "$box/run" \
	    "$box/tree" || exit 1
	copy_sources "$dir/src"
	for d in smcrouted/start smcrouted/parent smcrouted/engine \
	    smcrouted/control smcrouted/reader smcroutectl; do
		make_in $d all
		mkdir -p "$dir/inst$there/sbin" "$dir/inst$there/libexec"
		make_in $d install DESTDIR="$dir/inst"
	done
	cp -R "$dir/inst$there/." "$box/" || exit 1
	make_in regress/net all
	make_in regress/unit all
	# shellcheck disable=SC2046,SC2016	# words; for make
	copy_programs net $(cd "$dir/src/regress/net" &&
	    run_make -V '${PROGS}' && ls ./*.sh)
	cp "$here/atf.sh" "$box/net/"
	for f in "$box"/net/*_test.sh; do
		mv "$f" "${f%.sh}"
	done
	# shellcheck disable=SC2046,SC2016
	copy_programs unit $(cd "$dir/src/regress/unit" &&
	    run_make -V '${PROGS} ${SCRIPTS}') conf smcroutectl smcroute
	cp "$here/unit.sh" "$box/unit/"
	# shellcheck disable=SC2016
	(cd "$dir/src/regress/unit" && run_make -V '${TESTS} ${SCRIPTS}') |
	    tr -s ' ' '\n' >"$box/unit/list"
	cp -R "$top/etc" "$box/tree/" || exit 1
}

# What is sent: programs, or the sources if there is no compiler for them here.
build()
{
	if [ -n "$BSDCC" ]; then
		make_box
		(cd "$dir/box" && tar cf "$dir/box.tar" .)
	else
		rm -rf "$dir"
		mkdir -p "$dir/sources" || exit 1
		copy_sources "$dir/sources"
		(cd "$dir/sources" && tar cf "$dir/box.tar" .)
	fi
}

on_box() # COMMAND
{
	[ -n "${BSDBOX-}" ] || { echo "set BSDBOX" >&2; exit 64; }
	make=
	from=.
	if [ -d "$dir/sources" ]; then
		from=$there.build/box
		make="BSDFLAGS='$BSDFLAGS' sh regress/bsd/box.sh make \
		    $there.build &&"
	fi
	$BSDBOX "$dir/box.tar" "$make rm -rf $there && cp -R $from $there &&
	    cd $there && $1"
}

net() # PROGRAM [CASE ...]
{
	on_box "SMCROUTED=$there/sbin/smcrouted \
	    SMCROUTECTL=$there/sbin/smcroutectl TOOLS=$there/net \
	    SYSCONFDIR=$there/etc RUNDIR=$there/run \
	    SMCROUTE_USER=${SMCROUTE_USER:-_smcroute} \
	    sh net/atf.sh net/$*"
}

# Each program runs by itself: if it stops the machine, the others still run.
net_all()
{
	status=0
	for f in "$top"/regress/net/*_test.sh; do
		p=$(basename "$f" .sh)
		net "$p" >"$dir/out" 2>&1 || status=1
		sed '/^[0-9]* passed, /d' "$dir/out"
		grep '^[0-9]* passed, ' "$dir/out" || {
			echo "$p  ->  failed: it printed no result" >&2
			echo '0 passed, 1 failed, 0 skipped'
		}
	done >"$dir/all"
	grep -v '^[0-9]* passed, ' "$dir/all"
	awk '/^[0-9]+ passed, / { p += $1; f += $3; s += $5 }
	    END { printf "%d passed, %d failed, %d skipped\n", p, f, s }' \
	    "$dir/all"
	return $status
}

case $do in
build)	build ;;
make)	make_box ;;
net)	if [ $# -gt 0 ]; then
		program=${1#net/}
		shift
		net "$program" "$@"
	else
		net_all
	fi ;;
unit)	on_box "sh unit/unit.sh" ;;
demo)	on_box "DEMO_BUILT=$there sh tree/etc/setup.sh demo" ;;
*)	exit 64 ;;
esac
