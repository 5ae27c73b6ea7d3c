package simulate

// kind of an event.
type kind uint8

const (
	arrival kind = iota
	finished
	impatient
	answered // an offer
	rangOut
	back // an agent who missed an offer
	look // of the router, for its own reasons
)

// event is something that will happen, unless its version is old by then.
type event struct {
	at      float64 // seconds
	seq     int64   // of what happens at one moment, what was planned first is first
	kind    kind
	who     int // a customer's or an agent's number
	version int
}

func (e event) before(o event) bool {
	if e.at != o.at {
		return e.at < o.at
	}
	return e.seq < o.seq
}

// calendar is the events to come: a binary heap.
type calendar struct {
	list []event
	seq  int64
}

func (c *calendar) plan(e event) {
	c.seq++
	e.seq = c.seq
	c.list = append(c.list, e)
	i := len(c.list) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !c.list[i].before(c.list[up]) {
			break
		}
		c.list[i], c.list[up] = c.list[up], c.list[i]
		i = up
	}
}

func (c *calendar) next() (event, bool) {
	if len(c.list) == 0 {
		return event{}, false
	}
	first, last := c.list[0], len(c.list)-1
	c.list[0] = c.list[last]
	c.list = c.list[:last]
	for i := 0; ; {
		low := 2*i + 1
		if low >= last {
			break
		}
		if low+1 < last && c.list[low+1].before(c.list[low]) {
			low++
		}
		if !c.list[low].before(c.list[i]) {
			break
		}
		c.list[i], c.list[low] = c.list[low], c.list[i]
		i = low
	}
	return first, true
}
