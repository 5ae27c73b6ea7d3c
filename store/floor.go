package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

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
		if err := db.Where("state = 'pending'").Find(&offers).Error; err != nil {
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
		addConfig(out, config)
		return nil
	})
	return out, down(err)
}

// Config reads queues, inboxes and skills: the part of a snapshot that admins change.
func (s *Store) Config(ctx context.Context) (*desk.Snapshot, error) {
	c, err := s.configNow(ctx)
	if err != nil {
		return nil, err
	}
	out := &desk.Snapshot{}
	addConfig(out, c)
	return out, nil
}

// Epoch names this event log. A database restored or made anew has another, so
// that numbers of the old one are not taken for its own.
func (s *Store) Epoch(ctx context.Context) (string, error) {
	row := settingRow{Name: "log_epoch", Value: desk.NewID()}
	if err := s.writer.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return "", down(err)
	}
	err := s.writer.WithContext(ctx).Where("name = ?", row.Name).First(&row).Error
	return row.Value, down(err)
}

// Renew gives the log another name unless somebody has done so since it was called
// old: its end was lost, and consoles must not take new numbers for those they know.
func (s *Store) Renew(ctx context.Context, old string) error {
	return down(s.writer.WithContext(ctx).Model(&settingRow{}).Where("name = 'log_epoch' AND value = ?", old).Update("value", desk.NewID()).Error)
}

func addConfig(out *desk.Snapshot, c *config) {
	for _, q := range c.queues {
		out.Queues = append(out.Queues, q)
	}
	for _, in := range c.inboxes {
		out.Inboxes = append(out.Inboxes, in)
	}
	for _, k := range c.skills {
		out.Skills = append(out.Skills, k)
	}
}
