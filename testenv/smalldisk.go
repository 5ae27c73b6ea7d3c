package testenv

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
)

// mountScript gives a program a small file system of its own, gone when it ends.
const mountScript = `mount -t tmpfs -o size="$1"m,mode=0700 tmpfs "$2" && shift 2 && exec "$@"`

// PostgresOnSmallDisk is a PostgreSQL whose tables lie on a disk of so many
// megabytes, in a mount namespace that needs no rights (Linux with user
// namespaces). Its log of transactions lies elsewhere: on the same disk a full one
// would end the server. What is on the small disk is lost with a restart.
func PostgresOnSmallDisk(t testing.TB, megabytes int) *Server {
	t.Helper()
	s, err := startPostgres(nil, func(dir string) ([]string, error) {
		disk := filepath.Join(dir, "disk")
		if err := os.Mkdir(disk, 0o777); err != nil {
			return nil, err
		}
		if err := os.Chmod(disk, 0o777); err != nil { // past the umask, for the server's user
			return nil, err
		}
		unshare, err := exec.LookPath("unshare")
		if err != nil {
			return nil, fmt.Errorf("testenv: a small disk needs unshare, of util-linux: %w", err)
		}
		return []string{unshare, "--user", "--mount", "--map-current-user", "--keep-caps", "sh", "-c", mountScript, "small-disk", fmt.Sprint(megabytes), disk}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.t = t
	t.Cleanup(s.close)
	conn, err := pgx.Connect(t.Context(), s.URL)
	must(t, err)
	defer conn.Close(context.Background())
	for _, statement := range []string{
		"CREATE TABLESPACE small LOCATION '" + filepath.Join(s.dir, "disk") + "'",
		"ALTER SYSTEM SET default_tablespace = 'small'", "SELECT pg_reload_conf()",
	} {
		_, err := conn.Exec(t.Context(), statement)
		must(t, err)
	}
	return s
}
