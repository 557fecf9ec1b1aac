# MT19937, its state filled by Knuth's recurrence from one 32-bit seed.

cdef struct Twister:
    uint32_t state[624]
    int used

cdef void seed_twister(Twister *t, uint32_t seed) noexcept nogil:
    cdef int i
    t.state[0] = seed
    for i in range(1, MT_SIZE):
        t.state[i] = <uint32_t> 1812433253 * (t.state[i - 1] ^ (t.state[i - 1] >> 30)) + <uint32_t> i
    t.used = MT_SIZE

cdef uint32_t next_word(Twister *t) noexcept nogil:
    cdef uint32_t bits
    cdef int i
    if t.used == MT_SIZE:
        for i in range(MT_SIZE):
            bits = (t.state[i] & <uint32_t> 0x80000000) | (t.state[(i + 1) % MT_SIZE] & <uint32_t> 0x7fffffff)
            t.state[i] = t.state[(i + 397) % MT_SIZE] ^ (bits >> 1)
            if bits & 1:
                t.state[i] ^= <uint32_t> 0x9908b0df
        t.used = 0
    bits = t.state[t.used]
    t.used += 1
    bits ^= bits >> 11
    bits ^= (bits << 7) & <uint32_t> 0x9d2c5680
    bits ^= (bits << 15) & <uint32_t> 0xefc60000
    return bits ^ (bits >> 18)

cdef double uniform(Twister *t) noexcept nogil:
    """In [0, 1), of 53 bits."""
    cdef uint32_t high = next_word(t) >> 5
    cdef uint32_t low = next_word(t) >> 6
    return (high * 67108864.0 + low) / 9007199254740992.0
