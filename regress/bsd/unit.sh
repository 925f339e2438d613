#!/bin/sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Runs the unit programs and scripts in the folder of this script, which the
# file "list" names, on a machine without kyua.  LIMIT: seconds for each.
#
# Prints "NAME  ->  passed", "failed: exit N" with its output, or "skipped: WHY"
# for each, and "N passed, N failed, N skipped".  Exit: 0 when none has failed.

cd "$(dirname "$0")" || exit 1
here=$(pwd)

# The program that a script needs and that is missing here, if any.
missing() # FILE
{
	# shellcheck disable=SC2013	# words
	for p in $(sed -n 's/^# Needs: //p' "$1"); do
		command -v "$p" >/dev/null || echo "$p"
	done
}

passed=0 failed=0 skipped=0
while read -r name; do
	run=./$name
	case $name in
	*.sh)	run="sh ./$name $here"
		lacks=$(missing "$name")
		if [ -n "$lacks" ]; then
			echo "unit:$name  ->  skipped: $lacks is not installed"
			skipped=$((skipped + 1))
			continue
		fi ;;
	esac
	# shellcheck disable=SC2086	# words
	if timeout -k 5 "${LIMIT:-600}" $run >out 2>&1 </dev/null; then
		echo "unit:$name  ->  passed"
		passed=$((passed + 1))
	else
		echo "unit:$name  ->  failed: exit $?"
		sed 's/^/	/' out
		failed=$((failed + 1))
	fi
done <list
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
