"""The particle benchmark in Cython: the same command line, lines and counts as benchmark.py, a hundred times as fast.

    python3 benchmark_cython.py PARTICLES STEPS SEED [--end-with-stdin]
    python3 benchmark_cython.py --check

It needs its engine built beside it, for the same Python: build_cython.py does that. --check ends with 0 where the engine
can be loaded, else with 1 and the reason in one line.
"""

import os
import sys

# The folder of this script, which -I leaves out: the engine and benchmark.py are in it.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import benchmark

try:
    from particle_engine import Simulation
except ImportError as error:
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"no Cython engine for Python {version} ({sys.executable}); run build_cython.py with it: {error}", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    sys.exit(0 if sys.argv[1:] == ["--check"] else benchmark.main(Simulation, "benchmark_cython.py"))
