#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Every configuration of the corpus, in the original and in ours.

. "$(atf_get_srcdir)/worlds.sh"

# The interfaces that a file names; eth+ stands for two.
names() # FILE
{
	sed 's/#.*//' "$1" | awk '
		function name(s) {
			if (s ~ /@/ || s == "lo" || s == "")
				return
			if (sub(/\+$/, "", s)) {
				name(s "0")
				name(s "1")
			} else if (!(s in seen)) {
				seen[s] = 1
				print s
			}
		}
		{
			for (i = 1; i < NF; i++)
				if ($i == "from" || $i == "phyint")
					name($(i + 1))
				else if ($i == "to")
					while (i < NF)
						name($(++i))
		}'
}

# A flow for each route that waits for some: IF SRC GRP.
flows() # FILE
{
	sed 's/#.*//' "$1" | awk '
		# an address that is in the range
		function in_range(s) {
			if (!index(s, "/") || s ~ /\/(32|128)$/) {
				sub(/\/.*/, "", s)
				return s
			}
			sub(/\/.*/, "", s)
			if (!sub(/::$/, "::" NR, s))
				sub(/\.0$/, "." NR, s)
			return s
		}
		$1 == "mroute" && $2 == "from" {
			src = grp = ""
			for (i = 4; i < NF; i++) {
				if ($i == "source")
					src = $(i + 1)
				if ($i == "group")
					grp = $(i + 1)
			}
			if (grp == "" || grp ~ /^(ff02|224\.0\.0\.[0-9])/ ||
			    $3 == "lo" || $3 ~ /@/)
				next
			if (src != "" && !index(src grp, "/"))
				next
			sub(/\+$/, "0", $3)
			if (src == "")
				src = grp ~ /:/ ? "2001:db8:77::" NR : \
				    "10.77.0." NR
			print $3, in_range(src), in_range(grp)
		}' | sort -u
}

compare() # ID FILE
{
	local n=

	CONF=$2
	config <"$2"
	echo "mgroup from lo group 239.0.0.1" | config smcroute.d/one.conf
	[ "$1" = 02 ] || rm o/etc/smcroute.d/* n/etc/smcroute.d/*
	# As it is in the field: with -N if each interface has a line.
	names "$2" >named
	while read -r if; do
		grep -Eq "^ *phyint +$if +enable" "$2" || n=no
	done <named
	both_exit "smcrouted -F /etc/smcroute.conf"
	if [ -z "$n" ]; then
		both_start -N
	else
		both_start
	fi
	both_facts start
	[ ! -s o/run/smcroute.pid ] || [ ! -s n/run/smcroute.pid ] || flows_too
	verdict "$1"
}

# Learned flows; what a reload and the end leave.
flows_too()
{
	local w

	flows "$CONF" >flows
	if [ -s flows ]; then
		both_flows <flows
		both_routes flows
	fi
	both "smcroutectl reload"
	both_routes reload
	both "smcroutectl kill"
	both_gone
}

for file in "${CORPUS:-/-}"/*.conf; do
	[ -f "$file" ] || continue
	id=$(basename "$file" .conf)
	name=c$(echo "$id" | tr -c 'a-zA-Z0-9\n' _)
	eval "$name() { twins \$(names '$file'); compare ${id%%-*} '$file'; }"
	case_one $name "$id"
done

if [ -z "$CASES" ]; then
	case_one corpus "the corpus of configurations"
	corpus() { atf_skip "no corpus of configurations: CORPUS is not set"; }
fi
