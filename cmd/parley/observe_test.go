package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/VictoriaMetrics/metricsql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"go.yaml.in/yaml/v3"
)

var describedName = regexp.MustCompile(`fqName: "([^"]+)"`)

// exported are the names of everything that /metrics can tell, also of what has
// not happened yet.
func exported(r *running) map[string]bool {
	names := map[string]bool{}
	descs := make(chan *prometheus.Desc)
	go func() {
		r.node.registry.Describe(descs)
		close(descs)
	}()
	for d := range descs {
		if m := describedName.FindStringSubmatch(d.String()); m != nil {
			names[m[1]] = true
		}
	}
	return names
}

// asked are the metrics an expression asks for, by the names they are exported
// under. Variables of Grafana are filled in first.
func asked(t *testing.T, expression string) []string {
	t.Helper()
	filled := strings.NewReplacer("$__rate_interval", "1m", "$job", "parley").Replace(expression)
	parsed, err := metricsql.Parse(filled)
	if err != nil {
		t.Errorf("%s: %v", expression, err)
		return nil
	}
	var names []string
	metricsql.VisitAll(parsed, func(e metricsql.Expr) {
		m, ok := e.(*metricsql.MetricExpr)
		if !ok {
			return
		}
		for _, filters := range m.LabelFilterss {
			for _, f := range filters {
				if f.Label == "__name__" {
					names = append(names, f.Value)
				}
			}
		}
	})
	if len(names) == 0 {
		t.Errorf("%s asks for nothing", expression)
	}
	return names
}

func known(names map[string]bool, asked string) bool {
	for _, ending := range []string{"", "_bucket", "_count", "_sum"} {
		if base, ok := strings.CutSuffix(asked, ending); ok && names[base] {
			return true
		}
	}
	return asked == "up" // Prometheus' own
}

func read(t *testing.T, path ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(append([]string{"..", ".."}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type panel struct {
	ID          int
	Type, Title string
	GridPos     struct{ H, W, X, Y int }
	Targets     []struct{ Expr string }
	FieldConfig struct{ Defaults struct{ Unit string } }
}

// Whatever watches Parley asks only for what there is, and has units.
func TestDashboardAndAlertsAskForWhatThereIs(t *testing.T) {
	names := exported(startNode(t, nodeConfig{name: "a"}))
	var dashboard struct {
		Title, UID    string
		SchemaVersion int
		Panels        []panel
	}
	if err := json.Unmarshal(read(t, "deploy", "grafana", "parley.json"), &dashboard); err != nil {
		t.Fatal(err)
	}
	used, ids := map[string]bool{}, map[int]bool{}
	for _, p := range dashboard.Panels {
		if ids[p.ID] || p.ID == 0 || p.Title == "" || p.GridPos.W == 0 || p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("panel %d %q: no id or title of its own, or no place", p.ID, p.Title)
		}
		ids[p.ID] = true
		if p.Type == "row" {
			continue
		}
		if p.FieldConfig.Defaults.Unit == "" || len(p.Targets) == 0 {
			t.Errorf("panel %q has no unit or nothing to show", p.Title)
		}
		for _, target := range p.Targets {
			for _, name := range asked(t, target.Expr) {
				used[name] = true
				if !known(names, name) {
					t.Errorf("panel %q asks for %s, which is not exported", p.Title, name)
				}
			}
		}
	}
	if dashboard.UID == "" || dashboard.SchemaVersion == 0 || len(used) < 30 {
		t.Errorf("uid %q, schema %d, %d metrics", dashboard.UID, dashboard.SchemaVersion, len(used))
	}
	for name := range names { // each of ours has its place, but for those a panel makes little of
		if strings.HasPrefix(name, "parley_") && !used[name] && !used[name+"_bucket"] {
			t.Errorf("no panel shows %s", name)
		}
	}
	var rules struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr         string
				Labels, Annotations map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(read(t, "deploy", "prometheus", "alerts.yml"), &rules); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			n++
			for _, name := range asked(t, r.Expr) {
				if !known(names, name) {
					t.Errorf("alert %s asks for %s, which is not exported", r.Alert, name)
				}
			}
			if r.Labels["severity"] == "" || r.Annotations["summary"] == "" || r.Annotations["description"] == "" {
				t.Errorf("alert %s does not say how bad it is, what it is, and what to do", r.Alert)
			}
		}
	}
	if n < 10 {
		t.Errorf("%d alerts", n)
	}
}

// What the operating manual says of metrics is what there is.
func TestMetricsAreDocumented(t *testing.T) {
	names := exported(startNode(t, nodeConfig{name: "a"}))
	manual := string(read(t, "docs", "operating.md"))
	named := map[string]bool{}
	for _, name := range regexp.MustCompile(`\bparley_[a-z_]+[a-z]\b`).FindAllString(manual, -1) {
		named[name] = true
		if !known(names, name) {
			t.Errorf("docs/operating.md names %s, which is not exported", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if strings.HasPrefix(name, "parley_") && !named[name] {
			t.Errorf("docs/operating.md does not name %s", name)
		}
	}
}

// Names carry their unit and counters end in _total, as Prometheus has it.
func TestMetricsAreWellNamed(t *testing.T) {
	r := startNode(t, nodeConfig{name: "a"})
	r.login("agent")
	families, err := r.node.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	faults, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		if strings.HasPrefix(f.Metric, "parley_") {
			t.Errorf("%s: %s", f.Metric, f.Text)
		}
	}
}
