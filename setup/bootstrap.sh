# Sourced by run and test: find Python 3.11 to 3.13 (or fetch Debian's), then hand over to main.py.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [[ -z ${SUITE_STATE:-} ]]; then
  if [[ $(id -u) = 0 ]]; then SUITE_STATE=/var/lib/odoo-quality-suite
  else SUITE_STATE=${XDG_DATA_HOME:-$HOME/.local/share}/odoo-quality-suite; fi
fi
export SUITE_STATE

find_python() {
  local name
  for name in python3.12 python3.11 python3.13 python3 "$SUITE_STATE/python/usr/bin/python3"; do
    "$name" -c 'import sys, venv, ctypes, ssl; sys.exit(not (3, 11) <= sys.version_info < (3, 14)); ' 2>/dev/null || continue
    "$name" -c 'import sys; print(sys.executable)'
    return
  done
}

# Only a Python of our own needs these libraries, but an empty folder hurts nobody.
python_libraries() {
  [[ -d $SUITE_STATE/python ]] || return 0
  export LD_LIBRARY_PATH=$SUITE_STATE/python/usr/lib/$(uname -m)-linux-gnu:$SUITE_STATE/python/lib/$(uname -m)-linux-gnu${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
}

python_libraries
python=$(find_python)
if [[ -z $python ]]; then
  mkdir -p "$SUITE_STATE"
  echo "Python 3.11 to 3.13 is missing: fetching Debian's (log: $SUITE_STATE/python.log)"
  command -v dpkg-deb >/dev/null && "$here/unpack-debs" --with-dependencies "$SUITE_STATE/python" python3 python3-venv >"$SUITE_STATE/python.log" 2>&1 || {
    tail -n 20 "$SUITE_STATE/python.log" 2>/dev/null || true
    echo "error: no usable Python. Install Python 3.11, 3.12 or 3.13 (Debian: apt-get install python3), then run this again." >&2
    exit 1
  }
  python_libraries
  python=$(find_python)
fi
[[ -n $python ]] || { echo "error: Debian's Python was unpacked in $SUITE_STATE/python but does not start; install python3, then run this again." >&2; exit 1; }
exec "$python" "$here/main.py" "$(basename "$0")" "$@"
