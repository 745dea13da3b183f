#!/usr/bin/env bash
# Brings the index up to date at night: fetch, build behind the gold gate, verify. The old index
# serves until the new one has passed, and again if it then fails; see docs/operations.md.
#
#   scripts/rebuild_index.sh [--corpus DIR] [--index DIR] [--config FILE]
#                            [--gold FILE --min NAME=X ...] [--no-fetch] [--wait SECONDS]
#
# One line a step on stdout. Exit codes: 0 done; 2 usage; 3 built, but not everything could be
# fetched; 4 not built, the old index serves; 5 the new build did not verify and was rolled back,
# 6 and could not be rolled back either; 75 another rebuild is running.
set -u

here=$(cd -- "$(dirname -- "$0")/.." && pwd)
program=${REBUILD_PROGRAM:-$here/.venv/bin/strategy-qa}
[ -x "$program" ] || program=$(command -v strategy-qa || echo "$program")
index=index
fetch=yes
wait=600
corpus_place=()
index_place=()
gate=()

usage() {
    sed -n '5,6s/^# *//p' "$0" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
        --no-fetch) fetch=no; shift; continue ;;
        --help | -h) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 0 ;;
    esac
    [ $# -ge 2 ] || usage
    case $1 in
        --corpus | --config) corpus_place+=("$1" "$2") ;;
        --index) index_place=("$1" "$2"); index=$2 ;;
        --gold) gate+=(--gate "$2") ;;
        --min) gate+=(--min "$2") ;;
        --wait) wait=$2 ;;
        *) usage ;;
    esac
    shift 2
done

say() {
    printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*"
}

# Runs one step and says in one line how it ended: by the last line that it printed.
step() {
    local name=$1 begun said status
    shift
    begun=$(date +%s)
    said=$("$program" "$@" "${corpus_place[@]+"${corpus_place[@]}"}" 2>&1)
    status=$?
    said=$(printf '%s\n' "$said" | grep -v '^[[:space:]]*$' | tail -n 1)
    if [ "$status" -eq 0 ]; then
        say "$name ok, $(($(date +%s) - begun)) s: $said"
    else
        say "$name FAILED ($status), $(($(date +%s) - begun)) s: $said"
    fi
    return "$status"
}

mkdir -p -- "$index" || exit 4
exec 9> "$index/.rebuild.lock" || exit 4
if ! flock --nonblock 9; then
    say "another rebuild of $index is running"
    exit 75
fi

fetched=0
if [ "$fetch" = yes ]; then
    step fetch sources fetch --all || fetched=3
fi
live=$(cat -- "$index/current.json" 2> /dev/null)
on_index=("${index_place[@]+"${index_place[@]}"}")
step build build --wait "$wait" "${gate[@]+"${gate[@]}"}" "${on_index[@]}" || exit 4
if ! step verify verify "${on_index[@]}"; then
    # A build that does not verify is not left to answer; where it was live before, it is mended.
    if [ "$live" = "$(cat -- "$index/current.json")" ]; then
        step repair verify --repair "${on_index[@]}" && exit "$fetched"
        exit 6
    fi
    step rollback rollback "${on_index[@]}" && exit 5
    exit 6
fi
exit "$fetched"
