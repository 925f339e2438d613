#!/bin/sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Whether the engine's files keep the order of its folders.
#
#	layers.sh
#
# LAYERS in smcrouted/engine/Makefile is the order: a folder uses only folders
# before it.  common/ is before all of them, engine.c is after them.  No files
# of one folder use each other in a circle.  "Uses" is read from the engine's
# object files: a symbol that one file lacks and another one defines.
#
# The file "arrows" lists the known exceptions, one "FROM TO" a line.  Exits 1
# when there is another one, or when a listed one is gone: remove its line.

set -u
LC_ALL=C
export LC_ALL

here=$(cd "$(dirname "$0")" && pwd) || exit 1
cd "$here/../../smcrouted/engine" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# "have/mfc.c": where the source of an object is.
source_of() # NAME
{
	for f in */"$1.c" "$1.c" "../../common/$1.c"; do
		[ ! -f "$f" ] || { echo "${f#../../}"; return; }
	done
	echo "no source of $1.o" >&2
	return 1
}

make=${MAKE:-bmake}
# shellcheck disable=SC2016	# for make
layers=$($make -V '${LAYERS}') && objects=$($make -V '${OBJS}') &&
    folder=$($make -V '${.OBJDIR}') || exit 1
for o in $objects; do
	f=$(source_of "${o%.o}") && nm -g "$folder/$o" >"$tmp/nm" || exit 1
	sed "s,^,$f ," "$tmp/nm"
done >"$tmp/symbols"

# Lines "FILE ADDRESS LETTER SYMBOL", without the address where it is lacking.
awk -v layers="common $layers engine.c" '
function folder(f) {
	return index(f, "/") ? substr(f, 1, index(f, "/") - 1) : f
}
# whether arrows within a folder lead from one file to another
function leads(from, to,  i, n, list) {
	if (from == to)
		return 1
	if (seen[from]++)
		return 0
	n = split(inside[from], list, " ")
	for (i = 1; i <= n; i++)
		if (leads(list[i], to))
			return 1
	return 0
}
BEGIN {
	n = split(layers, list, " ")
	for (i = 1; i <= n; i++)
		rank[list[i]] = i
}
$(NF - 1) == "U" { lacks[$1, $NF]; next }
$(NF - 1) ~ /[A-Zu]/ { at[$NF] = $1 }
END {
	for (pair in lacks) {
		split(pair, p, SUBSEP)
		if (!(p[2] in at) || at[p[2]] == p[1])
			continue
		arrow = p[1] " " at[p[2]]
		why[arrow] = why[arrow] " " p[2]
	}
	for (arrow in why) {
		split(arrow, p, " ")
		if (!(folder(p[1]) in rank) || !(folder(p[2]) in rank)) {
			print "no layer: " arrow >"/dev/stderr"
			exit 1
		}
		if (folder(p[1]) == folder(p[2]))
			inside[p[1]] = inside[p[1]] " " p[2]
		else if (rank[folder(p[1])] < rank[folder(p[2])])
			print arrow " up:" why[arrow]
	}
	for (arrow in why) {
		split(arrow, p, " ")
		split("", seen)
		if (folder(p[1]) == folder(p[2]) && folder(p[1]) != "common" &&
		    leads(p[2], p[1]))
			print arrow " in a circle:" why[arrow]
	}
}' "$tmp/symbols" >"$tmp/found" || exit 1
sort -o "$tmp/found" "$tmp/found"
[ -s "$tmp/symbols" ] || { echo "no objects"; exit 1; }
cut -d' ' -f1,2 "$tmp/found" >"$tmp/now"
grep -v '^#' "$here/arrows" | sort >"$tmp/known"

comm -23 "$tmp/now" "$tmp/known" >"$tmp/new"
comm -13 "$tmp/now" "$tmp/known" >"$tmp/gone"
echo "$(grep -c ' up:' "$tmp/found") arrows run up," \
    "$(grep -c ' in a circle:' "$tmp/found") are in circles"
grep -F -f "$tmp/new" "$tmp/found" | sed '/./s/^/new: /'
sed 's/^/gone, remove it from "arrows": /' "$tmp/gone"
[ ! -s "$tmp/new" ] && [ ! -s "$tmp/gone" ]
