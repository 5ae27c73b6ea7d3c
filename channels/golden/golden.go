// Package golden compares what tests of adapters normalize with files beside
// the payloads. Run the tests with -update to write the files anew, then read
// the difference before committing it.
package golden

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

var update = flag.Bool("update", false, "write the golden files of this run")

// Inbound compares got, in readable JSON, with the file at path. Ids that are
// made anew on each run are blanked, and their presence is checked instead.
func Inbound(t *testing.T, path string, got []desk.Inbound) {
	t.Helper()
	seen := map[string]bool{}
	stable := make([]desk.Inbound, len(got))
	for i, in := range got {
		if !desk.ValidID(in.ID) || seen[in.ID] {
			t.Errorf("inbound %d has id %q, want one of its own", i, in.ID)
		}
		if seen["p:"+in.ProviderID] || in.ProviderID == "" {
			t.Errorf("inbound %d has provider id %q, want one of its own", i, in.ProviderID)
		}
		seen[in.ID], seen["p:"+in.ProviderID] = true, true
		if len(in.Raw) == 0 {
			t.Errorf("inbound %d keeps no raw payload", i)
		}
		in.ID = ""
		if in.Message != nil {
			m := *in.Message
			if !desk.ValidID(m.ID) {
				t.Errorf("message %d has id %q", i, m.ID)
			}
			m.ID = ""
			in.Message = &m
		}
		stable[i] = in
	}
	compare(t, path, stable)
}

func compare(t *testing.T, path string, got any) {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(got); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run with -update to make it)", err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
