package web_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/store/storetest"
)

var update = flag.Bool("update", false, "write docs/openapi.json anew")

// The committed description is what the console's types are made from.
func TestOpenAPIIsCommitted(t *testing.T) {
	const file = "../docs/openapi.json"
	s := newSite(t, storetest.SQLite(t))
	var got bytes.Buffer
	if err := json.Indent(&got, s.call("GET", "/api/openapi.json", "", nil).Body, "", " "); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("docs/openapi.json is not what the code serves; run go test ./web -run OpenAPI -update, then npm run api in ui:\n%s", diff)
	}
}

// A parameter in a path without a field that takes it makes a wrong description
// without any warning.
func TestOpenAPIParameters(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	var spec struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Summary     string
			Parameters  []struct{ Name, In string }
			Responses   map[string]any
		}
	}
	s.call("GET", "/api/openapi.json", "", nil).into(t, &spec)
	if len(spec.Paths) < 30 {
		t.Fatalf("only %d paths", len(spec.Paths))
	}
	for path, methods := range spec.Paths {
		for method, op := range methods {
			for _, name := range regexp.MustCompile(`{(\w+)}`).FindAllStringSubmatch(path, -1) {
				found := false
				for _, p := range op.Parameters {
					found = found || p.In == "path" && p.Name == name[1]
				}
				if !found {
					t.Errorf("%s %s takes no %s", method, path, name[1])
				}
			}
			if op.Summary == "" || op.OperationID == "" || op.Responses["default"] == nil {
				t.Errorf("%s %s is not fully described", method, path)
			}
		}
	}
}
