# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# The verbs of the comparison with the original.
#
# Two worlds: o with the original, Debian's smcroute below PEERS, and n with ours.  Each is a router of the same interfaces, hosts at their other ends, and
# an /etc and a /run that only its programs see.  What can be observed of either
# goes line by line into o/facts and n/facts; verdict() compares them, and what
# differs must stand in the table of differences.

# Words of options and addresses are to be split, hence no quotes around some.
# shellcheck shell=sh disable=SC3043,SC2086,SC2154

# shellcheck source=../net/lib.sh
. "$(atf_get_srcdir)/lib.sh"

VERSION=2.5.6	# the one that the table of differences is about

# What the two have in the way of tools and interfaces.
twins() # INTERFACE ...
{
	local w

	ORIGINAL=${PEERS:-}/smcroute/usr/sbin
	[ -x "$ORIGINAL/smcrouted" ] ||
	    atf_skip "Debian's smcroute, to compare with, cannot be had"
	case $("$ORIGINAL/smcrouted" -v 2>&1) in
	*" v$VERSION"*) ;;
	*)	atf_skip "Debian's smcroute is not $VERSION" ;;
	esac
	need unshare
	for w in o n; do
		mkdir -p $w/etc/smcroute.d $w/run $w/home || fail "mkdir"
		for f in passwd group nsswitch.conf ld.so.cache localtime; do
			[ ! -e /etc/$f ] || cp /etc/$f $w/etc/
		done
		: >$w/facts
	done
	world o router "$@"
	world n router "$@"
	for w in o n; do
		must_come cables_ready "$NS$w" "$NS${w}h" $#
		must_come [ -e $w/ready ]
	done
}

# The router of a world and its hosts: h0 is cabled to the first interface.
world() # WORLD router INTERFACE ...
{
	local w="$1" i=0

	shift 2
	{ ns_make "$NS$w" router && ns_make "$NS${w}h" hosts; } ||
	    atf_fail "cannot make namespaces"
	for if; do
		cable_make "$NS$w" "$if" "$NS${w}h" "h$i" ||
		    atf_fail "cannot make $if"
		[ $w = n ] || echo "h$i $if" >>cables
		i=$((i + 1))
	done
	inhabit $w
}

# A process that keeps the world's mounts.
# shellcheck disable=SC2016	# for the inner shell
inhabit() # WORLD
{
	$(ns_command "$NS$1") unshare -m --propagation private sh -c '
		mount --bind "$1/etc" /etc && mount --bind "$1/run" /run || exit
		[ ! -d "$2" ] || mount --bind "$1/etc" "$2" || exit
		[ ! -d "$3" ] || mount --bind "$1/run" "$3" || exit
		: >"$1/ready"
		exec sleep 1000' sh "$PWD/$1" "${SYSCONFDIR:-/-}" \
	    "${RUNDIR:-/-}" >$1/log 2>&1 </dev/null &
	eval "keeper_$1=\$!"
	note_pid $!
}

# What to put before a command that is to run there, in its /home (it becomes
# the command, its process number stays).
inside() # WORLD
{
	local pid path

	eval "pid=\$keeper_$1"
	case $1 in
	o)	path=$ORIGINAL ;;
	n)	path=${SMCROUTED%/*} ;;
	esac
	echo nsenter -t $pid -m -n --wd="$PWD/$1/home" env PATH="$path:$PATH"
}

within() # WORLD COMMAND ...
{
	local w="$1"

	shift
	$(inside $w) "$@"
}

# --- the daemon -------------------------------------------------------------

# The configuration of both, from standard input.
config() # [FILE]
{
	tee o/etc/${1:-smcroute.conf} >n/etc/${1:-smcroute.conf}
}

# Runs it in the foreground of a background job; whether it comes up is a fact.
both_start() # [OPTION ...]
{
	local w

	for w in o n; do
		$(inside $w) smcrouted -n "$@" >$w/log 2>&1 </dev/null &
		eval "pid_$w=\$!"
		note_pid $!
	done
	for w in o n; do
		D=$w
		wait_for up_or_gone $w || fail "$w neither starts nor ends"
		if [ -s $w/run/smcroute.pid ]; then
			fact $w "starts"
			eval "runs_$w=yes"
		else
			_status $w "ends at the start"
			eval "runs_$w="
		fi
	done
}

up_or_gone() # WORLD
{
	[ -s $1/run/smcroute.pid ] || gone "$(daemon_pid)"
}

_status() # WORLD TEXT
{
	local status=0

	wait "$(D=$1 daemon_pid)" || status=$?
	fact $1 "$2 with $status"
}

# The end of those that both_start has started, and what they leave.
both_end()
{
	local w runs

	for w in o n; do
		eval "runs=\$runs_$w"
		D=$w
		if [ -n "$runs" ] && alive "$(daemon_pid)"; then
			kill "$(daemon_pid)"
			wait_for gone "$(daemon_pid)" || fail "$w does not end"
			_status $w "ends"
		elif [ -n "$runs" ]; then
			_status $w "had ended"
		fi
		leaves $w
		rm -f $w/run/*.sock $w/run/*.pid
	done
}

leaves() # WORLD
{
	fact $1 leaves "$(cd $1/run && ls | grep -E '[.](sock|pid)$' |
	    tr '\n' ' ')"
}

# Those that the last command has put into the background, if it has.
both_up() # [NAME]
{
	local w

	for w in o n; do
		[ "$(cat $w/home/status)" -eq 0 ] || continue
		wait_for [ -s "$w/run/${1:-smcroute}.pid" ] ||
		    fail "$w has no pid file"
		eval "pid_$w=\$(cat "$w/run/${1:-smcroute}.pid")"
		D=$w
		note_pid "$(daemon_pid)"
	done
}

both_gone() # [NAME]
{
	local w

	for w in o n; do
		D=$w
		wait_for gone "$(daemon_pid)" || fail "$w does not end"
		leaves $w
	done
}

# --- facts --------------------------------------------------------------------

fact() # WORLD TEXT
{
	local w="$1"

	shift
	echo "${LABEL:+$LABEL: }$*" >>$w/facts
}

label() # TEXT: of the facts from now on
{
	LABEL=$*
}

facts() # WORLD <lines
{
	sed "s|^|${LABEL:+$LABEL: }|" >>$1/facts
}

# Command lines in each, one after another; $1 is how to tell what became of one.
# shellcheck disable=SC2016	# for the inner shell
LINES='
tell=$1
shift
for line; do
	status=0
	(eval "$line") >out 2>err </dev/null || status=$?
	case $tell in
	exit)	echo "$line: exit $status" ;;
	both)	echo "$line: exit $status$([ ! -s out ] || echo , output)$(
		[ ! -s err ] || echo , errors)" ;;
	says)	echo "@ $line"
		cat out err
		echo "exit $status" ;;
	esac
done
echo $status >status'

_lines() # TELL COMMAND-LINE ...
{
	local w

	for w in o n; do
		within $w sh -c "$LINES" sh "$@" >$w/lines
		[ "$(grep -c ': exit\|^exit' $w/lines)" -ge $(($# - 1)) ] ||
		    fail "not all of these were run in $w: $*"
		titled <$w/lines | facts $w
	done
}

# What a command has printed, blanks and rules cut short, each line with the
# title of the table that it is of.
titled()
{
	awk '
		$1 == "@" { line = substr($0, 3) ": "; title = ""; next }
		NF == 0 { next }
		line == "" { print; next }
		{ $1 = $1 }
		/^__+$/ { rule = 1; next }
		rule { title = "[" $0 "] "; rule = 0 }
		/^==+$/ { $0 = "===" }
		{ print line title $0 }'
}

# The exit code, and whether it speaks.
both() # COMMAND-LINE ...
{
	_lines both "$@"
}

# The exit code of those whose words do not matter.
both_exit() # COMMAND-LINE ...
{
	_lines exit "$@"
}

# What they print, line by line.
both_says() # COMMAND-LINE ...
{
	_lines says "$@"
}

# What the kernel has.
kernel() # WORLD
{
	local f

	for f in 4 6; do
		kernel_vifs "$NS$1" $f | sed "s/^[0-9]* /vif$f /"
		kernel_joins "$NS$1" $f | sed "s/^/join$f /"
		kernel_ssm "$NS$1" $f | sed "s/^/ssm$f /"
	done
}

kernel_routes() # WORLD
{
	kernel_mfc "$NS$1" 4 | sed "s/^/mfc4 /"
	kernel_mfc "$NS$1" 6 | sed "s/^/mfc6 /"
}

# Rows of the tables, without headings and with single blanks; of interfaces,
# whether the slots that are shown are those that the kernel has.
shown() # WORLD WHAT ...
{
	local w="$1"

	shift
	# shellcheck disable=SC2016	# for the inner shell
	within $w $LIMIT sh -c 'for i; do
			echo "@ $i"
			[ $i = interfaces ] && sed "s/^/4 /" /proc/net/ip_mr_vif
			[ $i = interfaces ] && sed "s/^/6 /" /proc/net/ip6_mr_vif
			smcroutectl -p show $i
		done' sh "$@" 2>/dev/null </dev/null | awk '
		function slot(f, n) {
			k = (f, $2) in slots ? slots[f, $2] : "N/A"
			return n == k ? "true" : n " is " k
		}
		$1 == "@" { what = $2; rows = 0; next }
		/^[_=]+$/ || NF == 0 || /^(ROUTE|GROUP) \(/ ||
		/^Group Memberships/ || /^ *INDEX/ { next }
		/^\(\*,G\) Template Rules/ { what = "asm"; next }
		/^\(S,G\) Rules/ { what = "ssm"; next }
		/^Kernel MFC Table/ { what = "kernel"; next }
		what == "interfaces" && (NF > 4 || $2 == "Interface") {
			slots[$1, $3] = $2
			next
		}
		what == "interfaces" {
			print "show", what, $2, slot(4, $3), slot(6, $4)
			next
		}
		{ $1 = $1; print "show", what, $0 }'
}

# All that can be seen.
both_facts() # LABEL
{
	local w

	label "$@"
	for w in o n; do
		{ kernel $w; kernel_routes $w
		    shown $w routes groups interfaces; } | facts $w
	done
	label
}

# Only the kernel's side of it; only routes.
both_kernel() # LABEL
{
	local w

	label "$@"
	for w in o n; do
		{ kernel $w; kernel_routes $w; } | facts $w
	done
	label
}

both_routes() # [LABEL]
{
	local w

	[ $# -eq 0 ] || label "$@"
	for w in o n; do
		{ kernel_routes $w; shown $w routes; } | facts $w
	done
	[ $# -eq 0 ] || label
}

# A packet of each flow in at an interface of both, and what becomes of them.
both_flows() # <lines of IF SRC GRP
{
	local w

	while read -r if src grp; do
		for w in o n; do
			"$TOOLS/mcsend" -n "$NS${w}h" \
			    "$(host_of "$if")" "$src" "$grp" >>sent ||
			    fail "mcsend failed"
		done
		echo "($src,$grp)"
	done >keys
	for w in o n; do
		wait_for asked $w || fail "the kernel of $w has not them all:
$(cat keys; entries $w)"
		# It answers this after what came before.
		within $w smcroutectl show >/dev/null 2>&1 </dev/null || :
		wait_for answered $w || :
		entries $w | sed -n 's/ .*unresolved/ is unanswered/p' \
		    >>$w/facts
	done
}

entries() # WORLD
{
	ip -n "$NS$1" -4 mroute show
	ip -n "$NS$1" -6 mroute show
}

# A packet of a known flow on another interface: where is its entry afterwards?
both_move() # IF SRC GRP
{
	local w f=4

	case $3 in *:*) f=6 ;; esac
	for w in o n; do
		"$TOOLS/mcsend" -n "$NS${w}h" "$(host_of "$1")" "$2" "$3" \
		    >>sent || fail "mcsend failed"
	done
	for w in o n; do
		within $w smcroutectl show >/dev/null 2>&1 </dev/null || :
		PATIENCE=20 wait_for moved $w $f "($2,$3)" "$1" || :
	done
}

moved() # WORLD FAMILY KEY IF
{
	ip -n "$NS$1" -$2 mroute show | grep -F "$3" | grep -q "Iif: $4 "
}

asked() # WORLD
{
	entries $1 | awk 'FILENAME == "keys" { want[$1]; next }
		{ delete want[$1] }
		END { for (k in want) exit 1 }' keys -
}

answered() # WORLD
{
	! entries $1 | grep -q unresolved
}

# --- the verdict --------------------------------------------------------------

# What only one has must be in the table, and what is there must occur.
verdict() # CASE
{
	local w

	for w in o n; do
		sort -u $w/facts >$w/sorted
	done
	{ comm -23 o/sorted n/sorted | sed 's/^/- /'
	    comm -13 o/sorted n/sorted | sed 's/^/+ /'; } >differ
	awk -v id="$1" -v table="$SRCDIR/differences" \
	    -f "$SRCDIR/verdict.awk" "$SRCDIR/differences" differ >wrong || fail "verdict.awk failed"
	[ ! -s wrong ] || {
		echo "--- the differences:"
		cat differ
		for w in o n; do
			echo "--- log of $w:"
			tail -n 20 $w/log
		done
		fail "$(wc -l <wrong) differences from the table
$(cat wrong)"
	}
}
