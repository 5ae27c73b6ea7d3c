package store

import (
	"context"

	"gorm.io/gorm"

	"parley/desk"
)

// Live reads the snapshot in one consistent view.
func (s *Store) Live(ctx context.Context) (*desk.Snapshot, error) {
	out := &desk.Snapshot{}
	err := s.reader.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		if s.pg {
			if err := db.Exec("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").Error; err != nil {
				return err
			}
		}
		if err := db.Raw("SELECT n FROM counters WHERE name = 'events'").Scan(&out.Seq).Error; err != nil {
			return err
		}
		var conversations []conversationRecord
		if err := db.Where("open").Find(&conversations).Error; err != nil {
			return err
		}
		for _, r := range conversations {
			out.Conversations = append(out.Conversations, r.conversation())
		}
		var agents []agentRow
		if err := db.Find(&agents).Error; err != nil {
			return err
		}
		for _, r := range agents {
			a := desk.Agent(r)
			out.Agents = append(out.Agents, &a)
		}
		var offers []offerRow
		if err := db.Where("state = ?", desk.OfferPending).Find(&offers).Error; err != nil {
			return err
		}
		for _, r := range offers {
			o := desk.Offer(r)
			out.Offers = append(out.Offers, &o)
		}
		config, err := s.readConfig(db)
		if err != nil {
			return err
		}
		for _, q := range config.queues {
			out.Queues = append(out.Queues, q)
		}
		for _, in := range config.inboxes {
			out.Inboxes = append(out.Inboxes, in)
		}
		for _, k := range config.skills {
			out.Skills = append(out.Skills, k)
		}
		return nil
	})
	return out, down(err)
}
