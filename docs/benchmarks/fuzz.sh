#!/bin/sh
# Fuzzes one target, guided by coverage, after a build (./mvnw -pl peer -am test-compile):
#
#   docs/benchmarks/fuzz.sh CLASS METHOD [LIBFUZZER-OPTION…]
#   docs/benchmarks/fuzz.sh ProtocolFuzzTest bencode -runs=10000000
#
# Inputs that found something new are kept in peer/target/fuzz/CLASS/METHOD, crashing ones in the current directory.
set -e
home=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
class=$1 method=$2
shift 2
source=$(find "$home/peer/src/test/java" -name "$class.java")
name=$(printf %s "${source#"$home/peer/src/test/java/"}" | sed 's/\.java$//; s,/,.,g')
seeds=$home/peer/src/test/resources/$(printf %s "$name" | tr . /)Inputs/$method
corpus=$home/peer/target/fuzz/$class/$method
mkdir -p "$corpus"
classpath=$home/peer/target/fuzz/classpath
[ -s "$classpath" ] || (cd "$home" && ./mvnw -q -B -ntp -pl peer -am dependency:build-classpath \
    -DincludeScope=test -Dmdep.outputFile="$home/peer/target/fuzz/classpath.\${project.artifactId}" \
    && mv "$home/peer/target/fuzz/classpath.peer" "$classpath")
modules=$home/peer/target/test-classes:$home/peer/target/classes:$home/dht/target/classes:$home/tracker/target/classes
modules=$modules:$home/protocol/target/classes
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx512m -cp "$modules:$(cat "$classpath")" \
    com.code_intelligence.jazzer.Jazzer --target_class="$name" --target_method="$method" \
    --instrumentation_includes='dev.jackdaw.**' --disabled_hooks='*' "$@" "$corpus" "$seeds"
