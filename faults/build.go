package faults

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Edit changes one place of the server's source for one build of it: how a test
// gets a server with a bug, or with a clock that can be turned. Nothing of it is
// in the tree.
type Edit struct {
	File     string // from the module's root or $GOROOT; made when Old is empty
	Old, New string // Old must be there exactly once
}

// Build builds the server into dir, with edits, and gives the program's path.
func Build(dir string, edits ...Edit) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	args := []string{"build", "-buildvcs=false", "-o", filepath.Join(dir, "parley")}
	if len(edits) > 0 {
		overlay, err := writeOverlay(root, dir, edits)
		if err != nil {
			return "", err
		}
		args = append(args, "-overlay", overlay)
	}
	cmd := exec.Command("go", append(args, "./cmd/parley")...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("faults: build the server: %w\n%s", err, out)
	}
	return filepath.Join(dir, "parley"), nil
}

func moduleRoot() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	mod := strings.TrimSpace(string(out))
	if err != nil || mod == "" || mod == os.DevNull {
		return "", fmt.Errorf("faults: the servers under test are built from source: run this inside the module")
	}
	return filepath.Dir(mod), nil
}

// writeOverlay writes the edited files into dir and what go build's -overlay reads.
func writeOverlay(root, dir string, edits []Edit) (string, error) {
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("faults: %w", err)
	}
	replaced := map[string]string{} // file ▶ edited copy
	for i, e := range edits {
		path := filepath.Join(root, e.File)
		if std, ok := strings.CutPrefix(e.File, "$GOROOT/"); ok {
			path = filepath.Join(strings.TrimSpace(string(goroot)), std)
		}
		from := path
		if copied, again := replaced[path]; again {
			from = copied
		}
		text := e.New
		if e.Old != "" {
			source, err := os.ReadFile(from)
			if err != nil {
				return "", fmt.Errorf("faults: %w", err)
			}
			if n := strings.Count(string(source), e.Old); n != 1 {
				return "", fmt.Errorf("faults: %s has %q %d times, not once: bring the edit up to date", e.File, e.Old, n)
			}
			text = strings.Replace(string(source), e.Old, e.New, 1)
		}
		replaced[path] = filepath.Join(dir, fmt.Sprintf("edit%d.go", i))
		if err := os.WriteFile(replaced[path], []byte(text), 0o600); err != nil {
			return "", fmt.Errorf("faults: %w", err)
		}
	}
	body, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, body, 0o600)
}
