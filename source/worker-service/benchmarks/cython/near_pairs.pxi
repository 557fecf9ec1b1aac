# The pairs that can touch soon: see near-pairs.ts.

cdef struct Pair:
    int32_t i, j

cdef struct NearPairs:
    double *from_x
    double *from_y
    Pair *pairs
    int64_t room, begin, served
    bint hold
    int resting, next_rest
    double allowed, farthest, fastest, pace

cdef struct State:
    int32_t count
    double *x
    double *y
    double *vx
    double *vy
    int32_t *cell_of
    Cells cells
    NearPairs near
    int64_t particle_collisions, wall_collisions

cdef bint allocate_near(NearPairs *near, size_t count) noexcept nogil:
    near.room = 4 * count + 64
    near.from_x = <double *> calloc(count, sizeof(double))
    near.from_y = <double *> calloc(count, sizeof(double))
    near.pairs = <Pair *> calloc(near.room, sizeof(Pair))
    near.next_rest = LEAST_REST
    return near.from_x != NULL and near.from_y != NULL and near.pairs != NULL

cdef void free_near(NearPairs *near) noexcept nogil:
    free(near.from_x)
    free(near.from_y)
    free(near.pairs)

cdef double fastest_now(const State *s) noexcept nogil:
    cdef const double *vx = s.vx
    cdef const double *vy = s.vy
    cdef double most = 0
    cdef double squared
    cdef int32_t i
    for i in range(s.count):
        squared = vx[i] * vx[i] + vy[i] * vy[i]
        most = squared if squared > most else most
    return sqrt(most) * ROUNDED_UP

cdef double farthest_now(const State *s) noexcept nogil:
    cdef const double *x = s.x
    cdef const double *y = s.y
    cdef const double *from_x = s.near.from_x
    cdef const double *from_y = s.near.from_y
    cdef double most = 0
    cdef double dx, dy, squared
    cdef int32_t i
    for i in range(s.count):
        dx = x[i] - from_x[i]
        dy = y[i] - from_y[i]
        squared = dx * dx + dy * dy
        most = squared if squared > most else most
    return sqrt(most) * ROUNDED_UP

cdef double best_skin(int32_t count, double pace) noexcept nogil:
    cdef double wanted = fmin(LISTING_COST / count, 0.5) * pace * 2 * WIDTH * HEIGHT / PI
    cdef double skin = fmax(cbrt(wanted), LEAST_SKIN)
    cdef int _
    for _ in range(4):
        skin -= (skin * skin * (DIAMETER + skin) - wanted) / (skin * (2 * DIAMETER + 3 * skin))
    return fmin(fmax(skin, LEAST_SKIN), WIDTH)

cdef int64_t lengthen(NearPairs *near, int64_t more) noexcept nogil:
    """How much room there is now in front of the pairs; 0: no memory."""
    cdef int64_t added = near.room + more
    cdef Pair *longer = <Pair *> realloc(near.pairs, (near.room + added) * sizeof(Pair))
    if longer == NULL:
        return 0
    memmove(longer + added, longer, near.room * sizeof(Pair))
    near.pairs = longer
    near.room += added
    return added

cdef bint list_pairs(State *s) noexcept nogil:
    cdef NearPairs *near = &s.near
    cdef Cells *c = &s.cells
    cdef const double *x = s.x
    cdef const double *y = s.y
    cdef int32_t count = s.count
    cdef double skin = best_skin(count, near.pace)
    cdef double reach = (DIAMETER + skin) * ROUNDED_UP
    cdef double reach_squared = reach * reach
    cdef int64_t begin = near.room
    cdef int64_t room
    cdef int64_t most = <int64_t> MOST_PAIRS * count + 64
    cdef Pair *pairs = near.pairs
    cdef int32_t i, cell, found, kept, index, other
    cdef double px, py, dx, dy
    reset_cells(c, fmax(reach * ROUNDED_UP, sqrt(WIDTH * HEIGHT / (2.0 * count))))
    for i in range(count - 1, -1, -1):
        px = x[i]
        py = y[i]
        cell = cell_at(c, px, py)
        found = collect(c, cell)
        kept = 0
        for index in range(found):
            other = c.found[index]
            dx = px - x[other]
            dy = py - y[other]
            # Written in any case, kept if it is near: no branch to guess.
            c.found[kept] = other
            kept += dx * dx + dy * dy < reach_squared
        sort_range(c.found, kept)
        if begin < kept:
            room = 0 if near.room > most else lengthen(near, kept)
            if room == 0:
                return False
            begin += room
            pairs = near.pairs
        begin -= kept
        for index in range(kept):
            pairs[begin + index].i = i
            pairs[begin + index].j = c.found[index]
        add_to_cell(c, i, cell)
    near.begin = begin
    memcpy(near.from_x, x, count * sizeof(double))
    memcpy(near.from_y, y, count * sizeof(double))
    near.allowed = skin / 2
    near.farthest = 0
    near.fastest = fastest_now(s)
    near.served = 0
    return True

cdef bint rest(NearPairs *near) noexcept nogil:
    near.allowed = 0
    near.resting = near.next_rest
    near.next_rest = min(2 * near.next_rest, <int> MOST_REST)
    return False

cdef bint renew(State *s) noexcept nogil:
    cdef NearPairs *near = &s.near
    if near.allowed > 0:
        near.pace = near.allowed / max(near.served, <int64_t> 1)
        if near.served < WORTH_STEPS:
            return rest(near)
        near.next_rest = LEAST_REST
    if list_pairs(s):
        return True
    near.pace /= 2
    return rest(near)

cdef bint prepare(State *s) noexcept nogil:
    cdef NearPairs *near = &s.near
    if near.resting > 0:
        near.resting -= 1
        return False
    if near.hold and near.farthest > near.allowed:
        near.farthest = farthest_now(s)
        near.fastest = fastest_now(s)
        near.hold = near.farthest <= near.allowed
    if not near.hold:
        near.hold = renew(s)
    near.served += 1
    return near.hold

cdef bint changed(State *s, int32_t i) noexcept nogil:
    cdef NearPairs *near = &s.near
    cdef double dx = s.x[i] - near.from_x[i]
    cdef double dy = s.y[i] - near.from_y[i]
    near.farthest = fmax(near.farthest, sqrt(dx * dx + dy * dy) * ROUNDED_UP)
    near.fastest = fmax(near.fastest, sqrt(s.vx[i] * s.vx[i] + s.vy[i] * s.vy[i]) * ROUNDED_UP)
    if near.farthest > near.allowed:
        near.hold = False
    return near.hold
