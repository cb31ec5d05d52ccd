#!/bin/sh
# Make one of the kit's Python environments when it is missing or out of date, then run a program from it.
#
#   sh scripts/bootstrap.sh kit eventyard apply       the script layer
#   sh scripts/bootstrap.sh dev pytest tests/unit     what checks and tests need besides
#
# POSIX sh, nothing but a Python 3.11 or later to begin with. Everything it makes is under build/.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build
say() { printf '%s\n' "$*" >&2; }
die() { say "error: $1"; shift; for line in "$@"; do say "  $line"; done; exit 1; }

[ $# -ge 2 ] || die "which environment and which program?" "next:  sh scripts/bootstrap.sh kit eventyard --help"
name=$1; shift
lock=$root/requirements/$name.txt
[ -f "$lock" ] || die "there is no environment \`$name\`" "where: $lock" "next:  use \`kit\` or \`dev\`"

# pyenv's shims answer "command not found" for versions it has not switched on, so interpreters are tried, not trusted.
suits() { "$1" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
find_python() {
  for minor in 13 14 12 11; do
    for candidate in "$(command -v "python3.$minor" || true)" \
      "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3."$minor"*/bin/python3."$minor" \
      "${XDG_DATA_HOME:-$HOME/.local/share}"/uv/python/cpython-3."$minor"*/bin/python3."$minor" \
      "$build"/tools/python/cpython-3."$minor"*/bin/python3."$minor"; do
      [ -x "$candidate" ] && suits "$candidate" && { "$candidate" -c 'import sys; print(sys.executable)'; return; }
    done
  done
  for candidate in "$(command -v python3 || true)" "$(command -v python || true)"; do
    [ -n "$candidate" ] && suits "$candidate" && { "$candidate" -c 'import sys; print(sys.executable)'; return; }
  done
  return 1
}

find_uv() {
  for candidate in "${EVENTYARD_UV:-}" "$(command -v uv || true)" "$build/tools/uv/bin/uv"; do
    [ -n "$candidate" ] && "$candidate" --version >/dev/null 2>&1 && { printf '%s\n' "$candidate"; return; }
  done
  return 1
}

fetch_uv() {
  for pip_python in "$(command -v python3 || true)" "$python"; do
    [ -n "$pip_python" ] && "$pip_python" -m pip --version >/dev/null 2>&1 || continue
    say "Fetching uv into build/tools (once)"
    rm -rf "$build/tools/uv.part"
    "$pip_python" -m pip install --quiet --quiet --root-user-action ignore --disable-pip-version-check --no-cache-dir --no-deps --require-hashes \
      --only-binary :all: --target "$build/tools/uv.part" -r "$root/requirements/uv.txt" >&2 ||
      die "pip could not fetch uv" "next:  check the network and pip's settings, or install uv yourself and put it on PATH"
    rm -rf "$build/tools/uv" && mv "$build/tools/uv.part" "$build/tools/uv"
    return
  done
  die "neither uv nor pip was found" \
    "next:  install the package \`python3-pip\` (Debian, Ubuntu, Fedora) or \`uv\` (Homebrew, Arch), then run this again"
}

make_environment() {
  say "Making the environment \`$name\` (once, and when requirements/$name.txt changes)"
  rm -rf "$env.part"
  "$uv" venv --quiet --no-project --python "$python" "$env.part"
  "$uv" pip sync --quiet --require-hashes --build-constraints "$root/requirements/build.txt" \
    --python "$env.part/bin/python" "$lock" ||
    die "the environment \`$name\` could not be made" "where: $lock" "next:  the lines above are uv's own; run this again"
  "$uv" pip install --quiet --no-deps --build-constraints "$root/requirements/build.txt" \
    --python "$env.part/bin/python" --editable "$root" ||
    die "eventyard could not be installed into \`$name\`" "where: $root/pyproject.toml"
  # Console scripts name the folder they were made in, so the finished folder's name is written before it is moved.
  for script in "$env.part"/bin/*; do
    if [ -f "$script" ] && [ ! -L "$script" ] && head -n 1 "$script" | grep -q "$env.part"; then
      sed "1s|$env.part|$env|" "$script" >"$script.new" && chmod 755 "$script.new" && mv "$script.new" "$script"
    fi
  done
  printf '%s\n' "$stamp" >"$env.part/eventyard.stamp"
  rm -rf "$env" && mv "$env.part" "$env"
}

# Two makes at once: the second waits for the first, and takes over from one that died.
with_lock() {
  guard=$build/envs/.$name.lock
  tries=0
  until mkdir "$guard" 2>/dev/null; do
    holder=$(cat "$guard/pid" 2>/dev/null || true)
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then rm -rf "$guard"; continue; fi
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || die "another run has been making the environment \`$name\` for five minutes" \
      "where: process ${holder:-unknown}" "next:  wait for it, or remove $guard if it is gone"
    sleep 1
  done
  printf '%s\n' "$$" >"$guard/pid"
  trap 'rm -rf "$guard"' EXIT INT TERM
  [ "$(cat "$env/eventyard.stamp" 2>/dev/null || true)" = "$stamp" ] || make_environment
  rm -rf "$guard"
  trap - EXIT INT TERM
}

: "${UV_CACHE_DIR:=$build/cache/uv}" "${PYTHONPYCACHEPREFIX:=$build/cache/pycache}"
: "${UV_PYTHON_INSTALL_DIR:=$build/tools/python}" "${UV_LINK_MODE:=copy}"
export UV_CACHE_DIR PYTHONPYCACHEPREFIX UV_PYTHON_INSTALL_DIR UV_LINK_MODE
env=$build/envs/$name
stamp=$(cat "$lock" "$root/pyproject.toml" "$root/requirements/build.txt" "$root/scripts/bootstrap.sh" | cksum)
if [ "$(cat "$env/eventyard.stamp" 2>/dev/null || true)" != "$stamp" ]; then
  mkdir -p "$build/envs" "$build/tools"
  python=$(find_python) || python=
  uv=$(find_uv) || { [ -n "$python" ] || die "no Python 3.11 or later was found" \
    "next:  install \`python3\` (3.11 or later) or \`uv\`, then run this again"; fetch_uv; uv=$(find_uv); }
  if [ -z "$python" ]; then
    say "No Python 3.11 or later was found: asking uv for Python 3.13"
    "$uv" python install --quiet 3.13 || die "uv could not fetch Python 3.13" "next:  install Python 3.11 or later"
    python=$("$uv" python find 3.13)
  fi
  with_lock
fi

program=$1; shift
[ -x "$env/bin/$program" ] || die "the environment \`$name\` has no program \`$program\`" "where: $env/bin"
exec "$env/bin/$program" "$@"
