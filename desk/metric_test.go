package desk

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// A metric that is not listed is missing where all are asked for.
func TestAllMetricsAreListed(t *testing.T) {
	source, err := os.ReadFile("metric.go")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`Metric = "(\w+)"`).FindAllSubmatch(source, -1)
	if len(found) < 10 || len(found) != len(Metrics) {
		t.Errorf("%d metrics are named and %d listed", len(found), len(Metrics))
	}
	for _, m := range found {
		if !slices.Contains(Metrics, Metric(m[1])) {
			t.Errorf("%s is not in Metrics", m[1])
		}
	}
}
