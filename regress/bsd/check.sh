#!/bin/sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Whether what is built for FreeBSD, NetBSD and OpenBSD, and not for Linux,
# compiles with the declarations in include/; and what is built for Linux, too,
# where it uses imsg, with the declarations of that of OpenBSD's libutil.
#
#	check.sh [FreeBSD] [NetBSD] [OpenBSD]	all three by default
#
# Exits 1 when a file does not compile, or is in a Makefile and missing.
# CLANG: the compiler, "clang" by default.

set -u
LC_ALL=C
export LC_ALL

here=$(cd "$(dirname "$0")" && pwd) || exit 1
cd "$here/../.." || exit 1
top=$(pwd)
clang=${CLANG:-clang}
parts='smcrouted/start smcrouted/parent smcrouted/engine smcrouted/control
    smcrouted/reader smcroutectl'
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

value() # PART SYSTEM EXPRESSION
{
	(cd "$1" && ${MAKE:-bmake} -V "$3" "OPSYS=$2" CFLAGS_MD= CFLAGS_MF= \
	    SANITIZE=)
}

# The names of the sources of a part, one a line.
names() # PART SYSTEM
{
	# shellcheck disable=SC2016	# for make
	value "$1" "$2" '${SRCS:M*.c}' >"$tmp/value" || return
	tr -s ' ' '\n' <"$tmp/value" | sort -u
	grep -q . "$tmp/value" # it has some
}

# Adds the paths of the sources that only this system has to the list of files.
list() # PART SYSTEM
{
	names "$1" "$2" >"$tmp/have" || return
	names "$1" Linux >"$tmp/linux" || return
	path=$(value "$1" "$2" .PATH) || return
	missing=0
	for s in $(comm -23 "$tmp/have" "$tmp/linux"); do
		for d in $path; do
			[ "$d" != . ] || d=$top/$1
			[ ! -f "$d/$s" ] || break
		done
		if [ -f "$d/$s" ]; then
			echo "$(cd "$d" && pwd)/$s" >>"$tmp/files"
		else
			echo "$1: $s of the Makefile is missing"
			missing=1
		fi
	done
	return $missing
}

compile() # NAME FILE
{
	name=$1
	file=$2
	eval "set -- $defines" # quotes within the flags are for a shell
	"$clang" -target "x86_64-unknown-$name" -fsyntax-only -std=gnu11 \
	    -Wall -Wextra -Werror -nostdlibinc -isystem "$here/include/$name" \
	    -isystem "$here/include/common" -isystem "$here/include/libutil" \
	    -iquote . -iquote smcrouted "$@" "$file" 2>&1
}

# Here all but imsg is Linux's own.
compile_imsg() # FILE
{
	file=$1
	eval "set -- $defines"
	"$clang" -fsyntax-only -std=gnu11 -Wall -Wextra -Werror \
	    -isystem /usr/include/bsd -isystem "$here/include/libutil" \
	    -DHAVE_IMSG -iquote . -iquote smcrouted "$@" "$file" 2>&1
}

check_imsg()
{
	# shellcheck disable=SC2016	# for make
	defines=$(value smcrouted/engine Linux '${CFLAGS:M-D*}') || return
	bad=0
	grep -lE 'imsg|peer_' common/*.c smcrouted/*/*.c smcrouted/*/*/*.c \
	    smcroutectl/*.c |
	    grep -vE '/imsg\.c$|_(free|net|open)?bsd\.c$' >"$tmp/files"
	while read -r f; do
		compile_imsg "$f" || bad=$((bad + 1))
	done <"$tmp/files"
	files=$(grep -c . "$tmp/files")
	[ $bad = 0 ] || { echo "imsg: $bad faults in $files files"; return 1; }
	echo "imsg: $files files ok"
}

check() # SYSTEM
{
	system=$(echo "$1" | tr '[:upper:]' '[:lower:]')
	# shellcheck disable=SC2016	# for make
	defines=$(value smcrouted/engine "$1" '${CFLAGS:M-D*}') || return
	bad=0
	echo "$here/${system}_abi.c" >"$tmp/files"
	for p in $parts; do
		list "$p" "$1" || bad=$((bad + 1))
	done
	sort -u -o "$tmp/files" "$tmp/files"
	while read -r f; do
		compile "$system" "${f#"$top"/}" || bad=$((bad + 1))
	done <"$tmp/files"
	files=$(grep -c . "$tmp/files")
	[ $bad = 0 ] || { echo "$1: $bad faults in $files files"; return 1; }
	echo "$1: $files files ok"
}

command -v "$clang" >/dev/null || { echo "$clang is not installed"; exit 1; }
[ $# -gt 0 ] || set -- FreeBSD NetBSD OpenBSD
status=0
for s; do
	check "$s" || status=1
done
check_imsg || status=1
exit $status
