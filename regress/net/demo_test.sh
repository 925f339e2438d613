#!/usr/bin/env atf-sh
# The demonstration that README begins with: what it prints, and that nothing
# of it stays.

. "$(atf_get_srcdir)/lib.sh"

SERVICES=${SERVICES:-$SRCDIR/../../../etc}

# In a session of its own, as a terminal's: what is in it is the demo's.
_demo()
{
	need python3 unshare bmake cc
	(cd "$SERVICES/.." && find . | sort) >tree
	: >out
	python3 -c 'import os, signal, sys
os.setsid()
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' sh "$SERVICES/setup.sh" demo \
	    >out 2>&1 </dev/null &
	demo=$!
	note_pid "$demo"
	echo "$demo" >session
}

_ended() # STATUS
{
	local status=0

	PATIENCE=150 wait_for gone "$demo" || fail "it does not end: $(cat out)"
	wait "$demo" || status=$?
	[ $status -eq "$1" ] || fail "status $status, not $1: $(cat out)"
}

# Processes, files, mounts.  Its namespaces have no names out here: they end
# with the last process.
_nothing_left()
{
	_alone() { [ -z "$(_session)" ]; }
	wait_for _alone || fail "it has left processes: $(_session)"
	(cd "$SERVICES/.." && find . | sort) | cmp -s - tree ||
		fail "it has changed the tree"
	[ ! -e /run/demo ] || fail "it has left /run/demo"
	! grep -w demo /proc/self/mountinfo || fail "it has left a mount"
}

cleanup_more()
{
	local demo p

	demo=$(cat session)
	for p in $(_session | cut -d' ' -f1); do
		kill -9 "$p"
	done
}

_session()
{
	local p

	for p in /proc/[0-9]*; do
		sed -n "s/^\([0-9]*\) (\(.*\)) [^ZX] [0-9]* [0-9]* $demo .*/\1 \2/p" \
		    "$p/stat"
	done 2>/dev/null
}

case_one demo "every stream arrives, and README shows what it prints"
demo()
{
	local readme="$SERVICES/../README"

	_demo
	_ended 0
	[ "$(tail -n 1 out)" = "Every stream arrived complete where it \
should, and nowhere else." ] || fail "its end: $(cat out)"
	[ "$(grep -c ' ok$' out)" -ge 6 ] || fail "the table: $(cat out)"
	# Warnings are for others.
	! grep -E '^smcroute[a-z]*: |WRONG|NOT ' out || fail "it complains: $(cat out)"
	_nothing_left
	[ -e /proc/net/ip6_mr_vif ] || return 0
	# Process IDs differ; from the dollar on README only tells of it.
	sed '/^\$/,$d' out | _comparable >have
	sed -n '/^    building$/,/^then the routes/p' "$readme" |
	    sed '$d; s/^    //' | _comparable >want
	diff want have || fail "README shows something else"
	grep -q "^    $(tail -n 1 out)\$" "$readme" || fail "README: the end"
}

_comparable()
{
	sed "s/  *[0-9][0-9]* \(root\|_smcroute\)/ PID \1/" | sed '/^$/d'
}

case_one interrupted "^C ends it at once, and nothing stays"
interrupted()
{
	local when

	for when in '^building' '^mroute from wan group ff05::77:300'; do
		_demo
		must_come grep -q "$when" out
		kill -INT "-$demo"
		_ended 130
		_nothing_left
	done
}
