package queue

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSubscribersHearEachMessageAndEachGap(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		r := node(t, b)
		messages, resets := make(chan string, 100), make(chan struct{}, 100)
		background(t, func(ctx context.Context) error {
			return r.Subscribe(ctx, "events", func(p []byte) { messages <- string(p) }, func() { resets <- struct{}{} })
		})
		<-resets
		sender := node(t, b)
		for n := range 20 {
			if err := sender.Publish(t.Context(), "events", fmt.Append(nil, n)); err != nil {
				t.Fatal(err)
			}
		}
		if err := sender.Publish(t.Context(), "other", []byte("not for us")); err != nil {
			t.Fatal(err)
		}
		for n := range 20 {
			if got := <-messages; got != fmt.Sprint(n) {
				t.Fatalf("message %q, want %d", got, n)
			}
		}
		b.restart()
		<-resets
		// A call may meet a connection that the restart broke.
		await(t, "a message to be published", func() bool {
			return sender.Publish(t.Context(), "events", []byte("after")) == nil
		})
		if got := <-messages; got != "after" {
			t.Errorf("message %q", got)
		}
	})
}

func TestSubscribeEndsAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		resets := make(chan struct{}, 1)
		stop := background(t, func(ctx context.Context) error {
			return node(t, b).Subscribe(ctx, "events", func([]byte) {}, func() { resets <- struct{}{} })
		})
		<-resets
		begin := time.Now()
		stop()
		if took := time.Since(begin); took > 500*time.Millisecond {
			t.Errorf("took %s", took)
		}
	})
}

func TestAMemberIsAliveWhileAnyNodeHasIt(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		briefly := func(c *Config) { c.AliveFor = time.Second }
		one, two := node(t, b, briefly), node(t, b, briefly)
		members := func() []string {
			t.Helper()
			seen, _, err := one.Members(t.Context(), "agent")
			if err != nil {
				t.Fatal(err)
			}
			for member, at := range seen {
				if age := time.Since(at); age < -time.Second || age > time.Minute {
					t.Errorf("%s was seen at %s", member, at)
				}
			}
			return slices.Sorted(maps.Keys(seen))
		}
		check := func(what string, want ...string) {
			t.Helper()
			if diff := cmp.Diff(want, members()); diff != "" {
				t.Errorf("%s: %s", what, diff)
			}
		}
		beat := func(r *Redis, members ...string) {
			t.Helper()
			if err := r.Beat(t.Context(), "agent", members); err != nil {
				t.Fatal(err)
			}
		}
		beat(one, "ada", "both|of them")
		beat(two, "bob", "both|of them")
		if err := one.Beat(t.Context(), "visitor", []string{"vic"}); err != nil {
			t.Fatal(err)
		}
		check("both nodes", "ada", "bob", "both|of them")
		if err := one.Gone(t.Context(), "agent", one.Node(), []string{"ada", "both|of them"}); err != nil {
			t.Fatal(err)
		}
		check("one left", "bob", "both|of them")
		await(t, "silence to expire", func() bool { beat(one, "ada"); return slices.Equal(members(), []string{"ada"}) })
	})
}

func TestAbsenceMeansNothingUntilAllHadTimeToReport(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		r := node(t, b, func(c *Config) { c.AliveFor = 300 * time.Millisecond })
		complete := func() bool {
			t.Helper()
			if err := r.Beat(t.Context(), "agent", []string{"ada"}); err != nil {
				t.Fatal(err)
			}
			_, complete, err := r.Members(t.Context(), "agent")
			if err != nil {
				t.Fatal(err)
			}
			return complete
		}
		if complete() {
			t.Error("complete at the first beat")
		}
		await(t, "a complete picture", complete)
		if err := raw(t, b).FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		if complete() {
			t.Error("complete right after the loss of all data")
		}
	})
}

func TestManyMembers(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		r := node(t, b)
		members := make([]string, 2*aliveChunk+1)
		for i := range members {
			members[i] = fmt.Sprint("visitor-", i)
		}
		if err := r.Beat(t.Context(), "visitor", members); err != nil {
			t.Fatal(err)
		}
		seen, _, err := r.Members(t.Context(), "visitor")
		if err != nil || len(seen) != len(members) {
			t.Errorf("%d members, %v; want %d", len(seen), err, len(members))
		}
		if err := r.Gone(t.Context(), "visitor", r.Node(), members); err != nil {
			t.Fatal(err)
		}
		if seen, _, err := r.Members(t.Context(), "visitor"); err != nil || len(seen) != 0 {
			t.Errorf("%d members left, %v", len(seen), err)
		}
	})
}

func TestValuesExpire(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		r := node(t, b)
		if err := r.Put(t.Context(), "board", []byte("v"), 400*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		if got, ok, err := r.Get(t.Context(), "board"); string(got) != "v" || !ok || err != nil {
			t.Fatalf("%q, %t, %v", got, ok, err)
		}
		await(t, "the value to expire", func() bool {
			_, ok, err := r.Get(t.Context(), "board")
			return !ok && err == nil
		})
		if err := r.Put(t.Context(), "board", []byte("w"), time.Minute); err != nil {
			t.Fatal(err)
		}
		if err := r.Delete(t.Context(), "board"); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := r.Get(t.Context(), "board"); ok || err != nil {
			t.Errorf("after Delete: %t, %v", ok, err)
		}
		if err := r.Put(t.Context(), "board", nil, 0); err == nil {
			t.Error("a value without an end was accepted")
		}
	})
}

func TestAllowSlides(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		r := node(t, b)
		start := time.Now().Truncate(time.Minute)
		count := func(key string, after time.Duration, tries int) (allowed int) {
			for range tries {
				if r.allowAt(t.Context(), key, 10, time.Minute, start.Add(after)) {
					allowed++
				}
			}
			return allowed
		}
		got := []int{
			count("login", 0, 30), // the limit, and refused ones do not count
			count("other", 0, 3),
			count("login", 75*time.Second, 30),  // three quarters of the first window still overlap: 10 − 7.5
			count("login", 200*time.Second, 30), // none does
		}
		if diff := cmp.Diff([]int{10, 3, 2, 10}, got); diff != "" {
			t.Error(diff)
		}
	})
}
