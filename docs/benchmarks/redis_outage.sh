#!/bin/bash
# Two trackers on one Redis: Redis is killed for a minute, then one of the trackers, and both are started again.
# Prints how long announces took meanwhile, and what each tracker knows. Usage: redis_outage.sh [SECONDS]
set -u
seconds=${1:-60}
tracker=$(dirname "$0")/../../tracker/target/jackdaw-tracker/bin/jackdaw-tracker
work=$(mktemp -d)
port=27370
pids=()
running=()
trap 'kill -9 "${pids[@]}" 2>/dev/null; rm -rf "$work"' EXIT

start_redis() {
    redis-server --port $port --bind 127.0.0.1 --save "" --appendonly yes --dir "$work" >>"$work/redis.log" 2>&1 &
    redis=$!
    pids+=("$redis")
}

start_tracker() { # NUMBER
    cat >"$work/tracker$1.toml" <<TOML
http = ["127.0.0.1:$((port + 10 * $1))"]
udp = []
redis.url = "redis://127.0.0.1:$port"
admin = { enabled = true, listen = "127.0.0.1:$((port + 10 * $1 + 1))", token-file = "token$1" }
TOML
    : >"$work/tracker$1.out"
    "$tracker" --config "$work/tracker$1.toml" >"$work/tracker$1.out" 2>>"$work/tracker$1.err" &
    running[$1]=$!
    pids+=($!)
    until grep -q 'admin port' "$work/tracker$1.out"; do
        kill -0 "${running[$1]}" || { cat "$work/tracker$1.err"; exit 1; }
        sleep 0.2
    done
}

announce() { # TRACKER PEER
    curl -s -m 10 -o /dev/null -w "tracker $1 answers peer $2: %{http_code} in %{time_total} s\n" \
        "http://127.0.0.1:$((port + 10 * $1))/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-XX0001-aaaaaaaa$(printf %04d "$2")&port=$((7000 + $2))&left=1&event=started"
}

knows() { # TRACKER
    curl -s "http://127.0.0.1:$((port + 10 * $1 + 1))/metrics" | grep -E '^jackdaw_tracker_(peers|redis_up|change_batches_lost_total) ' |
        sed "s/^jackdaw_tracker_/tracker $1: /"
}

start_redis
sleep 1
start_tracker 1
start_tracker 2
announce 1 1
sleep 1
knows 2
echo "-- Redis is killed for $seconds s"
kill -9 "$redis"; wait "$redis" 2>/dev/null
for peer in 2 3 4; do announce 1 $peer; announce 2 $((peer + 3)); done
sleep "$seconds"
announce 1 8
announce 2 9
knows 1
knows 2
echo "-- Redis is back"
start_redis
sleep 4
knows 1
knows 2
echo "-- tracker 1 is killed, and started again"
kill -9 "${running[1]}"; wait "${running[1]}" 2>/dev/null
announce 2 10
start_tracker 1
knows 1
knows 2
