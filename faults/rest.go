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
	"parley/testenv"
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
func (r *Rig) admin() worker      { return r.world.agents[r.cfg.Agents+1] }

// redises lists the Redis servers behind the nodes.
func (r *Rig) redises() []*testenv.Server {
	switch {
	case r.cfg.Cluster != nil:
		return r.cfg.Cluster.Nodes
	case r.cfg.Sentinel != nil:
		return []*testenv.Server{r.cfg.Sentinel.Master, r.cfg.Sentinel.Replica}
	case r.cfg.Redis != nil:
		return []*testenv.Server{r.cfg.Redis}
	}
	return nil
}

// pending counts the entries of every stream that are not finished.
func (r *Rig) pending(ctx context.Context) (map[string]int64, error) {
	out := map[string]int64{}
	for _, s := range r.redises() {
		err := withRedis(s, func(c *redis.Client) error {
			keys := c.ScanType(ctx, 0, "parley:*", 1000, "stream").Iterator()
			for keys.Next(ctx) {
				n, err := c.XLen(ctx, keys.Val()).Result()
				if err != nil {
					return err
				}
				groups, err := c.XInfoGroups(ctx, keys.Val()).Result()
				if err != nil {
					return err
				}
				for _, g := range groups {
					n = max(n, g.Pending)
				}
				out[keys.Val()+" of "+s.Addr] = n
			}
			return keys.Err()
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func withRedis(s *testenv.Server, do func(*redis.Client) error) error {
	o, err := redis.ParseURL(s.URL)
	if err != nil {
		return err
	}
	c := redis.NewClient(o)
	defer c.Close()
	return do(c)
}

// router is the node that said last that it routes.
func (r *Rig) router() *Node {
	var found *Node
	var when string
	for _, n := range r.nodes {
		if line := n.lastLogged("this node routes"); line > when {
			found, when = n, line
		}
	}
	return found
}
