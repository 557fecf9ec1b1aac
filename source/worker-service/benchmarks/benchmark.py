"""The particle benchmark in pure Python: discs that collide with each other and with the walls of a box.

    python3 benchmark.py PARTICLES STEPS SEED [--end-with-stdin]

It prints its progress, then the number of collisions of each kind. The counts depend on nothing but the three
numbers: all arithmetic is in IEEE doubles and in a fixed order, which every engine of this benchmark shares.
With --end-with-stdin it also ends when its standard input is closed, so that it cannot outlive who started it.
"""

import math
import os
import sys

WIDTH, HEIGHT = 800.0, 600.0
RADIUS = 5.0
TIME_STEP = 0.1
SPEED_RANGE = 40.0
WALL_RESTITUTION = 0.8
PARTICLE_RESTITUTION = 0.9
DIAMETER = 2 * RADIUS
PROGRESS_LINES = 10

# Cells are a little wider than a diameter, so that no rounding puts two touching particles two cells apart.
CELLS_PER_UNIT = 0.99 / DIAMETER
# Cell (column, row) has the key column * ROWS + row; more rows than a particle can ever be pushed over.
ROWS = 1 << 32
NEIGHBOURHOOD = [column * ROWS + row for column in (-1, 0, 1) for row in (-1, 0, 1)]


def seeded_uniform(seed):
    """Uniform numbers in [0, 1) of 53 bits from MT19937, its state filled by Knuth's recurrence from one 32-bit seed."""
    # Here, not above: benchmark_cython.py does not need it, and would take a third longer to start.
    import random

    state = [seed]
    for index in range(1, 624):
        previous = state[-1]
        state.append((1812433253 * (previous ^ (previous >> 30)) + index) & 0xFFFFFFFF)
    generator = random.Random()
    generator.setstate((3, tuple(state) + (624,), None))
    return generator.random


class Grid:
    """Which particles are near a place.

    Every particle is listed in its own cell and in the eight around it, so that all that can touch it are listed in
    its own. Invariant: keys[i] is the cell of particle i's position.
    """

    def __init__(self, xs, ys):
        self.cells = {}
        self.keys = [cell_of(x, y) for x, y in zip(xs, ys)]
        for particle, key in enumerate(self.keys):
            self._list(particle, key)

    def move(self, particle, key):
        for offset in NEIGHBOURHOOD:
            self.cells[self.keys[particle] + offset].discard(particle)
        self._list(particle, key)
        self.keys[particle] = key

    def after(self, key, particle):
        """The particles near the cell that come after `particle`, in their order."""
        near = self.cells[key]
        return sorted([other for other in near if other > particle]) if len(near) > 1 else ()

    def _list(self, particle, key):
        for offset in NEIGHBOURHOOD:
            self.cells.setdefault(key + offset, set()).add(particle)


def cell_of(x, y):
    return int(x * CELLS_PER_UNIT) * ROWS + int(y * CELLS_PER_UNIT)


class Simulation:
    def __init__(self, particles, seed):
        uniform = seeded_uniform(seed)
        self.x, self.y, self.vx, self.vy = [], [], [], []
        for _ in range(particles):
            self.x.append(uniform() * (WIDTH - DIAMETER) + RADIUS)
            self.y.append(uniform() * (HEIGHT - DIAMETER) + RADIUS)
        for _ in range(particles):
            self.vx.append((uniform() - 0.5) * SPEED_RANGE)
            self.vy.append((uniform() - 0.5) * SPEED_RANGE)
        self.grid = Grid(self.x, self.y)
        self.particle_collisions = 0
        self.wall_collisions = 0

    def advance(self, steps):
        for _ in range(steps):
            self._move()
            self._collide()

    def _move(self):
        """Moves every particle and reflects it at the walls; touching two walls counts as one collision."""
        xs, ys, vxs, vys = self.x, self.y, self.vx, self.vy
        keys, move = self.grid.keys, self.grid.move
        left, right, top, bottom = RADIUS, WIDTH - RADIUS, RADIUS, HEIGHT - RADIUS
        dt, per_unit, rows = TIME_STEP, CELLS_PER_UNIT, ROWS
        for i, key in enumerate(keys):
            x = xs[i] + vxs[i] * dt
            y = ys[i] + vys[i] * dt
            if not (left <= x <= right and top <= y <= bottom):
                if x < left:
                    x = left
                    vxs[i] = -vxs[i] * WALL_RESTITUTION
                elif x > right:
                    x = right
                    vxs[i] = -vxs[i] * WALL_RESTITUTION
                if y < top:
                    y = top
                    vys[i] = -vys[i] * WALL_RESTITUTION
                elif y > bottom:
                    y = bottom
                    vys[i] = -vys[i] * WALL_RESTITUTION
                self.wall_collisions += 1
            xs[i] = x
            ys[i] = y
            now = int(x * per_unit) * rows + int(y * per_unit)
            if now != key:
                move(i, now)

    def _collide(self):
        """Every touching pair i < j, in order, at the positions to which the pairs before it have pushed it."""
        grid = self.grid
        for i, key in enumerate(grid.keys):
            if len(grid.cells[key]) == 1:
                continue
            waiting = grid.after(key, i)
            while waiting:
                for j in waiting:
                    if self._collide_pair(i, j) and grid.keys[i] != key:
                        # Pushed into another cell: the particles after j are now those near that one.
                        key = grid.keys[i]
                        waiting = grid.after(key, j)
                        break
                else:
                    break

    def _collide_pair(self, i, j):
        """Whether the pair collided and was pushed apart."""
        xs, ys, vxs, vys = self.x, self.y, self.vx, self.vy
        dx = xs[i] - xs[j]
        dy = ys[i] - ys[j]
        squared = dx * dx + dy * dy
        if squared >= DIAMETER * DIAMETER:
            return False
        if dx * (vxs[i] - vxs[j]) + dy * (vys[i] - vys[j]) > 0:
            return False
        self.particle_collisions += 1
        distance = math.sqrt(squared)
        if distance == 0:
            return False
        nx = dx / distance
        ny = dy / distance
        along_i = vxs[i] * nx + vys[i] * ny
        along_j = vxs[j] * nx + vys[j] * ny
        vxs[i] += (along_j - along_i) * nx * PARTICLE_RESTITUTION
        vys[i] += (along_j - along_i) * ny * PARTICLE_RESTITUTION
        vxs[j] += (along_i - along_j) * nx * PARTICLE_RESTITUTION
        vys[j] += (along_i - along_j) * ny * PARTICLE_RESTITUTION
        half_overlap = (DIAMETER - distance) / 2
        self._place(i, xs[i] + nx * half_overlap, ys[i] + ny * half_overlap)
        self._place(j, xs[j] - nx * half_overlap, ys[j] - ny * half_overlap)
        return True

    def _place(self, i, x, y):
        self.x[i] = x
        self.y[i] = y
        key = cell_of(x, y)
        if key != self.grid.keys[i]:
            self.grid.move(i, key)


def run(simulation, steps):
    interval = max(1, steps // PROGRESS_LINES)
    done = 0
    while done < steps:
        part = min(interval, steps - done)
        simulation.advance(part)
        done += part
        if done % interval == 0:
            print(f"  Progreso: {done} / {steps} pasos completados...", flush=True)
    print(f"Total colisiones Partícula-Partícula: {simulation.particle_collisions}")
    print(f"Total colisiones con Pared: {simulation.wall_collisions}")


def read_arguments(arguments, program):
    """The three numbers, or None with the reason on stderr."""
    limits = (("PARTICLES", 1, None), ("STEPS", 1, None), ("SEED", 0, 0xFFFFFFFF))
    if len(arguments) != len(limits):
        print(f"usage: {program} PARTICLES STEPS SEED [--end-with-stdin]", file=sys.stderr)
        return None
    numbers = []
    for (name, least, most), text in zip(limits, arguments):
        number = int(text) if text.isascii() and text.isdigit() else -1
        if number < least or (most is not None and number > most):
            upper = "" if most is None else f" and at most {most}"
            print(f"{name} must be an integer, at least {least}{upper}, not {text!r}", file=sys.stderr)
            return None
        numbers.append(number)
    return numbers


def end_with_stdin():
    # os.read, not sys.stdin: a thread that waits inside a buffered reader makes the interpreter abort at its end.
    while os.read(0, 4096):
        pass
    os._exit(1)


def main(simulation, program):
    """The exit code."""
    arguments = sys.argv[1:]
    if "--end-with-stdin" in arguments:
        import threading

        arguments.remove("--end-with-stdin")
        threading.Thread(target=end_with_stdin, daemon=True).start()
    numbers = read_arguments(arguments, program)
    if numbers is None:
        return 2
    particles, steps, seed = numbers
    try:
        run(simulation(particles, seed), steps)
    except (MemoryError, OverflowError):
        print(f"not enough memory for {particles} particles", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Simulation, "benchmark.py"))
