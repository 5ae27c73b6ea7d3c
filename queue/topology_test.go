package queue

import (
	"context"
	"testing"
	"time"

	"parley/desk"
	"parley/testenv"
)

func TestOnACluster(t *testing.T) {
	t.Parallel()
	b := backend{url: testenv.RedisCluster(t).URL}
	r, seen, h := node(t, b), &journal{}, newHolder()
	for _, workers := range []int{0, 1} {
		stop := background(t, r.Consumer(ConsumerConfig{Kind: Inbound, Handle: seen.handle, Workers: workers}).Run)
		for n := range 10 {
			for contact := range 50 {
				push(t, r, item(contact, workers*10+n))
			}
		}
		await(t, "all items", seen.has((workers+1)*500))
		stop()
	}
	checkOrder(t, seen.all(), 50, 20)
	if depth, err := r.Depth(t.Context(), Inbound); depth != 0 || err != nil {
		t.Errorf("depth %d, %v", depth, err)
	}
	background(t, func(ctx context.Context) error { return r.Lease("router", 0).Hold(ctx, h.run) })
	<-h.terms

	resets, messages := make(chan struct{}, 9), make(chan string, 9)
	background(t, func(ctx context.Context) error {
		return r.Subscribe(ctx, "events", func(p []byte) { messages <- string(p) }, func() { resets <- struct{}{} })
	})
	<-resets
	if err := node(t, b).Publish(t.Context(), "events", []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if got := <-messages; got != "hello" {
		t.Errorf("message %q", got)
	}

	if err := r.Beat(t.Context(), "agent", []string{"ada"}); err != nil {
		t.Error(err)
	}
	if members, _, err := r.Members(t.Context(), "agent"); len(members) != 1 || err != nil {
		t.Errorf("members %v, %v", members, err)
	}
	if !r.Allow(t.Context(), "k", 1, time.Minute) || r.Allow(t.Context(), "k", 1, time.Minute) {
		t.Error("the limit of 1 is not 1")
	}
}

// TestFailOver loses the master. What was pushed and not replicated may be lost
// with it; the sweeper brings that back from the database. Work must go on.
func TestFailOver(t *testing.T) {
	t.Parallel()
	s := testenv.RedisSentinel(t)
	r, seen := node(t, backend{url: s.URL}), &journal{}
	background(t, r.Consumer(ConsumerConfig{Kind: Inbound, Handle: seen.handle, Workers: 1}).Run)
	push(t, r, item(0, 0))
	await(t, "the first item", seen.has(1))
	s.Master.Kill()
	n := 1
	await(t, "pushes to reach the new master, and from there the handler", func() bool {
		if r.Push(t.Context(), Inbound, []desk.Work{item(0, n)}) == nil {
			n++
		}
		return len(seen.all()) > 1
	})
}
