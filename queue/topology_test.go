package queue

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"parley/desk"
	"parley/testenv"
)

// startCluster makes a Redis Cluster of three masters.
func startCluster(t *testing.T) backend {
	t.Helper()
	var clients []*redis.Client
	var hosts []string
	var password string
	for range 3 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_, bus, _ := net.SplitHostPort(l.Addr().String())
		_ = l.Close()
		// One password for all, because clients know only one.
		args := []string{"--cluster-enabled", "yes", "--cluster-port", bus, "--cluster-node-timeout", "2000"}
		if password != "" {
			args = append(args, "--masterauth", password)
		}
		server := testenv.RedisServer(t, args...)
		options, err := redis.ParseURL(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		client := redis.NewClient(options)
		t.Cleanup(func() { _ = client.Close() })
		if password == "" {
			password = options.Password
		} else if err := client.ConfigSet(t.Context(), "requirepass", password).Err(); err != nil {
			t.Fatal(err)
		}
		slots := 16384 / 3
		last := slots*(len(clients)+1) - 1
		if len(clients) == 2 {
			last = 16383
		}
		if err := client.ClusterAddSlotsRange(t.Context(), slots*len(clients), last).Err(); err != nil {
			t.Fatal(err)
		}
		if err := client.Do(t.Context(), "CLUSTER", "SET-CONFIG-EPOCH", len(clients)+1).Err(); err != nil {
			t.Fatal(err)
		}
		if len(clients) > 0 {
			host, port, _ := net.SplitHostPort(server.Addr)
			if err := clients[0].Do(t.Context(), "CLUSTER", "MEET", host, port, bus).Err(); err != nil {
				t.Fatal(err)
			}
		}
		clients, hosts = append(clients, client), append(hosts, server.Addr)
	}
	await(t, "the cluster to form", func() bool {
		for _, client := range clients {
			info, err := client.ClusterInfo(t.Context()).Result()
			if err != nil || !strings.Contains(info, "cluster_state:ok") || !strings.Contains(info, "cluster_known_nodes:3") {
				return false
			}
		}
		return true
	})
	return backend{url: fmt.Sprintf("redis+cluster://:%s@%s", password, strings.Join(hosts, ","))}
}

func TestOnACluster(t *testing.T) {
	t.Parallel()
	b := startCluster(t)
	r, seen, h := node(t, b), &journal{}, newHolder()
	for _, workers := range []int{0, 1} {
		stop := background(t, r.Consumer(ConsumerConfig{Kind: Inbound, Handle: seen.handle, Workers: workers}).Run)
		for n := range 10 {
			for contact := range 50 {
				push(t, r, item(contact, workers*10+n))
			}
		}
		await(t, "all items", seen.has((workers+1)*500))
		stop()
	}
	checkOrder(t, seen.all(), 50, 20)
	if depth, err := r.Depth(t.Context(), Inbound); depth != 0 || err != nil {
		t.Errorf("depth %d, %v", depth, err)
	}
	background(t, func(ctx context.Context) error { return r.Lease("router", 0).Hold(ctx, h.run) })
	<-h.terms

	resets, messages := make(chan struct{}, 9), make(chan string, 9)
	background(t, func(ctx context.Context) error {
		return r.Subscribe(ctx, "events", func(p []byte) { messages <- string(p) }, func() { resets <- struct{}{} })
	})
	<-resets
	if err := node(t, b).Publish(t.Context(), "events", []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if got := <-messages; got != "hello" {
		t.Errorf("message %q", got)
	}

	if err := r.Beat(t.Context(), "agent", []string{"ada"}); err != nil {
		t.Error(err)
	}
	if members, _, err := r.Members(t.Context(), "agent"); len(members) != 1 || err != nil {
		t.Errorf("members %v, %v", members, err)
	}
	if !r.Allow(t.Context(), "k", 1, time.Minute) || r.Allow(t.Context(), "k", 1, time.Minute) {
		t.Error("the limit of 1 is not 1")
	}
}

// TestFailOver loses the master. What was pushed and not replicated may be lost
// with it; the sweeper brings that back from the database. Work must go on.
func TestFailOver(t *testing.T) {
	t.Parallel()
	master := testenv.RedisServer(t)
	options, err := redis.ParseURL(master.URL)
	if err != nil {
		t.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(master.Addr)
	replica := testenv.RedisServer(t, "--masterauth", options.Password, "--replicaof", host+" "+port,
		"--repl-diskless-sync-delay", "0")
	replicaOptions, err := redis.ParseURL(replica.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(replicaOptions)
	t.Cleanup(func() { _ = client.Close() })
	if err := client.ConfigSet(t.Context(), "requirepass", options.Password).Err(); err != nil {
		t.Fatal(err)
	}
	await(t, "the replica to follow", func() bool {
		info, err := client.Info(t.Context(), "replication").Result()
		return err == nil && strings.Contains(info, "master_link_status:up")
	})
	file := filepath.Join(t.TempDir(), "sentinel.conf")
	text := fmt.Sprintf("sentinel monitor main %s %s 1\nsentinel auth-pass main %s\n"+
		"sentinel down-after-milliseconds main 300\nsentinel failover-timeout main 3000\n", host, port, options.Password)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	sentinel := testenv.RedisServer(t, file, "--sentinel")
	sentinelOptions, err := redis.ParseURL(sentinel.URL)
	if err != nil {
		t.Fatal(err)
	}
	asked := redis.NewSentinelClient(sentinelOptions)
	t.Cleanup(func() { _ = asked.Close() })
	await(t, "the sentinel to know the replica", func() bool {
		replicas, err := asked.Replicas(t.Context(), "main").Result()
		return err == nil && len(replicas) == 1 && replicas[0]["flags"] == "slave"
	})

	r, seen := node(t, backend{url: fmt.Sprintf("redis+sentinel://:%s@%s/main?sentinel_password=%s",
		options.Password, sentinel.Addr, sentinelOptions.Password)}), &journal{}
	background(t, r.Consumer(ConsumerConfig{Kind: Inbound, Handle: seen.handle, Workers: 1}).Run)
	push(t, r, item(0, 0))
	await(t, "the first item", seen.has(1))
	master.Kill()
	n := 1
	await(t, "pushes to reach the new master, and from there the handler", func() bool {
		if r.Push(t.Context(), Inbound, []desk.Work{item(0, n)}) == nil {
			n++
		}
		return len(seen.all()) > 1
	})
}
