package simulate

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// whole has every field of a scenario.
const whole = `name: everything
seed: 5
replications: 3
arrivals: 2_000
threshold: 30s
policy: dedicated-first+reserve=1
poll: 0
waiting_places: 12
offers: {ring: 15s, answer: 3s, decline: 0.05, miss: 0.02, away: 2m}
agents:
  - {group: a,  count: 4, skills: {a: 5}}
  - {group: ab, count: 2, skills: {a: 3, b: 5}, concurrency: 3, speed: [1, 1.7, 2.1]}
classes:
  - {name: a, needs: {a: 1}, load: 3, handle: 300s, patience: 10m, priority: 2}
  - {name: b, needs: {b: 1}, wishes: {a: 3}, rate: 0.01, handle: 200, distribution: lognormal, cv: 1.2, patience: 0s, reserve: 0}
`

func TestAScenarioIsRead(t *testing.T) {
	s := scenario(t, whole)
	if s.Name != "everything" || s.Seed != 5 || s.Replications != 3 || s.Arrivals != 2000 || s.Threshold != 30*time.Second || s.Places != 12 || s.Reserve != 1 || s.Policy.Reserve != 1 {
		t.Errorf("read %+v", s)
	}
	if o := s.Offers; o.Ring != 15*time.Second || o.Answer != 3*time.Second || o.Decline != .05 || o.Miss != .02 || o.Away != 2*time.Minute {
		t.Errorf("offers %+v", o)
	}
	if g := s.Groups[1]; g.Count != 2 || g.Concurrency != 3 || g.Speed[2] != 2.1 || g.Skills["b"] != 5 {
		t.Errorf("group %+v", g)
	}
	a, b := s.Classes[0], s.Classes[1]
	if a.Rate != .01 || a.Patience.Mean != 10*time.Minute || a.Priority != 2 || a.Handle.Shape != Exponential {
		t.Errorf("class %+v", a)
	}
	if b.Handle != (Duration{200 * time.Second, Lognormal, 1.2}) || b.Patience.Mean != 0 || b.Reserve != 0 || b.Wishes["a"] != 3 {
		t.Errorf("class %+v", b)
	}
}

func TestErrorsNameLineAndField(t *testing.T) {
	for _, test := range []struct{ change, to, want string }{
		{"seed: 5", "seed: -5", "s.yaml:2: seed: "},
		{"seed: 5", "sead: 5", "s.yaml:2: sead: is not known here"},
		{"seed: 5", "name: twice", "s.yaml:2: name: is there twice"},
		{"policy: dedicated-first+reserve=1", "policy: fastest", `s.yaml:6: policy: "fastest" is not a policy; use one of default`},
		{"threshold: 30s", "threshold: soon", `s.yaml:5: threshold: "soon" is not a duration`},
		{"count: 2", "count: two", `s.yaml:12: agents[1].count: "two" must be a whole number`},
		{"a: 3, b: 5", "a: 3, b: 9", `s.yaml:12: agents[1].skills.b: "9" must be a whole number from 1 to 5`},
		{"[1, 1.7, 2.1]", "[1, 1.7]", "s.yaml:12: agents[1].speed: has 2 numbers; it needs one for each of 1 to 3 at once"},
		{"[1, 1.7, 2.1]", "[1, 0, 2]", "s.yaml:12: agents[1].speed: "},
		{"load: 3,", "load: 3, rate: 1,", "s.yaml:14: classes[0].rate: give load"},
		{"load: 3,", "", "s.yaml:14: classes[0].load: is missing"},
		{"handle: 300s,", "", "s.yaml:14: classes[0].handle: "},
		{"name: b,", "name: a,", `s.yaml:15: classes[1].name: two are named "a"`},
		{"needs: {b: 1}", "needs: {c: 1}", `s.yaml:15: classes[1].needs: no agent has the skills for "b"`},
		{"count: 2", "count: 0", `s.yaml:15: classes[1].needs: no agent has the skills for "b"`},
		{"load: 3,", "load: -3,", `s.yaml:14: classes[0].load: "-3" must be a number`},
		{"handle: 300s,", "handle: soon,", `s.yaml:14: classes[0].handle: "soon" is not a duration`},
		{"seed: 5", "seed: [5", "s.yaml:"},
		{whole, whole + "\n---\nname: second\n", "s.yaml: has more than one document"},
		{"lognormal", "normal", "s.yaml:15: classes[1].distribution: "},
		{"decline: 0.05", "decline: 0.99", "s.yaml:9: offers.miss: "},
		{"offers: {", "offers: [{", "s.yaml"},
		{"agents:\n", "agents: none\nrest:\n", "s.yaml:10: agents: must be a list"},
		{whole, "", "s.yaml: the file is empty"},
		{whole, "- 1", "s.yaml:1: the file: must have fields"},
		{"a: 3, b: 5}", "a: &x 3, b: *x}", "s.yaml:12: agents[1].skills.b: is a reference"},
	} {
		text := strings.Replace(whole, test.change, test.to, 1)
		_, err := ReadScenario(fstest.MapFS{"s.yaml": {Data: []byte(text)}}, "s.yaml")
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("with %q: %v, want %q in it", test.to, err, test.want)
		}
	}
}

// What is wrong is said once, and what is odd but means something is taken.
func TestErrorsAreSaidOnceAndZeroesTaken(t *testing.T) {
	read := func(change, to string) (*Scenario, error) {
		return ReadScenario(fstest.MapFS{"s.yaml": {Data: []byte(strings.Replace(whole, change, to, 1))}}, "s.yaml")
	}
	for change, to := range map[string]string{"load: 3,": "load: many,", "handle: 300s,": "handle: 5min,", "count: 2": "count: -2", "[1, 1.7, 2.1]": "[1, x, 2]"} {
		if _, err := read(change, to); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line", to, err)
		}
	}
	if s, err := read("arrivals: 2000", "arrivals: 2e3"); err != nil || s.Arrivals != 2000 {
		t.Errorf("2e3 arrivals: %v", err)
	}
	if s, err := read("load: 3,", "load: 0,"); err != nil || s.Classes[0].Rate != 0 {
		t.Errorf("nobody of one class: %v", err)
	}
	none := strings.NewReplacer("load: 3,", "load: 0,", "rate: 0.01,", "rate: 0,").Replace(whole)
	if _, err := ReadScenario(fstest.MapFS{"s.yaml": {Data: []byte(none)}}, "s.yaml"); err == nil || !strings.Contains(err.Error(), "s.yaml:13: classes: nobody comes") {
		t.Errorf("nobody at all: %v", err)
	}
}

func TestARecordedDayIsReplayed(t *testing.T) {
	files := fstest.MapFS{
		"s.yaml": {Data: []byte("policy: default\nreplications: 1\narrivals_file: days/monday.csv\nagents: [{group: a, count: 1, skills: {a: 1}}]\n" +
			"classes: [{name: a, needs: {a: 1}, handle: 10s}]")},
		// The first is served at once, the second waits 60 s, the third gives up after 5.
		"days/monday.csv": {Data: []byte("class,at,handle,patience\na, 0, 100s, 0\na, 40s, 10\na, 50s, 10s, 5s\n")},
	}
	s, err := ReadScenario(files, "s.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, s)
	if r.MeanWait != (60.0+5)/3 || r.P99 != 60 || r.Abandoned != 1.0/3 || r.MeanHandle != 55 {
		t.Errorf("the day gave %+v", r.Figures)
	}
	for text, want := range map[string]string{
		"b, 1s":          `monday.csv:1: class: "b" is not among the classes`,
		"a, 1s\na, soon": `monday.csv:2: at: "soon" is not a duration`,
		"a":              "monday.csv:1: row: needs class, at",
		"":               "monday.csv: has no customers",
		"a, \"1":         "monday.csv: ",
	} {
		files["days/monday.csv"] = &fstest.MapFile{Data: []byte(text)}
		if _, err := ReadScenario(files, "s.yaml"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	delete(files, "days/monday.csv")
	if _, err := ReadScenario(files, "s.yaml"); err == nil || !strings.Contains(err.Error(), "s.yaml:3: arrivals_file: ") {
		t.Errorf("without the file: %v", err)
	}
}

// FuzzScenario: whatever the file, reading ends with a scenario that can run or
// with words.
func FuzzScenario(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte("agents: [{count: 1}]\nclasses: [{name: a, rate: 1, handle: 1s}]"))
	f.Add([]byte("agents: &a [*a]\nclasses: {}\nseed: ~\n? [x]: y"))
	f.Add([]byte("name: [\n"))
	if shipped, err := os.ReadFile("../../docs/n-design.yaml"); err == nil {
		f.Add(shipped)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, _, err := parse("s.yaml", text)
		if err != nil {
			if err.Error() == "" || !strings.HasPrefix(err.Error(), "s.yaml:") {
				t.Errorf("an error without its place: %q", err)
			}
			return
		}
		if len(s.Groups) == 0 || len(s.Classes) == 0 || s.Replications < 1 || s.Arrivals < 1 || len(s.Policy.Name) == 0 {
			t.Errorf("cannot run: %+v", s)
		}
		for _, g := range s.Groups {
			if g.Count < 1 || len(g.Speed) != g.Concurrency {
				t.Errorf("cannot run: %+v", g)
			}
		}
	})
}

func TestTheShippedExampleIsRead(t *testing.T) {
	s, err := ReadScenario(os.DirFS("../../docs"), "n-design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if s.Arrivals != 200_000 || len(s.Groups) != 2 || s.Policy.Name != "dedicated-first" {
		t.Errorf("read %+v", s)
	}
}
