#!/bin/sh
# A dicomsig adapter in plain shell, without jq: replace `judge` by a call of your product.
#
#     dicomsig verifier --adapter 'sh adapter.sh'
#
# This works because requests are flat: one object in one line, and paths hold no quotes and no backslashes.

if [ $# -eq 0 ]; then set -- dicomsig; fi # here the product is `dicomsig verify`, started once a file

text() { printf '%s\n' "$1" | sed -n "s/.*\"$2\":\"\([^\"]*\)\".*/\1/p"; }
number() { printf '%s\n' "$1" | sed -n "s/.*\"$2\":\([0-9]*\).*/\1/p"; }
anchors() { printf '%s\n' "$1" | sed -n 's/.*"trust":\[\([^]]*\)\].*/\1/p' | tr -d '"' | tr ',' '\n'; }

# What the product says of one file, as the rest of an answer. Put your product here.
judge() {
    file=$1 trust=$2
    shift 2
    while [ -n "$trust" ]; do
        anchor=${trust%%"$newline"*}
        trust=${trust#"$anchor"}
        trust=${trust#"$newline"}
        set -- "$@" --trust "$anchor"
    done
    "$@" -- "$file" </dev/null | awk -F '\t' '
        $4 == "unsigned" || $4 == "unreadable" { verdict = $4; next }
        NF == 9 {
            row = "{\"place\":\"" $2 "\",\"number\":" $9 ",\"integrity\":\"" $4 "\",\"structure\":\"" $5 "\""
            rows = rows (rows ? "," : "") row ",\"trust\":\"" $6 "\",\"time\":\"" $7 "\"}"
        }
        END {
            if (verdict) printf "\"verdict\":\"%s\"", verdict
            else if (rows) printf "\"signatures\":[%s]", rows
            else printf "\"error\":\"no verdict\""
        }'
}

newline='
'
while IFS= read -r line; do
    id=$(number "$line" id)
    case $(text "$line" op) in
    describe) said='"name":"Example Viewer","version":"1.0","axes":["integrity","structure","trust","time"],"honours":["trust"]' ;;
    verify) said=$(judge "$(text "$line" path)" "$(anchors "$line")" "$@" verify) ;;
    *) said='"unsupported":"only describe and verify"' ;;
    esac
    printf '{"id":%s,%s}\n' "$id" "$said"
done
