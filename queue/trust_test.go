package queue

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestTrustEndsByItselfAndNeverComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		trust := newTrust(context.Background(), time.Now().Add(time.Second))
		time.Sleep(900 * time.Millisecond)
		if !trust.extend(time.Now().Add(time.Second)) {
			t.Fatal("not extended in time")
		}
		time.Sleep(900 * time.Millisecond)
		if left := trust.left(); left != 100*time.Millisecond || trust.ctx.Err() != nil {
			t.Fatalf("%s left, %v", left, trust.ctx.Err())
		}
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		if trust.ctx.Err() == nil || context.Cause(trust.ctx) != errLost || trust.left() != 0 {
			t.Fatalf("after its end: %v, %s left", context.Cause(trust.ctx), trust.left())
		}
		if trust.extend(time.Now().Add(time.Second)) || trust.ctx.Err() == nil {
			t.Fatal("extended after its end")
		}
	})
}

// A frozen process may run on before the timer's goroutine does.
func TestTrustIsOverEvenBeforeItsTimerFires(t *testing.T) {
	trust := newTrust(context.Background(), time.Now().Add(time.Hour))
	trust.until = time.Now()
	if trust.extend(time.Now().Add(time.Hour)) || trust.ctx.Err() == nil || trust.left() != 0 {
		t.Fatal("extended after its end")
	}
}
