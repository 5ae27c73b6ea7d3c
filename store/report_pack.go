package store

import (
	"context"
	varint "encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"gorm.io/gorm"

	"parley/desk"
)

// Facts never change, so a day that is over is added up once: its facts, alike
// ones counted together, are packed into one value with every dimension and
// bucket that a report may ask for. A report reads packs for days that are
// over and asks the facts themselves only for the rest, so a year costs as much
// as its packs are long.
//
// A fact may still come for a day that is over: a rating is dated by its
// question. Whoever adds one raises fact_days.changes in the same transaction,
// and a pack made from fewer changes no longer counts. The number is read
// before the facts are: a fact that commits in between makes the pack look too
// old, never too new.

// packGrace is how long after midnight a day counts as not over, for
// transactions and clocks that lag.
const packGrace = time.Hour

// packForm is the first byte of a pack; another one means pack again.
const packForm = 1

// liveFrom is the first day of which no pack is used.
func (s *Store) liveFrom() string {
	return s.cfg.Now().Add(-packGrace).In(s.cfg.Zone).Format(time.DateOnly)
}

// lateFacts marks the days over that the transaction adds facts to.
func (t *tx) lateFacts() error {
	today := t.now.In(t.s.cfg.Zone).Format(time.DateOnly)
	days := map[string]bool{}
	for _, f := range t.facts {
		if f.Day != today {
			days[f.Day] = true
		}
	}
	for _, day := range sortedKeys(days) {
		if err := raiseChanges(t.DB, day); err != nil {
			return err
		}
	}
	return nil
}

func raiseChanges(db *gorm.DB, day string) error {
	return db.Exec("INSERT INTO fact_days (day, changes, packed_changes) VALUES (?, 1, -1) ON CONFLICT (day) DO UPDATE SET changes = fact_days.changes + 1", day).Error
}

// eachPack gives the packs of the days from f.From to before the live ones, and
// makes those that are missing.
func (s *Store) eachPack(ctx context.Context, f ReportFilter, take func(day string, pack []byte) error) error {
	end := min(nextDay(f.To), s.liveFrom()) // excluded
	if f.From >= end {
		return nil
	}
	have, foreign := map[string]bool{}, map[string][]byte{}
	rows, err := s.read(ctx).Raw("SELECT day, pack FROM fact_days WHERE day >= ? AND day < ? AND packed_changes = changes", f.From, end).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var day string
		var pack []byte
		if err := rows.Scan(&day, &pack); err != nil {
			return err
		}
		if !s.readable(pack) {
			foreign[day] = pack
			continue
		}
		have[day] = true
		if err := take(day, pack); err != nil {
			return err
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	var missing []string
	for day := f.From; day < end; day = nextDay(day) {
		if !have[day] {
			missing = append(missing, day)
		}
	}
	return s.packMissing(ctx, missing, foreign, take)
}

// packMissing packs days anew. Where their facts have been pruned, a foreign
// pack, with the hours of another zone, is the best there is.
func (s *Store) packMissing(ctx context.Context, days []string, foreign map[string][]byte, take func(day string, pack []byte) error) error {
	if len(days) == 0 {
		return nil
	}
	var first *string // there is nothing to pack before the first fact
	if err := s.read(ctx).Raw("SELECT min(day) FROM facts").Scan(&first).Error; err != nil || first == nil {
		return err
	}
	for _, day := range days {
		if day < *first {
			if pack := foreign[day]; len(pack) > 0 && pack[0] == packForm {
				if err := take(day, pack); err != nil {
					return err
				}
			}
			continue
		}
		pack, err := s.packDay(ctx, day)
		if err != nil {
			return err
		}
		if err := take(day, pack); err != nil {
			return err
		}
	}
	return nil
}

// packDay packs a day and keeps the pack. Failing to keep it costs only the
// time to make it again.
func (s *Store) packDay(ctx context.Context, day string) ([]byte, error) {
	var changes int64
	if err := s.read(ctx).Raw("SELECT changes FROM fact_days WHERE day = ?", day).Scan(&changes).Error; err != nil {
		return nil, err
	}
	rows, err := s.read(ctx).Raw("SELECT metric, queue_id, channel, agent_id, ended_at, value, within_target, short, seconds, business_seconds FROM facts WHERE day = ?", day).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	p := newPacker(s.cfg.Zone)
	var f FactRow
	var ended int64
	for rows.Next() {
		var agent *string
		if err := rows.Scan(&f.Metric, &f.QueueID, &f.Channel, &agent, &ended, &f.Value, &f.WithinTarget, &f.Short, &f.Seconds, &f.BusinessSeconds); err != nil {
			return nil, err
		}
		f.AgentID = ""
		if agent != nil {
			f.AgentID = *agent
		}
		f.EndedAt = fromMicros(ended)
		p.add(desk.Fact(f))
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	pack := p.pack()
	err = s.writer.WithContext(ctx).Exec("INSERT INTO fact_days (day, changes, packed_changes, pack) VALUES (?, ?, ?, ?)"+
		" ON CONFLICT (day) DO UPDATE SET packed_changes = excluded.packed_changes, pack = excluded.pack", day, changes, changes, pack).Error
	if err != nil {
		s.cfg.Log.Warn("a day's facts could not be packed", "day", day, "error", err)
	}
	return pack, nil
}

// packUpTo makes the packs of all days before end that have facts, and fails
// when one cannot be kept: what comes after may remove the facts.
func (s *Store) packUpTo(ctx context.Context, end string) error {
	var first *string
	if err := s.read(ctx).Raw("SELECT min(day) FROM facts").Scan(&first).Error; err != nil || first == nil || *first >= end {
		return err
	}
	last, _ := time.Parse(time.DateOnly, end)
	f := ReportFilter{From: *first, To: last.AddDate(0, 0, -1).Format(time.DateOnly)}
	if err := s.eachPack(ctx, f, func(string, []byte) error { return nil }); err != nil {
		return err
	}
	var kept int
	if err := s.read(ctx).Raw("SELECT count(*) FROM fact_days WHERE day >= ? AND day < ? AND packed_changes = changes", *first, end).Scan(&kept).Error; err != nil {
		return err
	}
	from, _ := time.Parse(time.DateOnly, *first)
	if days := int(last.Sub(from).Hours() / 24); kept != days {
		return fmt.Errorf("%d of %d days before %s are packed", kept, days, end)
	}
	return nil
}

func nextDay(day string) string {
	d, _ := time.Parse(time.DateOnly, day)
	return d.AddDate(0, 0, 1).Format(time.DateOnly)
}

// packKey is everything that reports tell facts apart by within a day. The
// texts are numbers of the pack's word list.
type packKey struct {
	metric, queue, channel, agent uint64
	hour                          uint64 // local
	mark                          uint64 // value, within target, short
	bucket, business              uint64
}

type packSum struct{ n, micros, businessMicros uint64 }

type packer struct {
	zone   *time.Location
	words  []string
	number map[string]uint64
	sums   map[packKey]*packSum
	order  []packKey
}

func newPacker(zone *time.Location) *packer {
	return &packer{zone: zone, number: map[string]uint64{}, sums: map[packKey]*packSum{}}
}

func (p *packer) word(w string) uint64 {
	n, known := p.number[w]
	if !known {
		n = uint64(len(p.words))
		p.number[w] = n
		p.words = append(p.words, w)
	}
	return n
}

func (p *packer) add(f desk.Fact) {
	k := packKey{metric: p.word(string(f.Metric)), queue: p.word(f.QueueID), channel: p.word(string(f.Channel)), agent: p.word(f.AgentID),
		hour: uint64(f.EndedAt.In(p.zone).Hour()), mark: uint64(f.Value) << 2, bucket: uint64(desk.Bucket(f.Seconds)), business: uint64(desk.Bucket(f.BusinessSeconds))}
	if f.WithinTarget {
		k.mark |= 2
	}
	if f.Short {
		k.mark |= 1
	}
	sum := p.sums[k]
	if sum == nil {
		sum = &packSum{}
		p.sums[k] = sum
		p.order = append(p.order, k)
	}
	sum.n++
	// Times are whole microseconds, so the sums stay exact.
	sum.micros += uint64(math.Round(f.Seconds * 1e6))
	sum.businessMicros += uint64(math.Round(f.BusinessSeconds * 1e6))
}

// pack writes form, zone, words and sums: texts with their length before them,
// numbers as varints, the business figures only where they differ.
func (p *packer) pack() []byte {
	b := []byte{packForm}
	text := func(s string) { b = append(varint.AppendUvarint(b, uint64(len(s))), s...) }
	text(p.zone.String())
	b = varint.AppendUvarint(b, uint64(len(p.words)))
	for _, w := range p.words {
		text(w)
	}
	b = varint.AppendUvarint(b, uint64(len(p.order)))
	for _, k := range p.order {
		sum := p.sums[k]
		differs := uint64(0)
		if k.business != k.bucket || sum.businessMicros != sum.micros {
			differs = 1
		}
		for _, v := range [...]uint64{k.metric, k.queue, k.channel, k.agent, k.hour, k.mark<<1 | differs, k.bucket, sum.n, sum.micros} {
			b = varint.AppendUvarint(b, v)
		}
		if differs == 1 {
			b = varint.AppendUvarint(varint.AppendUvarint(b, k.business), sum.businessMicros)
		}
	}
	return b
}

var errPack = errors.New("a day's pack is damaged")

// packReader reads what pack wrote; err is set at the first thing that is wrong.
type packReader struct {
	rest []byte
	err  error
}

func (r *packReader) number() uint64 {
	v, n := varint.Uvarint(r.rest)
	if n <= 0 {
		r.err, r.rest = errPack, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *packReader) text() string {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.err, r.rest = errPack, nil
		return ""
	}
	s := string(r.rest[:n])
	r.rest = r.rest[n:]
	return s
}

// readable tells whether a pack has today's form and was made in this zone,
// which its hours depend on.
func (s *Store) readable(pack []byte) bool {
	if len(pack) == 0 || pack[0] != packForm {
		return false
	}
	r := packReader{rest: pack[1:]}
	return r.text() == s.cfg.Zone.String() && r.err == nil
}

// unpack takes the facts of a pack that pass the filter into rows, by their
// key, and into the day's figures.
func unpack(pack []byte, day string, by ReportKey, f ReportFilter, rows *tally, days *tally) error {
	r := packReader{rest: pack[1:]}
	_ = r.text() // zone
	words := make([]string, 0, 64)
	for n := r.number(); n > 0 && r.err == nil; n-- {
		words = append(words, r.text())
	}
	figures := make([]*desk.Figures, max(len(words), 24)) // of a row's key, found once
	perDay := days.of(day)
	for n := r.number(); n > 0 && r.err == nil; n-- {
		metric, queue, channel, agent, hour, mark := r.number(), r.number(), r.number(), r.number(), r.number(), r.number()
		g := desk.FactGroup{Value: int(mark >> 3), WithinTarget: mark&4 != 0, Short: mark&2 != 0, Bucket: int(r.number()), N: int(r.number())}
		wall := r.number()
		business := wall
		g.BusinessBucket = g.Bucket
		if mark&1 != 0 {
			g.BusinessBucket, business = int(r.number()), r.number()
		}
		if most := uint64(len(words)); metric >= most || queue >= most || channel >= most || agent >= most || hour >= 24 {
			return errPack
		}
		if f.QueueID != "" && words[queue] != f.QueueID || f.Channel != "" && words[channel] != string(f.Channel) || f.AgentID != "" && words[agent] != f.AgentID {
			continue
		}
		g.Metric, g.Seconds, g.BusinessSeconds = desk.Metric(words[metric]), float64(wall)/1e6, float64(business)/1e6
		perDay.Count(g)
		at := queue
		switch by {
		case ByChannel:
			at = channel
		case ByAgent:
			at = agent
		case ByHour:
			at = hour
		case ByDay:
			continue // days are the rows
		}
		if figures[at] == nil {
			key := fmt.Sprintf("%02d", hour)
			if by != ByHour {
				key = words[at]
			}
			figures[at] = rows.of(key)
		}
		figures[at].Count(g)
	}
	return r.err
}
