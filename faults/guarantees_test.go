package faults

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// docs/guarantees.md lists every invariant in its words; it and docs/routing.md name
// only tests that are there.
func TestTheGuaranteesNameTheirTests(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/guarantees.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range Invariants {
		if row := fmt.Sprintf("\n| %d | %s | `Test", i.Number, i.Name); !strings.Contains(string(text), row) {
			t.Errorf("docs/guarantees.md has no row that begins with %q", strings.TrimSpace(row))
		}
	}
	routing, err := os.ReadFile("../docs/routing.md")
	if err != nil {
		t.Fatal(err)
	}
	there := testNames(t)
	for _, name := range regexp.MustCompile("`(Test[A-Za-z0-9]+)`").FindAllStringSubmatch(string(text)+string(routing), -1) {
		if !there[name[1]] {
			t.Errorf("docs/guarantees.md or docs/routing.md names %s, which is not there any more", name[1])
		}
	}
}

func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names, word := map[string]bool{}, regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == "node_modules" {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		for _, m := range word.FindAllStringSubmatch(string(source), -1) {
			names[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
