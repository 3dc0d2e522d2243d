#!/bin/sh
# Writes lib/jackdaw.aot of the distribution $1: a rehearsal moves some data through every layer while the JVM notes which
# classes it loads and what is hot. Without the cache jackdaw only starts more slowly, so a failure here fails nothing.
distribution=$1
cache=$distribution/lib/jackdaw.aot
rm -f "$cache"
# It takes some seconds; one that hangs must not hold the build up.
limit=
command -v timeout >/dev/null && limit='timeout 180'
# What the cache has as hot is compiled as soon as its class is there, called for or not. That pays for what moves data, and costs
# 0.07 CPU seconds a start for what a start does once, though it adds up in a rehearsal of a dozen commands: reading the command
# line and jars, reflection, making classes. So here these are not compiled; at a start they are when they turn out to be hot.
not_hot=
for classes in 'picocli.*' 'java.util.regex.*' 'java.util.jar.*' 'java.util.zip.*' 'java.lang.reflect.*' 'sun.reflect.*' \
    java.lang.Class 'java.lang.PublicMethods*' 'java.lang.ProcessEnvironment*' 'java.lang.module.*' 'jdk.internal.module.*' \
    'jdk.internal.loader.*' 'jdk.internal.reflect.*' 'java.lang.invoke.*' 'sun.invoke.*' 'java.lang.classfile.*' \
    'jdk.internal.classfile.*' 'jdk.internal.constant.*'; do
    not_hot="$not_hot -XX:CompileCommand=exclude,$classes::*"
done
# shellcheck disable=SC2086 # two words, or none
if JACKDAW_OPTS="$JACKDAW_OPTS$not_hot" JACKDAW_AOT_OUTPUT=$cache $limit \
    "$distribution/bin/jackdaw" 384M >"$distribution.training.log" 2>&1 && [ -s "$cache" ]; then
    exit 0
fi
rm -f "$cache"
echo "note: no ahead-of-time cache was made, jackdaw will start more slowly; see $distribution.training.log" >&2
exit 0
