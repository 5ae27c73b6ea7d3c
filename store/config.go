package store

import (
	"context"
	"sync"
	"time"

	"gorm.io/gorm"

	"parley/desk"
)

// config is what admins set up, read whole: it is small, and every message needs it.
type config struct {
	queues  map[desk.ID]*desk.Queue
	inboxes map[desk.ID]*desk.Inbox
	skills  map[desk.ID]*desk.Skill
	byName  map[string]*desk.Inbox
	ruleSet desk.RuleSet
	rules   Rules
	read    time.Time
}

// configAge is how long a copy may serve without a word from the event log;
// changes normally drop it within a millisecond (ForgetConfig).
const configAge = 5 * time.Second

type configCache struct {
	sync.Mutex
	current *config
}

// ForgetConfig makes the next use read inboxes, queues, skills and rules again. Call it
// when the log tells of a change to them.
func (s *Store) ForgetConfig() {
	s.config.Lock()
	s.config.current = nil
	s.config.Unlock()
}

func (s *Store) configNow(ctx context.Context) (*config, error) {
	s.config.Lock()
	defer s.config.Unlock()
	if c := s.config.current; c != nil && time.Since(c.read) < configAge {
		return c, nil
	}
	c, err := s.readConfig(s.read(ctx))
	if err != nil {
		if old := s.config.current; old != nil {
			return old, nil // the statement that follows will say that the database is down
		}
		return nil, down(err)
	}
	s.config.current = c
	return c, nil
}

type queueRow struct {
	ID               desk.ID `gorm:"primaryKey"`
	Name             string
	Open             bool
	Requirements     []desk.Requirement `gorm:"serializer:json"`
	Policy           string
	Priority         int
	OfferSeconds     int
	AutoAccept       bool
	PreferredSeconds int
	TargetSeconds    int
	TargetShare      int
	ExpireHours      int
	RequeueMinutes   int
	Costs            map[desk.Channel]int `gorm:"serializer:json"`
	Hours            *desk.Hours          `gorm:"serializer:json"`

	AfterHours        desk.AfterHours
	AfterHoursQueueID desk.ID        `gorm:"serializer:optional"`
	Rings             desk.RingPlan  `gorm:"serializer:json"`
	Order             desk.LineOrder `gorm:"column:line_order"`
	Weight            int
	AlertDeclines     int
	CreatedAt         time.Time `gorm:"serializer:micros"`
}

func (queueRow) TableName() string { return "queues" }

type skillRow struct {
	ID          desk.ID `gorm:"primaryKey"`
	Name        string
	Description string
}

func (skillRow) TableName() string { return "skills" }

type inboxRow struct {
	ID           desk.ID `gorm:"primaryKey"`
	Name         string
	Label        string
	Channel      desk.Channel
	Provider     string
	QueueID      desk.ID
	Enabled      bool
	Config       map[string]string `gorm:"serializer:json"`
	Secrets      []byte
	Priority     int
	Requirements []desk.Requirement `gorm:"serializer:json"`
	Greeting     string
	CSAT         bool `gorm:"column:csat"`
	Broken       string
	CreatedAt    time.Time `gorm:"serializer:micros"`
}

func (inboxRow) TableName() string { return "inboxes" }

func (s *Store) inboxFromRow(r inboxRow) (*desk.Inbox, error) {
	secrets, err := s.seal.open(r.ID, r.Secrets)
	if err != nil {
		return nil, &desk.Error{Code: desk.Internal, Message: "the credentials of inbox " + r.Name + " cannot be read", Cause: err}
	}
	return &desk.Inbox{ID: r.ID, Name: r.Name, Label: r.Label, Channel: r.Channel, Provider: r.Provider, QueueID: r.QueueID,
		Enabled: r.Enabled, Config: r.Config, Secrets: secrets, Priority: r.Priority, Requirements: r.Requirements,
		Greeting: r.Greeting, CSAT: r.CSAT, Broken: r.Broken, CreatedAt: r.CreatedAt}, nil
}

func (s *Store) inboxToRow(in *desk.Inbox) (inboxRow, error) {
	sealed, err := s.seal.seal(in.ID, in.Secrets)
	return inboxRow{ID: in.ID, Name: in.Name, Label: in.Label, Channel: in.Channel, Provider: in.Provider, QueueID: in.QueueID,
		Enabled: in.Enabled, Config: in.Config, Secrets: sealed, Priority: in.Priority, Requirements: in.Requirements,
		Greeting: in.Greeting, CSAT: in.CSAT, Broken: in.Broken, CreatedAt: in.CreatedAt}, err
}

func (s *Store) readConfig(db *gorm.DB) (*config, error) {
	c := &config{queues: map[desk.ID]*desk.Queue{}, inboxes: map[desk.ID]*desk.Inbox{}, skills: map[desk.ID]*desk.Skill{},
		byName: map[string]*desk.Inbox{}, read: time.Now()}
	var queues []queueRow
	var inboxes []inboxRow
	var skills []skillRow
	if err := db.Order("created_at, id").Find(&queues).Error; err != nil {
		return nil, err
	}
	if err := db.Order("created_at, id").Find(&inboxes).Error; err != nil {
		return nil, err
	}
	if err := db.Order("name").Find(&skills).Error; err != nil {
		return nil, err
	}
	set, err := readRules(db)
	if err != nil {
		return nil, err
	}
	c.ruleSet, c.rules = set, s.ready(set)
	for _, r := range queues {
		q := desk.Queue(r)
		c.queues[q.ID] = &q
	}
	for _, r := range skills {
		k := desk.Skill(r)
		c.skills[k.ID] = &k
	}
	for _, r := range inboxes {
		in, err := s.inboxFromRow(r)
		if err != nil {
			return nil, err
		}
		c.inboxes[in.ID], c.byName[in.Name] = in, in
	}
	return c, nil
}

// InboxByName finds an inbox by the name in its webhook URL.
func (s *Store) InboxByName(ctx context.Context, name string) (*desk.Inbox, error) {
	c, err := s.configNow(ctx)
	if err != nil {
		return nil, err
	}
	if in := c.byName[name]; in != nil {
		return in, nil
	}
	return nil, desk.Errorf(desk.NotFound, "there is no inbox named %q", name)
}

// Inbox finds an inbox by id.
func (s *Store) Inbox(ctx context.Context, id desk.ID) (*desk.Inbox, error) {
	c, err := s.configNow(ctx)
	if err != nil {
		return nil, err
	}
	if in := c.inboxes[id]; in != nil {
		return in, nil
	}
	return nil, desk.Errorf(desk.NotFound, "there is no such inbox")
}

// has tells whether any inbox is of a channel.
func (c *config) has(channel desk.Channel) bool {
	for _, in := range c.inboxes {
		if in.Channel == channel {
			return true
		}
	}
	return false
}
