"""Builds the Cython engine beside this file, for the Python that runs it.

    python3 build_cython.py

It needs a C compiler, the headers of this Python and any Cython from 0.29.31 on, also that of another Python: what Cython
makes is C. On Debian: apt-get install cython3 python3-dev gcc.
"""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile

NAME = "particle_engine"
FOLDER = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.join(FOLDER, "cython", NAME + ".pyx")

FLAGS = [
    "-O3",
    # A fused multiply-add rounds once where the specification rounds twice.
    "-ffp-contract=off",
    # Neither changes a result: nobody reads errno or traps, and square roots and comparisons become single instructions.
    # -ffast-math would change results. -march=native would not, but what it makes may not run where an image is sent to;
    # it was measured to gain nothing.
    "-fno-math-errno",
    "-fno-trapping-math",
]


def cython_command():
    """How to run Cython, or None."""
    here = subprocess.run([sys.executable, "-c", "import Cython"], capture_output=True)
    if here.returncode == 0:
        return [sys.executable, "-m", "cython"]
    # Debian's cython3 belongs to /usr/bin/python3, which need not be this Python.
    program = shutil.which("cython3") or shutil.which("cython")
    return [program] if program else None


def compiler_command():
    for name in (os.environ.get("CC"), "cc", "gcc", "clang"):
        command = shlex.split(name or "")
        if command and shutil.which(command[0]):
            return command
    return None


def main():
    cython = cython_command()
    compiler = compiler_command()
    include = sysconfig.get_path("include")
    missing = [
        what
        for what, there in (
            ("Cython (cython3)", cython),
            (f"the headers of {sys.executable} (python3-dev)", os.path.exists(os.path.join(include, "Python.h"))),
            ("a C compiler (gcc)", compiler),
        )
        if not there
    ]
    if missing:
        print(f"build_cython: missing: {', '.join(missing)}", file=sys.stderr)
        print("On Debian: apt-get install cython3 python3-dev gcc", file=sys.stderr)
        print("The engine is built for the Python that runs this; PYTHON=/usr/bin/python3 names another.", file=sys.stderr)
        return 1
    target = os.path.join(FOLDER, NAME + sysconfig.get_config_var("EXT_SUFFIX"))
    with tempfile.TemporaryDirectory() as scratch:
        code = os.path.join(scratch, NAME + ".c")
        built = os.path.join(scratch, NAME + ".so")
        commands = (
            [*cython, "-3", SOURCE, "-o", code],
            # -w: the code is Cython's, nobody here can mend what a compiler dislikes in it.
            [*compiler, "-shared", "-fPIC", "-w", *FLAGS, f"-I{include}", code, "-o", built],
        )
        for command in commands:
            if subprocess.run(command).returncode != 0:
                print(f"build_cython: failed: {shlex.join(command)}", file=sys.stderr)
                print(f"This Cython may be too old for Python {sys.version.split()[0]}: take a newer one, or", file=sys.stderr)
                print("another Python (PYTHON=/usr/bin/python3 npm run build:cython).", file=sys.stderr)
                return 1
        # Moved into place whole: a worker that looks meanwhile sees the old engine or the new one.
        shutil.copy(built, target + ".new")
        os.replace(target + ".new", target)
    print(f"built {target} for {sys.executable}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
