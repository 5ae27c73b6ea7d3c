package store

import (
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm/schema"

	"parley/desk"
)

// What Hear changes is written by name; a column forgotten there would be lost.
func TestHeardColumnsAreWhatHearChanges(t *testing.T) {
	c := &desk.Conversation{ID: desk.NewID(), Version: 3}
	before := conversationToRecord(c, &desk.Queue{})
	c.Hear(&desk.Message{Author: desk.ByCustomer, AgentID: "somebody", Text: "hello", Kind: desk.Text, At: time.Now()}, time.Now())
	c.Version++
	after := conversationToRecord(c, &desk.Queue{})
	named, changed := map[string]bool{}, map[string]bool{"id": true}
	for _, name := range heardColumns {
		named[name] = true
	}
	table, err := schema.Parse(&before, &sync.Map{}, schema.NamingStrategy{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range table.Fields {
		x, y := f.ReflectValueOf(t.Context(), reflect.ValueOf(&before)), f.ReflectValueOf(t.Context(), reflect.ValueOf(&after))
		if !reflect.DeepEqual(x.Interface(), y.Interface()) {
			changed[f.DBName] = true
		}
	}
	if diff := cmp.Diff(changed, named); diff != "" {
		t.Errorf("changed (-) and written (+):\n%s", diff)
	}
}

// Memory stays bounded, and what is forgotten leaves nothing behind.
func TestRememberedIsBounded(t *testing.T) {
	r := newRemembered()
	for range rememberedMost + 10 {
		in := &desk.Inbound{InboxID: "i", Identity: desk.Identity{Kind: desk.Phone, Value: desk.NewID()}, Aliases: []desk.Identity{{Kind: desk.Phone, Value: desk.NewID()}}}
		r.learn(in, &desk.Conversation{ID: desk.NewID(), State: desk.Active, Version: 1})
	}
	if len(r.byID) != rememberedMost || len(r.byKey) != 2*rememberedMost {
		t.Errorf("%d conversations by %d keys are remembered", len(r.byID), len(r.byKey))
	}
	for id := range r.byID {
		r.saw(&desk.Conversation{ID: id, State: desk.Resolved, Version: 2})
	}
	if len(r.byID)+len(r.byKey) != 0 {
		t.Errorf("%d ended conversations by %d keys are remembered", len(r.byID), len(r.byKey))
	}
}
