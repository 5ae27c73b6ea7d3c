package testenv

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Cluster is a Redis Cluster of the test's own: three masters without replicas.
type Cluster struct {
	URL   string // redis+cluster://…
	Nodes []*Server
}

// clusterSlots is how many slots Redis Cluster divides keys into.
const clusterSlots = 16384

// RedisCluster starts a cluster and waits until it has formed.
func RedisCluster(t testing.TB) *Cluster {
	t.Helper()
	c, secret := &Cluster{}, password()
	var clients []*redis.Client
	var hosts []string
	for i := range 3 {
		_, bus, err := freeAddr()
		if err != nil {
			t.Fatal(err)
		}
		s := RedisServer(t, "--requirepass", secret, "--masterauth", secret, "--cluster-enabled", "yes", "--cluster-port", bus, "--cluster-node-timeout", "2000")
		client := clientOf(t, s)
		first, last := clusterSlots/3*i, clusterSlots/3*(i+1)-1
		if i == 2 {
			last = clusterSlots - 1
		}
		must(t, client.ClusterAddSlotsRange(t.Context(), first, last).Err())
		must(t, client.Do(t.Context(), "CLUSTER", "SET-CONFIG-EPOCH", i+1).Err())
		if i > 0 {
			host, port, _ := net.SplitHostPort(s.Addr)
			must(t, clients[0].Do(t.Context(), "CLUSTER", "MEET", host, port, bus).Err())
		}
		clients, hosts, c.Nodes = append(clients, client), append(hosts, s.Addr), append(c.Nodes, s)
	}
	awaitTopology(t, "the cluster to form", func(ctx context.Context) bool {
		for _, client := range clients {
			info, err := client.ClusterInfo(ctx).Result()
			if err != nil || !strings.Contains(info, "cluster_state:ok") || !strings.Contains(info, "cluster_known_nodes:3") {
				return false
			}
		}
		return true
	})
	c.URL = fmt.Sprintf("redis+cluster://:%s@%s", secret, strings.Join(hosts, ","))
	return c
}

// Sentinel is a Redis with a replica and a Sentinel that watches over them.
type Sentinel struct {
	URL             string // redis+sentinel://…/main
	Master, Replica *Server
}

// RedisSentinel starts the three and waits until the Sentinel knows the replica.
// It notices a lost master after 300 ms.
func RedisSentinel(t testing.TB) *Sentinel {
	t.Helper()
	secret := password()
	shared := []string{"--requirepass", secret, "--masterauth", secret, "--repl-diskless-sync-delay", "0"}
	s := &Sentinel{Master: RedisServer(t, shared...), Replica: RedisServer(t, shared...)}
	host, port, _ := net.SplitHostPort(s.Master.Addr)
	// By command: whichever is started again is told by the Sentinel what it is.
	replica := clientOf(t, s.Replica)
	must(t, replica.Do(t.Context(), "REPLICAOF", host, port).Err())
	awaitTopology(t, "the replica to follow", func(ctx context.Context) bool {
		info, err := replica.Info(ctx, "replication").Result()
		return err == nil && strings.Contains(info, "master_link_status:up")
	})
	file := filepath.Join(t.TempDir(), "sentinel.conf")
	text := fmt.Sprintf("sentinel monitor main %s %s 1\nsentinel auth-pass main %s\nsentinel down-after-milliseconds main 300\nsentinel failover-timeout main 3000\n", host, port, secret)
	must(t, os.WriteFile(file, []byte(text), 0o600))
	watch := RedisServer(t, file, "--sentinel")
	u, err := url.Parse(watch.URL)
	must(t, err)
	own, _ := u.User.Password()
	asked := redis.NewSentinelClient(&redis.Options{Addr: watch.Addr, Password: own})
	t.Cleanup(func() { _ = asked.Close() })
	awaitTopology(t, "the Sentinel to know the replica", func(ctx context.Context) bool {
		replicas, err := asked.Replicas(ctx, "main").Result()
		return err == nil && len(replicas) == 1 && replicas[0]["flags"] == "slave"
	})
	s.URL = fmt.Sprintf("redis+sentinel://:%s@%s/main?sentinel_password=%s", secret, watch.Addr, own)
	return s
}

func clientOf(t testing.TB, s *Server) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(s.URL)
	must(t, err)
	c := redis.NewClient(o)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("testenv: %v", err)
	}
}

func awaitTopology(t testing.TB, what string, done func(context.Context) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), startTimeout)
	defer cancel()
	for !done(ctx) {
		if ctx.Err() != nil {
			t.Fatalf("testenv: waited in vain for %s", what)
		}
		pause(ctx, 20*time.Millisecond)
	}
}
