#!/bin/sh
# Writes lib/jackdaw.aot of the distribution $1: a rehearsal moves some data through every layer while the JVM notes which
# classes it loads and what is hot. Without the cache jackdaw only starts more slowly, so a failure here fails nothing.
distribution=$1
cache=$distribution/lib/jackdaw.aot
rm -f "$cache"
# It takes some seconds; one that hangs must not hold the build up.
limit=
command -v timeout >/dev/null && limit='timeout 180'
# shellcheck disable=SC2086 # two words, or none
if JACKDAW_AOT_OUTPUT=$cache $limit "$distribution/bin/jackdaw" 384M >"$distribution.training.log" 2>&1 \
    && [ -s "$cache" ]; then
    exit 0
fi
rm -f "$cache"
echo "note: no ahead-of-time cache was made, jackdaw will start more slowly; see $distribution.training.log" >&2
exit 0
