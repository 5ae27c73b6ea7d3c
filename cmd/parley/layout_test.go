package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The dependency rule: what each folder may import of Parley's own. Everything
// may import desk; folders do not import their neighbours but as drawn here;
// web shows what the others are, cmd wires all. Folders for tests are not named.
var layout = map[string][]string{
	"desk":               {},
	"migrations":         {},
	"ui":                 {},
	"store":              {"migrations"},
	"queue":              {},
	"feed":               {},
	"floor":              {},
	"routing":            {},
	"agent":              {},
	"visitor":            {},
	"channels":           {},
	"channels/wire":      {"channels"},
	"channels/twilio":    {"channels", "channels/wire"},
	"channels/meta":      {"channels", "channels/wire"},
	"channels/sms":       {"channels", "channels/wire", "channels/twilio"},
	"channels/whatsapp":  {"channels", "channels/wire", "channels/twilio", "channels/meta"},
	"channels/messenger": {"channels", "channels/wire", "channels/meta"},
	"channels/webchat":   {"channels", "channels/wire"},
	"channels/sandbox":   {},
	"routing/rules":      {},
	"routing/simulate":   {"routing", "floor"},
	"replay":             {"floor", "routing"},
	"demo":               {"store", "routing", "channels/sandbox"},
	"bench":              {"testenv", "store", "channels/webchat"},
	"faults":             {"testenv", "store", "channels/webchat", "channels/sandbox"},
	"web":                {"store", "channels", "channels/webchat", "feed", "floor", "routing", "routing/rules", "replay", "agent", "visitor"},
}

// testFolders serve tests only.
var testFolders = []string{"testenv", "testenv/cmd/testenv", "store/storetest", "channels/golden"}

func TestFoldersImportOnlyWhatTheLayoutDraws(t *testing.T) {
	root := filepath.Join("..", "..")
	documented := map[string]bool{}
	files := map[string]int{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name == "node_modules" || name == "testdata" || name == "dist" || file != root && strings.HasPrefix(name, ".") && name != ".." {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		rel, _ := filepath.Rel(root, file)
		folder := path.Dir(filepath.ToSlash(rel))
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		files[folder]++
		documented[folder] = documented[folder] || parsed.Doc != nil
		if !strings.HasPrefix(folder, "cmd/") && !slices.Contains(testFolders, folder) {
			checkImports(t, folder, rel, parsed)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for folder := range files {
		if !documented[folder] {
			t.Errorf("%s: no file has a package comment", folder)
		}
	}
}

func checkImports(t *testing.T, folder, file string, parsed *ast.File) {
	t.Helper()
	allowed, drawn := layout[folder]
	if !drawn {
		t.Errorf("%s: the folder is not in the layout; draw it there and in the README", folder)
		return
	}
	for _, imp := range parsed.Imports {
		name := strings.Trim(imp.Path.Value, `"`)
		own, ours := strings.CutPrefix(name, "parley/")
		switch {
		case ours && own != "desk" && !slices.Contains(allowed, own):
			t.Errorf("%s imports %s, which the layout does not draw", file, name)
		case folder == "desk" && (ours || strings.Contains(name, ".")):
			t.Errorf("%s imports %s; desk knows the standard library only", file, name)
		}
	}
}
