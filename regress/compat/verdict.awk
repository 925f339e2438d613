# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Compares what differs with the table of differences.
#
#	awk -v id=CASE -v table=differences -f verdict.awk differences DIFFER
#
# Prints what differs and is not in the table, and what the table says of this
# case and did not occur.

# A line with stars as an expression.
function glob(s) {
	gsub(/[][^$.?+|(){}\\]/, "\\\\&", s)
	gsub(/\*/, ".*", s)
	return "^" s "$"
}

FILENAME == table && (/^#/ || /^[= \t]/ || NF == 0) { next }

FILENAME == table {
	i = index($0, ": ")
	n = split(substr($0, 1, i - 1), cases, " ")
	for (c = 1; c <= n; c++)
		if (cases[c] == id) {
			row[++rows] = FNR
			pattern[rows] = glob(substr($0, i + 2))
		}
	next
}

{
	known = 0
	for (r = 1; r <= rows; r++)
		if ($0 ~ pattern[r])
			known = seen[r] = 1
	if (!known)
		print "not in the table: " $0
}

END {
	for (r = 1; r <= rows; r++)
		if (!seen[r])
			print "does not occur any more, line " row[r] ": " pattern[r]
}
