#!/bin/sh
# Installs the grader that lies beside this file, in the versions it was tried with.
# Runs once, while the image is built: this is the only step that needs the network.
set -eu
home=/opt/autograd-grader
here=$(cd "$(dirname "$0")" && pwd)

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
        then
            echo "$name"
            return
        fi
    done
}

python=$(find_python)
if [ -z "$python" ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update
    apt-get install -y python3-venv || true
    for name in python3.13 python3.12 python3.11; do
        [ -n "$(find_python)" ] || apt-get install -y "$name" "$name-venv" || true
    done
    python=$(find_python)
fi
if [ -z "$python" ]; then
    echo "setup.sh: the grader needs Python 3.11 or newer with venv; choose an image that has it" >&2
    exit 1
fi

"$python" -m venv "$home"
"$home/bin/python" -m pip install --no-deps --disable-pip-version-check \
    -r "$here/requirements.txt" "$here"/autograd_grader-*.whl
"$home/bin/grader" --version
