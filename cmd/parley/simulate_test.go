package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/demo"
	"parley/replay"
	"parley/store"
)

// parley runs this binary as a user does.
func parley(t *testing.T, args ...string) (out, errs string, ok bool) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	return stdout.String(), stderr.String(), err == nil
}

func scenarioFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "s.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const small = `
name: small
seed: 3
replications: 3
arrivals: 3000
threshold: 20s
policy: %s
%s
agents:
  - {group: a,  count: 20, skills: {a: 5}, concurrency: 1}
  - {group: ab, count: 10, skills: {a: 5, b: 5}, concurrency: 2, speed: [1, 1.7]}
classes:
  - {name: a, needs: {a: 1}, load: 20, handle: 300s, patience: 600s}
  - {name: b, needs: {b: 1}, rate: 0.0267, handle: 300s, patience: 0s}
`

// The keys of --json, as documented.
func TestSimulateJSONHasItsShape(t *testing.T) {
	t.Parallel()
	file := scenarioFile(t, fmt.Sprintf(small, "round-robin", "waiting_places: 50"))
	out, errs, ok := parley(t, "simulate", file, "--compare", "dedicated-first,strict-fifo", "--json")
	if !ok {
		t.Fatal(errs)
	}
	if !strings.Contains(errs, "simulated 100 %") {
		t.Errorf("no progress in %q", errs)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d objects for two policies: %s", len(lines), out)
	}
	figures := []string{"mean_wait", "p50", "p90", "p99", "p_wait", "service_level", "abandoned", "blocked", "mean_handle", "ci"}
	for i, policy := range []string{"dedicated-first", "strict-fifo"} {
		var r map[string]any
		if err := json.Unmarshal([]byte(lines[i]), &r); err != nil {
			t.Fatal(err)
		}
		if r["policy"] != policy {
			t.Errorf("policy %v", r["policy"])
		}
		for _, k := range append(figures, "occupancy", "classes") {
			if r[k] == nil {
				t.Errorf("%s: no %s", policy, k)
			}
		}
		occupancy, ci := r["occupancy"].(map[string]any), r["ci"].(map[string]any)
		for _, k := range []string{"mean", "min", "max"} {
			if _, there := occupancy[k].(float64); !there {
				t.Errorf("no occupancy.%s", k)
			}
		}
		for _, k := range []string{"mean_wait", "service_level", "abandoned"} {
			if _, there := ci[k].(float64); !there {
				t.Errorf("no ci.%s", k)
			}
		}
		names := []string{}
		for _, c := range r["classes"].([]any) {
			class := c.(map[string]any)
			names = append(names, class["name"].(string))
			for _, k := range append(figures, "occupancy") {
				if class[k] == nil {
					t.Errorf("class without %s", k)
				}
			}
		}
		if !slices.Equal(names, []string{"a", "b"}) {
			t.Errorf("classes %v", names)
		}
	}
}

func TestSimulateTakesEachPolicyAndPolls(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"dedicated-first", "round-robin", "longest-idle", "least-loaded", "fill-first", "first-available", "strict-fifo"} {
		out, errs, ok := parley(t, "simulate", scenarioFile(t, fmt.Sprintf(small, policy, "poll: 30s\nreserve: 1")), "--quiet", "--replications", "1")
		if !ok || errs != "" || !strings.Contains(out, policy) || !strings.Contains(out, "small: 1 replications") {
			t.Errorf("%s: %s%s", policy, errs, out)
		}
	}
}

func TestSimulateSaysWhatIsWrongAndWhere(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		fmt.Sprintf(small, "fastest", ""):                                               `s.yaml:7: policy: "fastest" is not a policy; use one of default, longest-idle`,
		fmt.Sprintf(small, "default", "waiting_place: 3"):                               "s.yaml:8: waiting_place: is not known here; there are name, seed",
		strings.Replace(fmt.Sprintf(small, "default", ""), "load: 20", "load: many", 1): `s.yaml:13: classes[0].load: "many" must be a number`,
	} {
		_, errs, ok := parley(t, "simulate", scenarioFile(t, text))
		if ok || !strings.Contains(errs, want) {
			t.Errorf("%q, want %q in it", errs, want)
		}
	}
	for want, args := range map[string][]string{
		"give a scenario file, or --replay":    {"simulate"},
		`"fastest" is not a policy`:            {"simulate", scenarioFile(t, fmt.Sprintf(small, "default", "")), "--compare", "fastest"},
		"--replay: \"monday\" needs two dates": {"simulate", "--replay", "monday"},
		"go with --replay":                     {"simulate", scenarioFile(t, fmt.Sprintf(small, "default", "")), "--set", "offer_seconds=9"},
		"--replications: must be at least 1":   {"simulate", scenarioFile(t, fmt.Sprintf(small, "default", "")), "--replications", "0"},
	} {
		if _, errs, ok := parley(t, args...); ok || !strings.Contains(errs, want) {
			t.Errorf("%v: %q, want %q in it", args, errs, want)
		}
	}
}

func TestSimulateReplaysARecordedWeek(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := settings{DataDir: dir, TimeZone: "UTC", LogLevel: "error", LogFormat: "text"}
	key, err := s.key()
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), store.Config{URL: s.database(), Key: key, Log: s.logger(), Node: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	now := time.Date(2026, 3, 30, 9, 30, 0, 0, time.UTC)
	if _, err := demo.Seed(t.Context(), st, demo.Options{Now: now, Seed: 2, Conversations: 150, Hash: func(p string) (string, error) { return p, nil }}, nil); err != nil {
		t.Fatal(err)
	}
	period := now.AddDate(0, 0, -7).Format("2006-01-02") + ".." + now.Format("2006-01-02")
	out, errs, ok := parley(t, "simulate", "--replay", period, "--data-dir", dir, "--policy", "first-available", "--json", "--replications", "2")
	var r replay.Result
	if !ok || json.Unmarshal([]byte(out), &r) != nil {
		t.Fatalf("%s\n%s", errs, out)
	}
	if r.Check.Decisions < 100 || r.Check.Equal != r.Check.Decisions || r.Changed == nil || r.Changed.Name != "first-available" || r.Replayed.MeanWait != r.Recorded.MeanWait {
		t.Errorf("replayed as %s %+v", &r.Check, r.Changed)
	}
	out, errs, ok = parley(t, "simulate", "--replay", period, "--data-dir", dir, "--quiet", "--replications", "2", "--queue", "Sales", "--set", "offer_seconds=60")
	if !ok || !strings.Contains(out, "recorded choices came out the same") || !strings.Contains(out, "Kaplan–Meier") || !strings.Contains(out, "· Sales") {
		t.Errorf("%s\n%s", errs, out)
	}
	if _, errs, ok := parley(t, "simulate", "--replay", period, "--data-dir", dir, "--set", "offer_secs=1"); ok || !strings.Contains(errs, "offer_seconds") {
		t.Errorf("an unknown setting: %q", errs)
	}
}
