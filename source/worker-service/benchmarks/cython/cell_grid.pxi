# Which particles are near a place: see cell-grid.ts.

cdef struct Cells:
    int32_t *first
    int32_t *next
    int32_t *found
    int32_t columns, rows, stride
    double per_unit

cdef bint allocate_cells(Cells *c, size_t count) noexcept nogil:
    # No cells are smaller than CELL; a row of empty ones on every side.
    cdef size_t most = <size_t> (WIDTH / CELL + 3) * <size_t> (HEIGHT / CELL + 3)
    c.first = <int32_t *> calloc(most, sizeof(int32_t))
    c.next = <int32_t *> calloc(count, sizeof(int32_t))
    c.found = <int32_t *> calloc(count, sizeof(int32_t))
    return c.first != NULL and c.next != NULL and c.found != NULL

cdef void free_cells(Cells *c) noexcept nogil:
    free(c.first)
    free(c.next)
    free(c.found)

cdef void reset_cells(Cells *c, double width) noexcept nogil:
    c.columns = <int32_t> fmax(1, WIDTH / width)
    c.rows = <int32_t> fmax(1, HEIGHT / width)
    c.per_unit = 1 / width
    c.stride = c.rows + 2
    memset(c.first, 0xff, (c.columns + 2) * c.stride * sizeof(int32_t))  # NOBODY everywhere

cdef inline int32_t cell_at(const Cells *c, double x, double y) noexcept nogil:
    cdef double across = x * c.per_unit
    cdef double down = y * c.per_unit
    cdef int32_t column = 0
    cdef int32_t row = 0
    if across > 0:
        column = <int32_t> across if across < c.columns else c.columns - 1
    if down > 0:
        row = <int32_t> down if down < c.rows else c.rows - 1
    return (column + 1) * c.stride + row + 1

cdef inline void add_to_cell(Cells *c, int32_t i, int32_t cell) noexcept nogil:
    c.next[i] = c.first[cell]
    c.first[cell] = i

cdef inline void remove_from_cell(Cells *c, int32_t i, int32_t cell) noexcept nogil:
    cdef int32_t *link = &c.first[cell]
    while link[0] != i:
        link = &c.next[link[0]]
    link[0] = c.next[i]

cdef int32_t collect(Cells *c, int32_t cell) noexcept nogil:
    cdef int32_t *found = c.found
    cdef const int32_t *next = c.next
    cdef int32_t count = 0
    cdef int32_t column, near, other
    for column in range(-1, 2):
        for near in range(cell + column * c.stride - 1, cell + column * c.stride + 2):
            other = c.first[near]
            while other != NOBODY:
                found[count] = other
                count += 1
                other = next[other]
    return count

cdef void sort_range(int32_t *values, int64_t size) noexcept nogil:
    """Shell's sort: mostly a few numbers."""
    cdef int64_t gap = 1
    cdef int64_t index, place
    cdef int32_t value
    if size > 16:
        while gap < size // 3:
            gap = 3 * gap + 1
    while gap > 0:
        for index in range(gap, size):
            value = values[index]
            place = index - gap
            while place >= 0 and values[place] > value:
                values[place + gap] = values[place]
                place -= gap
            values[place + gap] = value
        gap //= 3
