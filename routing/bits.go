package routing

import "math/bits"

// bitset is a set of small numbers: the index numbers its agents from 0.
type bitset []uint64

func (b *bitset) put(i int, in bool) {
	for i>>6 >= len(*b) {
		if !in {
			return
		}
		*b = append(*b, 0)
	}
	if in {
		(*b)[i>>6] |= 1 << (i & 63)
	} else {
		(*b)[i>>6] &^= 1 << (i & 63)
	}
}

func (b bitset) has(i int) bool { return i>>6 < len(b) && b[i>>6]&(1<<(i&63)) != 0 }

func (b bitset) count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

func (b bitset) empty() bool {
	for _, w := range b {
		if w != 0 {
			return false
		}
	}
	return true
}

// and keeps what is also in o.
func (b bitset) and(o bitset) {
	n := min(len(b), len(o))
	o = o[:n]
	for i, w := range o {
		b[i] &= w
	}
	clear(b[n:])
}

// without removes what is in o.
func (b bitset) without(o bitset) {
	n := min(len(b), len(o))
	o = o[:n]
	for i, w := range o {
		b[i] &^= w
	}
}

// or adds what is in o; b is at least as long.
func (b bitset) or(o bitset) {
	for i, w := range o {
		b[i] |= w
	}
}

// join adds what is in o, however long.
func (b *bitset) join(o bitset) {
	for len(*b) < len(o) {
		*b = append(*b, 0)
	}
	b.or(o)
}

// become is b = o, in b's memory where it suffices.
func (b *bitset) become(o bitset) { *b = append((*b)[:0], o...) }

// meet is b = o ∩ p, and tells whether anything is in it.
func (b *bitset) meet(o, p bitset) bool {
	n := min(len(o), len(p))
	out := (*b)[:0]
	if cap(out) < n {
		out = make(bitset, 0, max(n, 2*cap(out)))
	}
	out, o, p = out[:n], o[:n], p[:n]
	any := uint64(0)
	for i := range out {
		w := o[i] & p[i]
		out[i] = w
		any |= w
	}
	*b = out
	return any != 0
}

// each calls f with the members in order until it returns false.
func (b bitset) each(f func(i int) bool) {
	for at, w := range b {
		for ; w != 0; w &= w - 1 {
			if !f(at<<6 + bits.TrailingZeros64(w)) {
				return
			}
		}
	}
}
