package faults

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"parley/desk"
)

// metric reads one figure of a node's /metrics.
func (n *Node) metric(ctx context.Context, name string) (float64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+n.Addr+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	res, err := probe.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		if text, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			return strconv.ParseFloat(text, 64)
		}
	}
	return 0, fmt.Errorf("node %s has no figure %s", n.Name, name)
}

func (r *Rig) goroutines(ctx context.Context) map[string]int {
	out := map[string]int{}
	for _, n := range r.nodes {
		if v, err := n.metric(ctx, "go_goroutines"); err == nil {
			out[n.Name] = int(v)
		}
	}
	return out
}

// board asks a node for its board, as the supervisor.
func (r *Rig) board(ctx context.Context, n *Node) (Board, error) {
	b := Board{Queues: map[desk.ID]QueueNow{}, Agents: map[desk.ID]AgentNow{}}
	var shown struct {
		Seq    int64
		Queues []struct {
			ID                       desk.ID
			Waiting, Offered, Active int
		}
		Agents []struct {
			ID       desk.ID
			Presence desk.Presence
			Load     int
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+n.Addr+"/api/v1/board", nil)
	if err != nil {
		return b, err
	}
	req.Header.Set("Authorization", "Bearer "+r.supervisor().token)
	res, err := probe.Do(req)
	if err != nil {
		return b, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return b, fmt.Errorf("node %s answered %d for its board", n.Name, res.StatusCode)
	}
	if err := json.NewDecoder(res.Body).Decode(&shown); err != nil {
		return b, err
	}
	b.Seq = shown.Seq
	for _, q := range shown.Queues {
		b.Queues[q.ID] = QueueNow{q.Waiting, q.Offered, q.Active}
	}
	for _, a := range shown.Agents {
		b.Agents[a.ID] = AgentNow{a.Presence, a.Load}
	}
	return b, nil
}

func (r *Rig) supervisor() worker { return r.world.agents[r.cfg.Agents] }

// pending counts the entries of every stream that are not finished.
func (r *Rig) pending(ctx context.Context) (map[string]int64, error) {
	out := map[string]int64{}
	if r.cfg.Redis == nil {
		return out, nil
	}
	o, err := redis.ParseURL(r.cfg.Redis.URL)
	if err != nil {
		return nil, err
	}
	client := redis.NewClient(o)
	defer client.Close()
	keys := client.ScanType(ctx, 0, "parley:*", 1000, "stream").Iterator()
	for keys.Next(ctx) {
		n, err := client.XLen(ctx, keys.Val()).Result()
		if err != nil {
			return nil, err
		}
		groups, err := client.XInfoGroups(ctx, keys.Val()).Result()
		if err != nil {
			return nil, err
		}
		for _, g := range groups {
			n = max(n, g.Pending)
		}
		out[keys.Val()] = n
	}
	return out, keys.Err()
}
