# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The particles of the benchmark, compiled: the same arithmetic in the same order as benchmark.py, hence the same counts.

What is done for speed only chooses the pairs that are looked at: never one less than touch, and in their order. It is
what particles.ts, near-pairs.ts and cell-grid.ts do, under the same names; they say why.
"""

from cpython.exc cimport PyErr_CheckSignals
from libc.math cimport cbrt, fmax, fmin, sqrt
from libc.stdint cimport int32_t, int64_t, uint32_t
from libc.stdlib cimport calloc, free, realloc
from libc.string cimport memcpy, memmove, memset

cdef extern from *:
    """
    #include <float.h>
    #if FLT_EVAL_METHOD < 0 || FLT_EVAL_METHOD == 2
    #error "this compiler computes in more than doubles, so that the counts would differ"
    #endif
    #define WIDTH 800.0
    #define HEIGHT 600.0
    #define RADIUS 5.0
    #define DIAMETER 10.0
    #define TIME_STEP 0.1
    #define SPEED_RANGE 40.0
    #define WALL_RESTITUTION 0.8
    #define PARTICLE_RESTITUTION 0.9
    /* A little wider than a diameter, so that no rounding puts two touching particles two cells apart. */
    #define CELL (DIAMETER / 0.99)
    #define PI 3.14159265358979323846
    #define LISTING_COST 40.0
    #define WORTH_STEPS 3
    #define LEAST_REST 16
    #define MOST_REST 1024
    #define MOST_PAIRS 32
    #define LEAST_SKIN 1.0
    #define ROUNDED_UP (1 + 1e-6)
    #define STEP_ROUNDING 1e-12
    #define MT_SIZE 624
    #define NOBODY (-1)
    """
    const double WIDTH, HEIGHT, RADIUS, DIAMETER, TIME_STEP, SPEED_RANGE, WALL_RESTITUTION, PARTICLE_RESTITUTION
    const double CELL, PI, LISTING_COST, LEAST_SKIN, ROUNDED_UP, STEP_ROUNDING
    const int WORTH_STEPS, LEAST_REST, MOST_REST, MOST_PAIRS, MT_SIZE, NOBODY

# Steps between two looks for a Ctrl-C take about this many moves of a particle.
cdef int64_t MOVES_BETWEEN_SIGNALS = 1 << 20

include "mersenne_twister.pxi"
include "cell_grid.pxi"
include "near_pairs.pxi"


cdef void scatter(State *s, uint32_t seed) noexcept nogil:
    cdef Twister twister
    cdef int32_t i
    seed_twister(&twister, seed)
    for i in range(s.count):
        s.x[i] = uniform(&twister) * (WIDTH - DIAMETER) + RADIUS
        s.y[i] = uniform(&twister) * (HEIGHT - DIAMETER) + RADIUS
    for i in range(s.count):
        s.vx[i] = (uniform(&twister) - 0.5) * SPEED_RANGE
        s.vy[i] = (uniform(&twister) - 0.5) * SPEED_RANGE

cdef void reflect(State *s, int32_t i) noexcept nogil:
    s.wall_collisions += 1
    if s.x[i] < RADIUS or s.x[i] > WIDTH - RADIUS:
        s.x[i] = RADIUS if s.x[i] < RADIUS else WIDTH - RADIUS
        s.vx[i] = -s.vx[i] * WALL_RESTITUTION
    if s.y[i] < RADIUS or s.y[i] > HEIGHT - RADIUS:
        s.y[i] = RADIUS if s.y[i] < RADIUS else HEIGHT - RADIUS
        s.vy[i] = -s.vy[i] * WALL_RESTITUTION
    changed(s, i)

cdef void move(State *s) noexcept nogil:
    cdef double *x = s.x
    cdef double *y = s.y
    cdef const double *vx = s.vx
    cdef const double *vy = s.vy
    cdef int32_t count = s.count
    cdef int32_t i
    s.near.farthest += s.near.fastest * TIME_STEP + STEP_ROUNDING
    # Two loops: the compiler makes vectors of the first.
    for i in range(count):
        x[i] += vx[i] * TIME_STEP
        y[i] += vy[i] * TIME_STEP
    for i in range(count):
        if (x[i] < RADIUS) | (x[i] > WIDTH - RADIUS) | (y[i] < RADIUS) | (y[i] > HEIGHT - RADIUS):
            reflect(s, i)

cdef bint collide_pair(State *s, int32_t i, int32_t j) noexcept nogil:
    """Collides a pair that touches, unless it separates; whether it was pushed apart."""
    cdef double vxi = s.vx[i]
    cdef double vyi = s.vy[i]
    cdef double vxj = s.vx[j]
    cdef double vyj = s.vy[j]
    cdef double dx = s.x[i] - s.x[j]
    cdef double dy = s.y[i] - s.y[j]
    cdef double distance, nx, ny, along_i, along_j, half_overlap
    if dx * (vxi - vxj) + dy * (vyi - vyj) > 0:
        return False
    s.particle_collisions += 1
    distance = sqrt(dx * dx + dy * dy)
    if distance == 0:
        return False
    nx = dx / distance
    ny = dy / distance
    along_i = vxi * nx + vyi * ny
    along_j = vxj * nx + vyj * ny
    s.vx[i] = vxi + (along_j - along_i) * nx * PARTICLE_RESTITUTION
    s.vy[i] = vyi + (along_j - along_i) * ny * PARTICLE_RESTITUTION
    s.vx[j] = vxj + (along_i - along_j) * nx * PARTICLE_RESTITUTION
    s.vy[j] = vyj + (along_i - along_j) * ny * PARTICLE_RESTITUTION
    half_overlap = (DIAMETER - distance) / 2
    s.x[i] += nx * half_overlap
    s.y[i] += ny * half_overlap
    s.x[j] -= nx * half_overlap
    s.y[j] -= ny * half_overlap
    return True

cdef inline bint touch(const State *s, int32_t i, int32_t j) noexcept nogil:
    cdef double dx = s.x[i] - s.x[j]
    cdef double dy = s.y[i] - s.y[j]
    return dx * dx + dy * dy < DIAMETER * DIAMETER

cdef void collide_listed(State *s) noexcept nogil:
    cdef const double *x = s.x
    cdef const double *y = s.y
    cdef const Pair *pair = s.near.pairs + s.near.begin
    cdef const Pair *end = s.near.pairs + s.near.room
    cdef double dx, dy
    cdef bint holds
    while pair < end:
        dx = x[pair.i] - x[pair.j]
        dy = y[pair.i] - y[pair.j]
        if dx * dx + dy * dy < DIAMETER * DIAMETER and collide_pair(s, pair.i, pair.j):
            holds = changed(s, pair.i)
            if not (changed(s, pair.j) and holds):
                collide_near(s, pair.i, pair.j)
                return
        pair += 1

cdef int32_t touching(State *s, int32_t i, int32_t after) noexcept nogil:
    """Puts what is near i and comes after `after` into `found`, in order; 0 where nothing touches it."""
    cdef int32_t *found = s.cells.found
    cdef int32_t near = collect(&s.cells, s.cell_of[i])
    cdef int32_t kept = 0
    cdef bint touches = False
    cdef int32_t index, j
    for index in range(near):
        j = found[index]
        if j > after:
            found[kept] = j
            kept += 1
            touches |= touch(s, i, j)
    if not touches:
        return 0
    sort_range(found, kept)
    return kept

cdef void collide_near(State *s, int32_t first, int32_t after) noexcept nogil:
    cdef Cells *c = &s.cells
    cdef int32_t count = s.count
    cdef int32_t i, j, index, near, cell
    reset_cells(c, CELL)
    for i in range(count - 1, first - 1, -1):
        cell = cell_at(c, s.x[i], s.y[i])
        s.cell_of[i] = cell
        add_to_cell(c, i, cell)
    for i in range(first, count):
        remove_from_cell(c, i, s.cell_of[i])
        near = touching(s, i, after if i == first else i)
        index = 0
        while index < near:
            j = c.found[index]
            index += 1
            if not touch(s, i, j) or not collide_pair(s, i, j):
                continue
            cell = cell_at(c, s.x[j], s.y[j])
            if cell != s.cell_of[j]:
                remove_from_cell(c, j, s.cell_of[j])
                add_to_cell(c, j, cell)
                s.cell_of[j] = cell
            cell = cell_at(c, s.x[i], s.y[i])
            if cell != s.cell_of[i]:
                s.cell_of[i] = cell
                near = touching(s, i, j)
                index = 0

cdef void advance(State *s, int64_t steps) noexcept nogil:
    cdef int64_t _
    for _ in range(steps):
        move(s)
        if prepare(s):
            collide_listed(s)
        else:
            collide_near(s, 0, 0)


cdef class Simulation:
    """As benchmark.py's. MemoryError or OverflowError where there is no room for so many particles."""

    cdef State s

    def __cinit__(self, int32_t particles, uint32_t seed):
        cdef State *s = &self.s
        cdef size_t count = particles
        s.count = particles
        s.x = <double *> calloc(count, sizeof(double))
        s.y = <double *> calloc(count, sizeof(double))
        s.vx = <double *> calloc(count, sizeof(double))
        s.vy = <double *> calloc(count, sizeof(double))
        s.cell_of = <int32_t *> calloc(count, sizeof(int32_t))
        if not (s.x and s.y and s.vx and s.vy and s.cell_of):
            raise MemoryError()
        if not (allocate_cells(&s.cells, count) and allocate_near(&s.near, count)):
            raise MemoryError()
        with nogil:
            scatter(s, seed)
            s.near.fastest = fastest_now(s)
        s.near.pace = s.near.fastest * TIME_STEP

    def __dealloc__(self):
        free(self.s.x)
        free(self.s.y)
        free(self.s.vx)
        free(self.s.vy)
        free(self.s.cell_of)
        free_cells(&self.s.cells)
        free_near(&self.s.near)

    def advance(self, steps):
        """Other threads run meanwhile, and a Ctrl-C is seen soon."""
        cdef int64_t most = max(1, MOVES_BETWEEN_SIGNALS // self.s.count)
        cdef int64_t part
        while steps > 0:
            part = min(steps, most)
            with nogil:
                advance(&self.s, part)
            steps -= part
            PyErr_CheckSignals()

    @property
    def particle_collisions(self):
        return self.s.particle_collisions

    @property
    def wall_collisions(self):
        return self.s.wall_collisions
