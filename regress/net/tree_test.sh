#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# What must be true of the tree itself: the manual, README and HACKING, the size
# of the parent, how the executables are built.

. "$(atf_get_srcdir)/lib.sh"

SERVICES=${SERVICES:-$SRCDIR/../../../etc}
TREE=$SERVICES/..

case_one manual_lint "mandoc has nothing to say of the manual"
manual_lint()
{
	need mandoc
	# References to pages that are not installed here are no fault of the
	# manual.
	mandoc -Tlint "$TREE"/man/*.[1-9] 2>/dev/null |
	    grep -v 'referenced manual not found' >out
	[ ! -s out ] || fail "$(cat out)"
}

# Prints the words after .It Fl up to a section, one a line.
_flags() # PAGE SECTION
{
	sed -n "/^\.S[sh] $2/q; s/^\.It Fl //p" "$TREE/man/$1" |
	    sed 's/ , Fl /\
/g' | cut -d' ' -f1 | sort
}

case_one manual_options "each option is in the manual, once, and in the help"
manual_options()
{
	local o

	# -I is written beside -i.
	sed -n 's/^#define LETTERS[[:space:]]*"\(.*\)".*/\1/p' \
	    "$TREE/smcrouted/service/settings.c" |
	    tr -d : | grep -o . | sort >options
	[ "$(wc -l <options)" -gt 15 ] || fail "options: $(cat options)"
	_flags smcrouted.8 Processes >have
	diff options have || fail "options of smcrouted.8"
	"$SMCROUTED" -h >help || fail "-h"
	sed -n '/^\.Nm$/,/^\.Sh DESC/p' "$TREE/man/smcrouted.8" >synopsis
	while read -r o; do
		grep -Eq -- "\[-[a-zA-Z]*${o}[] a-zA-Z]" help ||
			fail "-$o is not in -h"
		[ "$o" = I ] ||
			grep -Eq "^\.Op Fl [a-zA-Z]*$o" synopsis ||
			fail "-$o is not in the synopsis"
	done <options
	"$SMCROUTECTL" -h >help || fail "smcroutectl -h"
	sed -n 's/^  -\([a-zA-Z]\) .*/\1/p' help >options
	echo I >>options
	sort -o options options
	_flags smcroutectl.8 'The old command line' >have
	diff options have || fail "options of smcroutectl.8"
}

case_one manual_commands "each command is in the manual and has its help"
manual_commands()
{
	local c

	"$SMCROUTECTL" help >help || fail "help"
	sed -n '/^Commands/,/^$/s/^  \([a-z]*\( [a-z]*\)\{0,1\}\)  .*/\1/p' \
	    help >commands
	[ "$(wc -l <commands)" -gt 10 ] || fail "commands: $(cat help)"
	sed '/^\.It Xo$/{ N; s/Xo\n\.//; }' "$TREE/man/smcroutectl.8" >page
	while read -r c; do
		grep -q "^\.It Cm ${c#show }\( \|\$\)" page ||
			fail "$c is not in smcroutectl.8"
		# shellcheck disable=SC2086
		"$SMCROUTECTL" help $c >out || fail "help $c"
		grep -q "^smcroutectl $c" out || fail "help $c: $(cat out)"
		grep -q 'example: smcroutectl [a-z]' out ||
			fail "help $c: no example"
	done <commands
}

case_one readme "README has fewer than 200 lines"
readme()
{
	local n

	n=$(wc -l <"$TREE/README")
	[ "$n" -gt 50 ] && [ "$n" -lt 200 ] || fail "README has $n lines"
}

case_one hacking "HACKING lists the engine's folders in their order"
hacking()
{
	local f="$TREE/smcrouted/HACKING"

	sed -n '/^3\. Layers/,/^4\. /s/^    \([a-z][a-z]*\)  .*/\1/p' "$f" >have
	sed -n 's/^LAYERS=[[:space:]]*//p' "$TREE/smcrouted/engine/Makefile" |
	    tr ' ' '\n' >want
	[ "$(wc -l <want)" -gt 5 ] || fail "no LAYERS"
	diff want have || fail "HACKING names other folders"
}

case_one parent_budget "the parent is under 600 lines of code, none a parser"
parent_budget()
{
	local n other parent="${SMCROUTED%/sbin/*}/libexec/smcrouted/parent"

	for other in kernel_linux.c kernel_bsd.c; do
		n=$(cd "$TREE/smcrouted/parent" &&
		    ls *.[ch] | grep -v "^$other$" | xargs cat |
		    grep -cvE '^[[:space:]]*($|/?\*|//)')
		[ "$n" -gt 100 ] || fail "$n lines?"
		[ "$n" -lt 600 ] || fail "$n lines of code without $other"
	done
	need nm
	nm "$parent" | awk '{ print $NF }' >symbols
	grep -qx gate_verb symbols || fail "no symbols"
	! grep -E '^(conf|line|prefix|directive|rules|client)_' symbols ||
		fail "the parent has what is the engine's or the control's"
	# the parent resolves no name and runs no command from a child's
	# message; a sanitizer's functions do not count
	grep -q '^__asan_init' symbols ||
	    ! grep -E '^(system|popen|dlopen|wordexp)(@|$)' symbols ||
		fail "the parent has a shell"
}

case_one executables "position independent, read-only, with few libraries"
executables()
{
	local f libs="${SMCROUTED%/sbin/*}/libexec/smcrouted"

	need readelf
	for f in "$SMCROUTED" "$SMCROUTECTL" "$libs/parent" "$libs/engine" \
	    "$libs/control"; do
		readelf -hldW "$f" >elf || fail "$f"
		! grep -q 'lib[alt]san\|libubsan' elf ||
			atf_skip "built with a sanitizer"
		grep -q 'Type: *DYN' elf || fail "$f: not PIE"
		grep -q 'GNU_RELRO' elf || fail "$f: no RELRO"
		grep -q 'FLAGS.*NOW' elf || fail "$f: bound late"
		grep -Eq 'GNU_STACK.* RW ' elf || fail "$f: executable stack"
		readelf -sW "$f" >symbols
		grep -q '__stack_chk_fail' symbols ||
			fail "$f: no stack protector"
		# only glibc has it
		! grep -q 'ld-linux' elf || grep -q 'printf_chk' symbols ||
		    fail "$f: no FORTIFY"
		! grep NEEDED elf | grep -v 'libc\.musl-' | grep -Ev \
		    'lib(event_core-[0-9.]*|bsd|cap|seccomp|c|gcc_s)\.so' ||
			fail "$f: other libraries"
	done
	readelf -dW "$SMCROUTECTL" | grep NEEDED >elf
	! grep -E 'event|cap|seccomp' elf || fail "smcroutectl: $(cat elf)"
}

# Compiles with the flags of the Makefile and those that are promised.
case_one compilers "no compiler has a warning"
compilers()
{
	local cc f flags warn

	need bmake
	warn="-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
	    -Wpointer-arith -Wformat=2"
	flags=$(unset MAKEFLAGS COPTS; cd "$TREE/smcrouted/parent" &&
	    bmake -V '${CFLAGS}' | sed 's/\\//g; s/ -MD .*//') ||
		fail "no flags"
	for cc in gcc clang; do
		command -v $cc >/dev/null || continue
		for f in "$TREE"/common/*.c "$TREE"/smcrouted/*/*.c \
		    "$TREE"/smcrouted/engine/*/*.c "$TREE"/smcroutectl/*.c "$TREE"/regress/[nu]*/*.c; do
			# for other systems: see regress/bsd
			case $f in *bsd*.c | *_route.c) continue ;; esac
			# shellcheck disable=SC2086
			$cc $flags $warn -Werror -c -o /dev/null "$f" \
			    >out 2>&1 || fail "$cc: $(cat out)"
		done
	done
}
