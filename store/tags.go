package store

import (
	"context"
	"slices"
	"strings"

	"parley/desk"
)

// Tag adds tags to a conversation and takes others off; a tag that is there, or
// is not, stays so. Two people at once each get what they asked for.
func (s *Store) Tag(ctx context.Context, id, actor desk.ID, add, remove []string) error {
	return s.write(ctx, func(t *tx) error {
		c, err := t.conversation(id)
		if err != nil {
			return err
		}
		kept := slices.DeleteFunc(slices.Clone(c.Tags), func(tag string) bool { return slices.Contains(remove, tag) })
		tags, err := desk.CleanTags(append(kept, add...))
		if err != nil {
			return err
		}
		fields := map[string]string{}
		for name, list := range map[string][]string{"added": without(tags, c.Tags), "removed": without(c.Tags, tags)} {
			if len(list) > 0 {
				fields[name] = strings.Join(list, ", ")
			}
		}
		if len(fields) == 0 {
			return nil
		}
		c.Tags = tags
		t.save(c)
		t.tell(desk.EvConversationTagged, c, desk.Event{ActorID: actor, Data: desk.EventData{Fields: fields}})
		return nil
	})
}

// without lists what is in one and not in the other.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(x string) bool { return slices.Contains(other, x) })
}
