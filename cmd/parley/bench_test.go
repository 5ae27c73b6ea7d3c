package main

import (
	"bytes"
	"os"
	"slices"
	"testing"
	"time"

	"parley/bench"
)

// TestMain turns this binary into the server that a bench measures, and the simulator.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "serve" || os.Args[1] == "simulate") {
		main()
		return
	}
	os.Exit(m.Run())
}

// A short load at a low rate: what it proves is that the books balance, not a figure.
func TestTheBenchLosesNothing(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var steps []string
	r, err := bench.Run(t.Context(), bench.Config{Mode: bench.Default, Command: []string{self}, Duration: 2 * time.Second, Rate: 60, Agents: 12, Conversations: 40,
		History: 5000, WithoutCeilings: true, Progress: func(step string, _, _ int) { steps = append(steps, step) }})
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]bench.Figures{"light load": r.Light, "load": r.Figures} {
		if f.Lost != 0 || f.Duplicates != 0 || f.Strayed != 0 || f.Reordered != 0 || f.Refused != 0 {
			t.Errorf("%s: lost %d, duplicates %d, strayed %d, reordered %d, refused %d", name, f.Lost, f.Duplicates, f.Strayed, f.Reordered, f.Refused)
		}
		if f.Messages < 50 || f.ShownP50 <= 0 || f.ShownP99 < f.ShownP50 || f.AcceptP50 <= 0 || f.Statements <= 0 || f.Commands <= 0 || f.CPU.Server <= 0 {
			t.Errorf("%s: figures are missing: %+v", name, f)
		}
	}
	if r.Messages != 120 || r.Replies == 0 || r.RepliesLost != 0 || r.ReplyP90 < r.ReplyP50 {
		t.Errorf("%d messages, %d replies, %d of them lost", r.Messages, r.Replies, r.RepliesLost)
	}
	var table bytes.Buffer
	if err := bench.WriteTable(&table, []*bench.Result{r}); err != nil || !bytes.Contains(table.Bytes(), []byte("lost / duplicates")) {
		t.Errorf("the table: %v\n%s", err, table.String())
	}
	if !slices.Contains(steps, "writing the past") || r.ReadyMS <= 0 {
		t.Errorf("no past was written, or the start took %v ms: %v", r.ReadyMS, steps)
	}
}

// A handful instead of thousands: everybody is back after a restart, and nothing is lost.
func TestTheBenchRestartsUnderItsSockets(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r, err := bench.RunSockets(t.Context(), bench.Config{Mode: bench.Default, Command: []string{self}, Duration: time.Second, Agents: 12, Conversations: 40, Sockets: 60})
	if err != nil {
		t.Fatal(err)
	}
	if r.Lost != 0 || r.Refused != 0 || r.Messages != 100 {
		t.Errorf("%d messages, %d lost, %d refused", r.Messages, r.Lost, r.Refused)
	}
	if r.IdleMB <= 0 || r.OpenMB <= 0 || r.DownSeconds <= 0 || r.VisitorsBack < r.VisitorsP50 {
		t.Errorf("figures are missing: %+v", r)
	}
	var table bytes.Buffer
	if err := bench.WriteSockets(&table, []*bench.Sockets{r}); err != nil || !bytes.Contains(table.Bytes(), []byte("kB per socket")) {
		t.Errorf("the table: %v\n%s", err, table.String())
	}
}

// Ten times very little: the books balance through all three phases.
func TestTheBenchOverloads(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r, err := bench.RunOverload(t.Context(), bench.Config{Mode: bench.Default, Command: []string{self}, Duration: time.Second, Rate: 30, Agents: 12, Conversations: 40})
	if err != nil {
		t.Fatal(err)
	}
	if r.Lost != 0 || r.Repeated != 0 || r.OtherwiseRefused != 0 || r.Accepted <= 0 || r.Sent < r.Accepted || len(r.After) != 2 || r.PeakMB < r.UsualMB {
		t.Errorf("%+v", r)
	}
	var table bytes.Buffer
	if err := bench.WriteOverload(&table, []*bench.Overload{r}); err != nil || !bytes.Contains(table.Bytes(), []byte("503 with Retry-After")) {
		t.Errorf("the table: %v\n%s", err, table.String())
	}
}
